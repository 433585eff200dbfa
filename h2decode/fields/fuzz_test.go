package fields

import (
	"testing"

	"h2scope/h2decode"
)

// FuzzCompile: whatever is typed, the answer is a filter or a place in the
// expression; and a filter obeys logic.
func FuzzCompile(f *testing.F) {
	for _, seed := range []string{
		"", "http2", `http2.header["x-id"] == "7" && !(tcp.port in {1, 5..9})`, "not h2.duration > 250ms or h2.state == open",
		`h2.path matches r"^\d" and h2.path contains "\x00\u00e9\377"`, "ip.addr == 192.0.2.0/24 or ipv6.src != ::1", "http2.ping == 00:01-02",
		"frame.time >= 1.5", "h2.late == false", "http2.flags & 0x4", "a..b", "((((", "\"", "r\"", "\xff", "http2.type not in {1}",
	} {
		f.Add(seed)
	}
	subjects := []*Subject{
		ofFrameOver(headersFrame()), ofStreamOver(), ofConnOver(), {Frame: headersFrame()}, {}, {Now: true, Stream: testStream()},
		ofFrameOver(frame(h2decode.TypeOrigin, 0, 0, &h2decode.OriginFrame{Octets: []byte("\x00\x01a\x00\x02bc")})),
		{Finding: &h2decode.Finding{Rule: "FC-01", Stream: 5}},
	}
	f.Fuzz(func(t *testing.T, expression string) {
		filter, err := Compile(expression)
		if err != nil {
			e := err.(*Error)
			if e.Offset < 0 || e.Offset > len(expression) || e.Message == "" {
				t.Fatalf("%q: %#v", expression, e)
			}
			_ = e.Show(expression)
			return
		}
		for _, s := range subjects {
			v := filter.Match(s)
			if s.Now && v == Unknown {
				t.Fatalf("%q: unknown now", expression)
			}
			if len(expression) > MaxExpression/3 || filter.answers > maxAnswers/2 {
				continue
			}
			for _, alike := range []string{"not not(" + expression + "\n)", "(" + expression + ")or(" + expression + ")", "!(!(" + expression + ") && (" + expression + "))"} {
				if !isBlank(expression) {
					checkAlike(t, alike, s, v)
				}
			}
		}
	})
}

func isBlank(expression string) bool {
	t, err := (&lexer{expression: expression}).next()
	return err == nil && t.kind == endToken
}

// checkAlike compares with an expression of the same meaning; the third form is
// true of all that is known.
func checkAlike(t *testing.T, expression string, s *Subject, want Verdict) {
	filter, err := Compile(expression)
	if err != nil {
		if e := err.(*Error); e.Message == "more than 200 parentheses and negations stand in each other" {
			return
		}
		t.Fatalf("%q: %v", expression, err)
	}
	if expression[0] == '!' && want == False {
		want = True
	}
	if got := filter.Match(s); got != want {
		t.Fatalf("%q: %s, want %s", expression, got, want)
	}
}
