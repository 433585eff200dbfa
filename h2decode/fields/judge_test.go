package fields

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
)

// events are those of a capture with connection 1 (streams 1 and 3) and
// connection 2 (a PING only), in order. Stream 1 is answered with 500 and lasts
// 2 s; stream 3 with 200 and lasts 1 s, and has a DATA frame. A PRIORITY frame
// names stream 9, which is never opened.
func events() []h2decode.Event {
	stream := func(id uint32, status string, length int64) *h2decode.StreamClosed {
		s := testStream()
		s.ID, s.Timing.End = id, s.Timing.Request+length
		s.Response.Fields[0].Value = []byte(status)
		return &h2decode.StreamClosed{Origin: h2decode.Origin{Conn: 1}, Stream: s}
	}
	numbered := func(conn, n uint64, f *h2decode.FrameDecoded) *h2decode.FrameDecoded {
		f.Conn, f.Number = conn, n
		return f
	}
	finding := func(conn, frame uint64, stream uint32, rule string) *h2decode.Finding {
		return &h2decode.Finding{Origin: h2decode.Origin{Conn: conn}, Rule: rule, Stream: stream, Frame: frame}
	}
	ends := func(number uint64) *h2decode.ConnectionClosed {
		c := testConn()
		c.Number = number
		if number == 2 {
			c.TLS, c.Close = nil, h2decode.ClosedRST
		}
		return &h2decode.ConnectionClosed{Connection: c}
	}
	c := testConn()
	return []h2decode.Event{
		&h2decode.ConnectionOpened{Conn: 1, Client: c.Client, Server: c.Server, Time: c.Opened},
		numbered(1, 1, frame(h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})),
		numbered(1, 2, frame(h2decode.TypeHeaders, 0, 1, nil)),
		finding(1, 2, 1, "HD-01"),
		numbered(1, 3, frame(h2decode.TypeHeaders, 0, 3, nil)),
		&h2decode.ConnectionOpened{Conn: 2, Client: c.Client, Server: c.Server, Time: c.Opened},
		numbered(2, 1, frame(h2decode.TypePing, 0, 0, &h2decode.PingFrame{})),
		finding(2, 0, 0, "PF-01"),
		numbered(1, 4, frame(h2decode.TypeData, h2decode.FlagEndStream, 3, &h2decode.DataFrame{Length: 1})),
		stream(3, "200", second),
		numbered(1, 5, frame(h2decode.TypePriority, 0, 9, &h2decode.PriorityFrame{Weight: 1})),
		stream(1, "500", 2*second),
		&h2decode.PrefaceSeen{},
		ends(2),
		ends(1),
	}
}

// judged lists what a judge says of each subject: "F1.2" is frame 2 of
// connection 1, "S" streams, "C" connections, "!" findings.
func verdictsOf(j *Judge, want Verdict) string {
	var names []string
	for _, e := range events() {
		v := j.Event(e)
		name := ""
		switch e := e.(type) {
		case *h2decode.FrameDecoded:
			name = fmt.Sprintf("F%d.%d", e.Conn, e.Number)
		case *h2decode.StreamClosed:
			name = fmt.Sprintf("S%d.%d", e.Conn, e.Stream.ID)
		case *h2decode.ConnectionClosed:
			name = fmt.Sprintf("C%d", e.Number)
		case *h2decode.Finding:
			name = "!" + e.Rule
		default:
			if v != True {
				names = append(names, fmt.Sprintf("%T filtered", e))
			}
			continue
		}
		if v == want {
			names = append(names, name)
		}
	}
	return strings.Join(names, " ")
}

func TestPasses(t *testing.T) {
	tests := []struct {
		expression string
		first      string // what matches in a first pass
		unknown    string // what it cannot judge
		second     string // what matches in a second pass
		live       string
	}{
		// What a frame says itself is known at once; its stream and its
		// connection match, too.
		{"http2.type == DATA", "F1.4 S1.3 C1", "", "F1.4 S1.3 C1", "F1.4 S1.3 C1"},
		{"http2.streamid == 1", "F1.2 !HD-01 S1.1 C1", "", "F1.2 !HD-01 S1.1 C1", "F1.2 !HD-01 S1.1 C1"},
		// What is known of a connection from its beginning on.
		{"h2.conn == 2", "F2.1 !PF-01 C2", "", "F2.1 !PF-01 C2", "F2.1 !PF-01 C2"},
		{"h2.client == 192.0.2.7 and http2.type == PING", "F2.1 C2", "", "F2.1 C2", "F2.1 C2"},
		// What the end of a stream tells takes a second pass for its frames.
		{"h2.status == 500", "S1.1 C1", "F1.2 !HD-01 F1.3 F1.4 F1.5", "F1.2 !HD-01 S1.1 C1", "S1.1 C1"},
		{"h2.duration < 1500ms", "S1.3 C1", "F1.2 !HD-01 F1.3 F1.4 F1.5", "F1.3 F1.4 S1.3 C1", "S1.3 C1"},
		{"not h2.status == 500", "F1.1 F2.1 !PF-01 S1.3 C2 C1", "F1.2 !HD-01 F1.3 F1.4 F1.5", "F1.1 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 C2 C1", "F1.1 F1.2 !HD-01 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 C2 C1"},
		// Kleene: what is known decides where it can.
		{"http2.type == HEADERS and h2.status == 500", "", "F1.2 F1.3 S1.3 S1.1 C1", "F1.2 S1.1 C1", ""},
		{"http2.type == PING or h2.status == 200", "F2.1 S1.3 C2 C1", "F1.2 !HD-01 F1.3 F1.4 F1.5 S1.1", "F1.3 F2.1 F1.4 S1.3 C2 C1", "F2.1 S1.3 C2 C1"},
		{"http2.type == DATA and http2.type == PING and h2.status == 200", "", "", "", ""},
		// What the end of a connection tells.
		{"h2.close == rst", "C2", "F1.1 F1.2 !HD-01 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 S1.1", "F2.1 !PF-01 C2", "C2"},
		{"tls and http2.type == DATA", "", "F1.4 S1.3 C1", "F1.4 S1.3 C1", ""},
		{"h2.status == 500 and h2.close == fin", "", "F1.2 !HD-01 F1.3 F1.4 F1.5 S1.1 C1", "F1.2 !HD-01 S1.1 C1", ""},
		// What was found about a frame is about its stream and connection, too:
		// they answer for it.
		{"not h2.finding", "", "F1.1 F1.2 F1.3 F2.1 F1.4 S1.3 F1.5 S1.1", "F1.1 F1.3 F2.1 F1.4 S1.3 F1.5", "F1.1 F1.2 F1.3 F2.1 F1.4 S1.3 F1.5"},
		{"h2.finding", "!HD-01 !PF-01 C2 C1", "F1.1 F1.2 F1.3 F2.1 F1.4 S1.3 F1.5 S1.1", "F1.2 !HD-01 !PF-01 S1.1 C2 C1", "!HD-01 !PF-01 S1.1 C2 C1"},
		{"h2.finding == HD-01", "!HD-01 C1", "F1.1 F1.2 F1.3 F2.1 F1.4 S1.3 F1.5 S1.1", "F1.2 !HD-01 S1.1 C1", "!HD-01 S1.1 C1"},
		{"", "F1.1 F1.2 !HD-01 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 S1.1 C2 C1", "", "F1.1 F1.2 !HD-01 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 S1.1 C2 C1", "F1.1 F1.2 !HD-01 F1.3 F2.1 !PF-01 F1.4 S1.3 F1.5 S1.1 C2 C1"},
	}
	for _, tt := range tests {
		f, err := Compile(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		compare := func(what, got, want string) {
			if got != want {
				t.Errorf("%s: %s:\n got %s\nwant %s", tt.expression, what, got, want)
			}
		}
		compare("unknown", verdictsOf(NewJudge(f), Unknown), tt.unknown)
		first := NewJudge(f)
		compare("first pass", verdictsOf(first, True), tt.first)
		compare("second pass", verdictsOf(first.Again(), True), tt.second)
		compare("unknown in a second pass", verdictsOf(first.Again(), Unknown), "")
		compare("live", verdictsOf(NewLiveJudge(f), True), tt.live)
		compare("unknown live", verdictsOf(NewLiveJudge(f), Unknown), "")

		// Needs says beforehand whether a first pass can come to Unknown.
		for _, level := range []Level{Finding, Frame, Stream, Conn} {
			prefix := [...]string{"!", "F", "S", "C"}[level]
			open := strings.Contains(tt.unknown, prefix)
			if needs := f.Needs(level).SecondPass; open && !needs {
				t.Errorf("%s: a second pass is needed for a %s and Needs says no", tt.expression, level)
			}
		}
	}
}

func TestNeeds(t *testing.T) {
	tests := []struct {
		expression            string
		frame, stream, conn   bool // second passes
		findings, forMessages bool
	}{
		{"", false, false, false, false, false},
		{"http2.type == DATA and ip.addr == 192.0.2.1", false, false, false, false, false},
		{"http2.headers.path contains x", false, false, false, false, true},
		{"h2.client == 192.0.2.1", false, false, false, false, false},
		{"h2.path contains x", true, false, false, false, true},
		{"h2.duration > 1", true, false, false, false, false},
		{"h2.duration > 1 and tcp.port == 443 and http2.streamid == 5", true, false, true, false, false},
		{"h2.duration > 1 and http2.type == DATA", true, true, true, false, false},
		{"h2.rtt > 1", true, true, false, false, false},
		{"h2.rtt > 1 and h2.state == closed", true, true, true, false, false},
		{"h2.finding", true, true, false, true, false},
	}
	for _, tt := range tests {
		f, err := Compile(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		got := [...]bool{f.Needs(Frame).SecondPass, f.Needs(Stream).SecondPass, f.Needs(Conn).SecondPass, f.Needs(Frame).Findings, f.Needs(Stream).Messages}
		if want := [...]bool{tt.frame, tt.stream, tt.conn, tt.findings, tt.forMessages}; got != want {
			t.Errorf("%s: %v, want %v", tt.expression, got, want)
		}
	}
}

// Without all of the subject, what is missing is not known, and only that.
func TestUnknown(t *testing.T) {
	tests := []struct {
		name       string
		subject    Subject
		expression string
		want       Verdict
	}{
		{"no stream yet", Subject{Frame: headersFrame()}, "h2.status == 404", Unknown},
		{"no stream yet", Subject{Frame: headersFrame()}, "not h2.status == 404", Unknown},
		{"no stream yet, now", Subject{Frame: headersFrame(), Now: true}, "not h2.status == 404", True},
		{"no stream at all", Subject{Frame: headersFrame(), StreamOver: true}, "h2.status == 404", False},
		{"on the connection", Subject{Frame: frame(h2decode.TypePing, 0, 0, nil)}, "h2.status == 404", False},
		{"no connection yet", Subject{Frame: headersFrame()}, "ip.src == 192.0.2.1", Unknown},
		{"no connection yet", Subject{Frame: headersFrame()}, "http2.type == 1 or ip.src == 192.0.2.1", True},
		{"no connection yet", Subject{Frame: headersFrame()}, "http2.type == 0 and ip.src == 192.0.2.1", False},
		{"no connection yet", Subject{Frame: headersFrame()}, "http2.type == 1 and ip.src == 192.0.2.1", Unknown},
		{"no connection yet", Subject{Frame: headersFrame()}, "http2.type == 0 or ip.src == 192.0.2.1", Unknown},
		{"a connection that lasts", Subject{Conn: testConn(), Frame: headersFrame()}, "ip.src == 198.51.100.1", True},
		{"a connection that lasts", Subject{Conn: testConn(), Frame: headersFrame()}, "h2.close == fin", Unknown},
		{"a stream that lasts", Subject{Stream: testStream()}, "http2.streamid == 5", True},
		{"a stream that lasts", Subject{Stream: testStream()}, "h2.status == 404", Unknown},
		{"nothing at all", Subject{}, "h2.conn == 1", Unknown},
		{"nothing at all", Subject{ConnOver: true}, "h2.conn == 1", False},
		{"not all found", Subject{Stream: testStream(), StreamOver: true}, "h2.finding", Unknown},
	}
	for _, tt := range tests {
		if got := match(t, tt.expression, &tt.subject); got != tt.want {
			t.Errorf("%s: %s: %s, want %s", tt.name, tt.expression, got, tt.want)
		}
	}
}

// A stream that is told twice (a limit had ended the watch over it) counts as
// either.
func TestAnswersOfAStreamToldTwice(t *testing.T) {
	f, err := Compile("h2.status == 500")
	if err != nil {
		t.Fatal(err)
	}
	for _, statuses := range [][]string{{"500", "200"}, {"200", "500"}} {
		first := NewJudge(f)
		for _, status := range statuses {
			s := testStream()
			s.Response.Fields[0].Value = []byte(status)
			first.Event(&h2decode.StreamClosed{Origin: h2decode.Origin{Conn: 2}, Stream: s})
		}
		if v := first.Again().Event(headersFrame()); v != True {
			t.Errorf("%v: %s", statuses, v)
		}
	}
}

// The judge of a second pass leaves what it learnt from as it was, so that
// workers may share it.
func TestSecondPassesAreAlike(t *testing.T) {
	f, err := Compile("h2.finding or h2.status == 500")
	if err != nil {
		t.Fatal(err)
	}
	first := NewJudge(f)
	verdictsOf(first, True)
	var passes []string
	for range 3 {
		passes = append(passes, verdictsOf(first.Again(), True))
	}
	if len(slices.Compact(passes)) != 1 {
		t.Errorf("passes differ: %q", passes)
	}
}
