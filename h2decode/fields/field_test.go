package fields

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
)

func TestTableIsInOrderAndWhole(t *testing.T) {
	name := regexp.MustCompile(`^(frame|ip|ipv6|tcp|tls|http2|h2)(\.[a-z0-9_]+)*$`)
	all := All()
	for i, f := range all {
		switch {
		case i > 0 && all[i-1].Name >= f.Name:
			t.Errorf("%s stands behind %s", f.Name, all[i-1].Name)
		case !name.MatchString(f.Name):
			t.Errorf("%q is no name", f.Name)
		case !strings.HasSuffix(f.Doc, "."):
			t.Errorf("%s: %q is no sentence", f.Name, f.Doc)
		case f.own == 0:
			t.Errorf("%s is on nothing", f.Name)
		case f.Type == Enum && len(f.Names) == 0:
			t.Errorf("%s has no words", f.Name)
		case f.Wireshark == strings.HasPrefix(f.Name, "h2."):
			t.Errorf("%s: Wireshark is %t", f.Name, f.Wireshark)
		case Lookup(f.Name) != f:
			t.Errorf("%s is not found", f.Name)
		}
	}
}

func TestLookup(t *testing.T) {
	for _, name := range []string{"", "http2.", "http3", "H2.path", "http2.header[", `http2.header["x"`, `http2.header["x"]]`, `http2.header[x]`, `http2.header[""]`, `http2.type["x"]`, `http2.header["x"]["y"]`} {
		if f := Lookup(name); f != nil {
			t.Errorf("%q finds %s", name, f.Name)
		}
	}
	f := Lookup(`http2.header["x-\u0069d"]`)
	if f == nil || f.Name != `http2.header["x-id"]` || f.Type != String || !f.On(Frame) || !f.On(Stream) || f.On(Conn) {
		t.Fatalf("a keyed field: %+v", f)
	}
	if values, _ := f.Text(ofStreamOver()); !slices.Equal(values, []string{"7"}) {
		t.Errorf("its values: %q", values)
	}
}

func TestComplete(t *testing.T) {
	tests := []struct {
		prefix string
		want   []string
	}{
		{"h2.stalled", []string{"h2.stalled", "h2.stalled.connection", "h2.stalled.stream", "h2.stalled.tcp"}},
		{"http2.ty", []string{"http2.type"}},
		{"http2.type.", nil},
		{"zzz", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, f := range Complete(tt.prefix) {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q", tt.prefix, got)
		}
	}
	if n := len(Complete("")); n != len(All()) {
		t.Errorf("nothing typed gives %d of %d fields", n, len(All()))
	}
}

// How columns show the values of each type.
func TestText(t *testing.T) {
	ping := ofFrameOver(frame(h2decode.TypePing, 0, 0, &h2decode.PingFrame{Opaque: [8]byte{0, 1, 0xfe}}))
	late := ofFrameOver(frame(h2decode.TypePing, 0, 0, nil))
	late.Frame.Late = true
	stream := ofStreamOver()
	stream.Stream.Reset = &h2decode.Reset{Code: 0x99}
	tests := []struct {
		field   string
		subject *Subject
		want    string
	}{
		{"http2.type", ping, "6"},
		{"http2.flags", ping, "0x00"},
		{"http2.flags.ack.ping", ping, "false"},
		{"http2.ping", ping, "0001fe0000000000"},
		{"h2.late", late, "true"},
		{"h2.late", ping, ""},
		{"frame.time", ping, "2023-11-14T22:13:20.000000000Z"},
		{"frame.time_epoch", ping, "1700000000.000000000"},
		{"ip.src", ping, "192.0.2.7"},
		{"h2.path", stream, "/index.html?q=1"},
		{"h2.duration", stream, "2.000000000"},
		{"h2.state", stream, "closed"},
		{"h2.reset", stream, "0x99"},
		{"h2.rtt", stream, "0.010000000"},
		{"http2.length", stream, ""},
	}
	for _, tt := range tests {
		values, known := Lookup(tt.field).Text(tt.subject)
		if got := strings.Join(values, ","); got != tt.want || !known {
			t.Errorf("%s: %q (known: %t), want %q", tt.field, got, known, tt.want)
		}
	}
	if values, known := Lookup("h2.status").Text(&Subject{Frame: headersFrame()}); values != nil || known {
		t.Errorf("what is not known yet: %q, %t", values, known)
	}
	if got := seconds(-1_500_000_000); got != "-1.500000000" {
		t.Errorf("negative: %s", got)
	}
}

// What a column shows is what a filter finds: each value, put into an expression
// as it stands, matches.
func TestTextIsALiteral(t *testing.T) {
	for _, s := range []*Subject{ofFrameOver(headersFrame()), ofStreamOver(), ofConnOver()} {
		for _, f := range All() {
			values, _ := f.Text(s)
			for _, v := range values {
				if f.Type == String || f.Type == Time && f.form != epoch {
					v = `"` + v + `"`
				}
				if f.Keyed || v == `""` {
					continue
				}
				if got := match(t, f.Name+" == "+v, s); got != True {
					t.Errorf("%s == %s: %s", f.Name, v, got)
				}
			}
		}
	}
}
