package tunnel

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

type step = tunneltest.Step

// play gives steps to a decoder, each a packet, in pieces of so many octets; 0: as
// they are. What is told stands in the log.
func play(cfg Config, steps []step, piece int) (*Result, *log) {
	l := new(log)
	d := New(cfg, l)
	packet := uint64(10)
	for _, s := range steps {
		at := At{s.From, packet, int64(packet) * 1000}
		if len(s.Octets) > 0 {
			for p := range slices.Chunk(s.Octets, max(1, min(piece, len(s.Octets)), len(s.Octets)*(1-min(1, piece)))) {
				d.Write(at, p)
			}
		}
		d.Missing(at, s.Lost, s.Guess)
		packet++
	}
	return d.Close(packet, int64(packet)*1000), l
}

// A log has what was told of the HTTP/2 inside.
type log struct {
	frames, streams, findings []string
	gaps                      []h2decode.GapFound
	bodies                    map[uint32]*bytes.Buffer // of the server
	set, closed               int
	last                      h2decode.Event
}

// Event logs.
func (l *log) Event(e h2decode.Event) {
	l.last = e
	switch e := e.(type) {
	case *h2decode.SetUp:
		l.set++
	case *h2decode.FrameDecoded:
		l.frames = append(l.frames, fmt.Sprintf("%d %s %s on %d in %d", e.Number, e.From, e.Header.Type, e.Header.Stream, e.Packet))
	case *h2decode.DataDecoded:
		if l.bodies == nil {
			l.bodies = make(map[uint32]*bytes.Buffer)
		}
		if e.From == h2decode.Server {
			if l.bodies[e.Stream] == nil {
				l.bodies[e.Stream] = new(bytes.Buffer)
			}
			l.bodies[e.Stream].Write(e.Data)
		}
	case *h2decode.StreamClosed:
		s := e.Stream
		l.streams = append(l.streams, fmt.Sprintf("%d %s %s %s, %d octets", s.ID, s.Request.Field(":method"), s.Request.Field(":path"), s.Response.Field(":status"), s.Response.DataBytes))
	case *h2decode.GapFound:
		l.gaps = append(l.gaps, *e)
	case *h2decode.Finding:
		l.findings = append(l.findings, e.Rule)
	case *h2decode.ConnectionClosed:
		l.closed++
	}
}

// exchanges are a connection with two exchanges.
func exchanges() []step {
	k := tunneltest.NewTalk()
	const c, s = h2decode.Client, h2decode.Server
	return []step{
		{From: c, Octets: append([]byte(h2decode.Preface), tunneltest.Settings()...)},
		{From: s, Octets: append(tunneltest.Settings(), tunneltest.Settled()...)},
		{From: c, Octets: slices.Concat(tunneltest.Settled(), k.Get(1, "/one"), k.Get(3, "/two"))},
		{From: s, Octets: k.Answer(3, "the second")},
		{From: s, Octets: k.Answer(1, "the first")},
	}
}

var wantFrames = []string{
	"1 client SETTINGS on 0 in 10",
	"2 server SETTINGS on 0 in 11", "3 server SETTINGS on 0 in 11",
	"4 client SETTINGS on 0 in 12", "5 client HEADERS on 1 in 12", "6 client HEADERS on 3 in 12",
	"7 server HEADERS on 3 in 13", "8 server DATA on 3 in 13",
	"9 server HEADERS on 1 in 14", "10 server DATA on 1 in 14",
}

// However the outer DATA frames cut them, the inner frames are the same, each in
// the packet that brought its last octet.
func TestHTTP2Inside(t *testing.T) {
	for _, piece := range []int{0, 1, 7, 9} {
		r, l := play(Config{Conn: 4}, exchanges(), piece)
		if r.Protocol != HTTP2 || r.Reason != "" || r.TLS != nil || r.HTTP2 == nil {
			t.Fatalf("in pieces of %d: %+v", piece, r)
		}
		if !slices.Equal(l.frames, wantFrames) {
			t.Errorf("in pieces of %d: %q", piece, l.frames)
		}
		if want := []string{"3 GET /two 200, 10 octets", "1 GET /one 200, 9 octets"}; !slices.Equal(l.streams, want) {
			t.Errorf("in pieces of %d: %q", piece, l.streams)
		}
		if len(l.findings)+len(l.gaps) > 0 || l.set != 1 || l.closed != 1 {
			t.Errorf("in pieces of %d: %+v", piece, l)
		}
		if c := r.HTTP2; c.Number != 4 || c.Frames != 10 || c.Streams != 2 || c.Protocol != h2decode.ProtocolH2 || c.Start != h2decode.StartPriorKnowledge {
			t.Errorf("%+v", c)
		}
		if _, is := l.last.(*h2decode.ConnectionClosed); !is {
			t.Errorf("the last event is %T", l.last)
		}
	}
}

// A server may speak before the client's octets have come (RFC 9113, Section 3.4):
// its frames keep the packets that they came in.
func TestServerSpeaksFirst(t *testing.T) {
	steps := exchanges()
	steps[0], steps[1] = steps[1], steps[0]
	_, l := play(Config{}, steps, 3)
	want := slices.Concat([]string{"1 server SETTINGS on 0 in 10", "2 server SETTINGS on 0 in 10", "3 client SETTINGS on 0 in 11"}, wantFrames[3:])
	if !slices.Equal(l.frames, want) {
		t.Errorf("%q", l.frames)
	}
}

func TestOtherProtocols(t *testing.T) {
	const c, s = h2decode.Client, h2decode.Server
	text := func(from h2decode.Side, octets string) step { return step{From: from, Octets: []byte(octets)} }
	for _, test := range []struct {
		name   string
		steps  []step
		want   Protocol
		reason string
	}{
		{"nothing", nil, Octets, ""},
		{"HTTP/1.1", []step{text(c, "GET / HTTP/1.1\r\nHost: b\r\n\r\n"), text(s, "HTTP/1.1 200 OK\r\n\r\n")}, HTTP1, ""},
		{"octets", []step{text(c, "\x00\x01"), text(s, "\x02")}, Octets, ""},
		{"only the server speaks", []step{text(s, "220 mail\r\n")}, Octets, "only the server sent octets"},
		{"a preface that is cut", []step{text(c, h2decode.Preface[:20])}, Octets, "it ended before its first octets told a protocol"},
		{"the client's beginning is lost", []step{{From: c, Lost: 10}, text(c, h2decode.Preface)}, Octets, "the capture lacks the first octets of the client"},
		{"a hole in the preface", []step{text(c, h2decode.Preface[:5]), {From: c, Lost: 10}, text(c, h2decode.Preface[15:])}, Octets, "the capture lacks the first octets of the client"},
		{"TLS without secrets", []step{text(c, hello)}, TLS, "there is no key log"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, l := play(Config{}, test.steps, 0)
			if r.Protocol != test.want || r.Reason != test.reason || r.HTTP2 != nil || l.set != 0 {
				t.Errorf("%+v", r)
			}
			var sent [2]uint64
			for _, s := range test.steps {
				sent[s.From] += uint64(len(s.Octets)) + s.Lost
			}
			if r.Octets != sent {
				t.Errorf("%v octets, sent were %v", r.Octets, sent)
			}
		})
	}
}

// Holes in the outer DATA are holes of the inner connection, no more.
func TestHoles(t *testing.T) {
	const lack = 40
	k := tunneltest.NewTalk()
	const c, s = h2decode.Client, h2decode.Server
	begin := []step{
		{From: c, Octets: append([]byte(h2decode.Preface), tunneltest.Settings()...)},
		{From: s, Octets: append(tunneltest.Settings(), tunneltest.Settled()...)},
	}
	for id := uint32(1); id < 60; id += 2 {
		begin = append(begin, step{From: c, Octets: k.Get(id, fmt.Sprint("/", id))})
	}
	var body []step // of the server, each step a frame or the two of an answer
	for id := uint32(1); id < 60; id += 2 {
		body = append(body, step{From: s, Octets: k.Answer(id, strings.Repeat("x", 3000))})
	}
	t.Run("inside the payload of DATA the connection stays in step", func(t *testing.T) {
		steps := slices.Clone(begin)
		first := body[0].Octets
		steps = append(steps, step{From: s, Octets: first[:len(first)-100]}, step{From: s, Lost: lack}, step{From: s, Octets: first[len(first)-100+lack:]})
		r, l := play(Config{}, append(steps, body[1:]...), 0)
		if r.HTTP2.Streams != 30 || len(l.gaps) != 1 || l.gaps[0].Bytes != lack || l.gaps[0].Skipped != 0 || len(l.streams) != 30 || l.streams[0] != "1 GET /1 200, 3000 octets" {
			t.Errorf("%q, gaps %+v", l.streams, l.gaps)
		}
		if got := l.bodies[1].Len(); got != 3000-lack {
			t.Errorf("%d octets of the body are told", got)
		}
	})
	for _, guess := range []bool{false, true} {
		t.Run(fmt.Sprint("over frame headers it is found again, and nothing is shown that is not certain; estimated: ", guess), func(t *testing.T) {
			steps := slices.Clone(begin)
			n := uint64(len(body[3].Octets))
			if guess {
				n += 1000
			}
			steps = append(append(steps, body[:3]...), step{From: s, Lost: n, Guess: guess})
			_, l := play(Config{}, append(steps, body[4:]...), 0)
			if len(l.gaps) != 1 || l.gaps[0].Resynced == 0 || l.gaps[0].Bytes != n {
				t.Fatalf("gaps %+v", l.gaps)
			}
			whole := 0
			for _, line := range l.streams {
				switch {
				case strings.HasSuffix(line, "200, 3000 octets"):
					whole++
				case strings.HasSuffix(line, " , 3000 octets"): // the status stands in a table that may have changed
				case strings.HasSuffix(line, " , 0 octets"): // it was lost, or passed over until a boundary was proven
				default:
					t.Errorf("%q", line)
				}
			}
			if whole < 20 || len(l.streams) != 30 {
				t.Errorf("%q", l.streams)
			}
		})
	}
}

// The rules judge what is inside.
func TestFindings(t *testing.T) {
	steps := exchanges()
	bad := h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, 0, &h2decode.WindowUpdateFrame{}) // RFC 9113, Section 6.9
	steps = append(steps, step{From: h2decode.Server, Octets: bad})
	r, l := play(Config{}, steps, 0)
	if len(l.findings) != 1 || r.HTTP2.Findings[h2decode.SeverityError] != 1 {
		t.Errorf("%q, %v", l.findings, r.HTTP2.Findings)
	}
}
