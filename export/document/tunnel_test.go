package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/export"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// sinkFunc is a function that takes events.
type sinkFunc func(h2decode.Event)

// Event calls it.
func (f sinkFunc) Event(e h2decode.Event) { f(e) }

// A tunnelled is what tests look at of the tunnel in a stream.
type tunnelled struct {
	Record, Protocol, Reason string
	Conn, Stream             int
	Bytes                    struct{ Client, Server int }
	Frames                   []struct {
		Record       string
		Conn, N      int
		Packet       int
		Type         string
		Stream       int
		From         string
		Data_length  int
		MissingCount int `json:"missing"`
	}
	Streams []struct {
		Stream   int
		Kind     string
		Method   string
		Path     string
		Status   int
		Response struct{ Data_bytes, Body_bytes int }
	}
	Gaps, Findings []struct{ Bytes int }
	Tunnels        []tunnelled
	Omitted        int
}

// documentWith is the document of a connection that is played, and the tunnel of
// its stream 1.
func documentWith(t *testing.T, steps []tunneltest.Step) (string, *tunnelled) {
	t.Helper()
	tunnels := &Tunnels{MaxBody: 64 << 20, Records: func(set export.RecordSet) text.Renderer { return export.NewDecodedRecords(set, 1<<20) }}
	d := New(tunnels.Worker)
	var out bytes.Buffer
	w, to := d.Worker(), d.Pipe(&out)
	tunneltest.Play(steps, sinkFunc(func(e h2decode.Event) {
		if _, err := to.Write(w.Event(nil, e)); err != nil {
			t.Error(err)
		}
	}))
	if err := d.Foot(&out); err != nil {
		t.Fatal(err)
	}
	var document struct {
		Connections []struct {
			Streams []struct {
				Tunnel *tunnelled
				Frames []any
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	return out.String(), document.Connections[0].Streams[0].Tunnel
}

// A stream that is a tunnel has what is inside: the same records as others, with
// the packets of the outer connection.
func TestTunnelOfAStream(t *testing.T) {
	_, in := documentWith(t, slices.Concat(tunneltest.Connect("b.example:80", tunneltest.Exchange("/one", "body")), tunneltest.End()))
	if in == nil || in.Record != "tunnel" || in.Protocol != "h2" || in.Conn != 1 || in.Stream != 1 || in.Reason != "" || in.Bytes.Client == 0 || in.Bytes.Server == 0 {
		t.Fatalf("%+v", in)
	}
	var frames []string
	for _, f := range in.Frames {
		frames = append(frames, fmt.Sprintf("%s %d %d %s %s %d", f.Record, f.Conn, f.N, f.From, f.Type, f.Packet))
	}
	want := []string{
		"frame 1 1 client SETTINGS 6", "frame 1 2 server SETTINGS 7", "frame 1 3 server SETTINGS 7",
		"frame 1 4 client SETTINGS 8", "frame 1 5 client HEADERS 9", "frame 1 6 server HEADERS 10", "frame 1 7 server DATA 10",
	}
	if !slices.Equal(frames, want) {
		t.Errorf("%q", frames)
	}
	if len(in.Streams) != 1 || in.Streams[0].Path != "/one" || in.Streams[0].Status != 200 || in.Streams[0].Response.Body_bytes != 4 {
		t.Errorf("%+v", in.Streams)
	}
}

// Tunnels inside are told in tunnels, each by the stream that it is.
func TestTunnelsOfTunnels(t *testing.T) {
	inner := tunneltest.Connect("c.example:80", tunneltest.Exchange("/deep", "body"))
	_, in := documentWith(t, tunneltest.Connect("b.example:80", inner))
	if len(in.Tunnels) != 1 || in.Tunnels[0].Stream != 1 || in.Tunnels[0].Protocol != "h2" || in.Streams[0].Kind != "connect" {
		t.Fatalf("%+v", in)
	}
	if deep := in.Tunnels[0]; len(deep.Streams) != 1 || deep.Streams[0].Path != "/deep" || len(deep.Frames) != 7 {
		t.Errorf("%+v", deep)
	}
}

// What is no HTTP/2 has no lists.
func TestTunnelThatIsNotHTTP2(t *testing.T) {
	text, in := documentWith(t, tunneltest.Connect("b.example:80", []tunneltest.Step{{From: h2decode.Client, Octets: []byte("GET / HTTP/1.1\r\n\r\n")}}))
	if in == nil || in.Protocol != "http/1.1" || in.Bytes.Client != 18 || !strings.Contains(text, `"protocol":"http/1.1","bytes":{"client":18,"server":0}}`) {
		t.Errorf("%+v in %s", in, text)
	}
	if _, in := documentWith(t, tunneltest.Exchange("/", "")); in != nil {
		t.Errorf("%+v", in)
	}
}

// A hole is a gap inside, and says how long it is.
func TestTunnelWithAHole(t *testing.T) {
	steps := tunneltest.Connect("b.example:80", tunneltest.Exchange("/one", strings.Repeat("x", 1000)))
	last := &steps[len(steps)-1].Octets
	hole := []tunneltest.Step{{From: h2decode.Server, Octets: (*last)[:500]}, {From: h2decode.Server, Lost: 100}, {From: h2decode.Server, Octets: (*last)[600:]}}
	_, in := documentWith(t, append(steps[:len(steps)-1], hole...))
	if len(in.Gaps) != 1 || in.Gaps[0].Bytes != 100 || len(in.Frames) != 7 || in.Frames[6].MissingCount != 100 {
		t.Errorf("%+v", in)
	}
}

// HPACK makes much of little (RFC 9113, Section 10.5.1): what is shown of one tunnel
// is limited, and what is left out counted.
func TestBombInsideATunnel(t *testing.T) {
	if testing.Short() {
		t.Skip("renders 64 MiB")
	}
	k := tunneltest.NewTalk()
	steps := tunneltest.Begin()
	long := strings.Repeat("x", 3000)
	const count = 400
	fields := []string{":method", "GET", ":scheme", "http", ":authority", "b.example", ":path", "/"}
	for range 80 {
		fields = append(fields, "x-long", long)
	}
	for id := uint32(1); id < 2*count; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Client, Octets: k.Headers(h2decode.Client, id, h2decode.FlagEndStream, fields...)})
	}
	text, in := documentWith(t, tunneltest.Connect("b.example:80", steps))
	if in.Omitted == 0 || len(in.Frames)+len(in.Streams)+len(in.Findings)+in.Omitted < 2*count || len(text) > maxTunnel+16<<20 {
		t.Errorf("%d frames, %d streams, %d omitted, %d octets", len(in.Frames), len(in.Streams), in.Omitted, len(text))
	}
}
