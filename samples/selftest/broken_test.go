package selftest

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"h2scope"
	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

// A breaking spoils what the decoder tells, each in one place.
type breaking struct {
	name    string
	check   string
	alter   func(e h2decode.Event) (keep bool)
	noticed string // in the mismatch
}

// firstFrame alters the first frame that it is said of, and no other.
func firstFrame(alter func(*h2decode.FrameDecoded) bool) func(h2decode.Event) bool {
	done := false
	return func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.FrameDecoded); ok && !done {
			done = alter(f)
		}
		return true
	}
}

// Whatever the decoder says wrong, the self-test notices.
func TestBrokenDecoderIsNoticed(t *testing.T) {
	for _, b := range append(breakings, flowBreakings...) {
		t.Run(b.name, func(t *testing.T) {
			results := run(t, Config{Only: []string{b.check}, Decode: b.decode})
			if len(results) != 1 || results[0].Passed {
				t.Fatal("it is not noticed")
			}
			if told := strings.Join(results[0].Mismatches, "\n"); !strings.Contains(told, b.noticed) {
				t.Errorf("told is %s\nwant %s", told, b.noticed)
			}
		})
	}
}

// decode is h2scope.Run with what it tells altered.
func (b *breaking) decode(ctx context.Context, src h2scope.Source, cfg h2scope.Config, newRenderer func() h2scope.Renderer, out io.Writer) error {
	return h2scope.Run(ctx, src, cfg, func() h2scope.Renderer { return altering{newRenderer(), b.alter} }, out)
}

type altering struct {
	h2scope.Renderer
	alter func(h2decode.Event) bool
}

func (a altering) Event(dst []byte, e h2decode.Event) []byte {
	if !a.alter(e) {
		return dst
	}
	return a.Renderer.Event(dst, e)
}

// accusing finds something in what is sound.
type accusing struct{ h2scope.Renderer }

func (a accusing) Event(dst []byte, e h2decode.Event) []byte {
	if c, ok := e.(*h2decode.ConnectionClosed); ok {
		finding := h2decode.Finding{Origin: h2decode.Origin{Conn: c.Number}, Rule: "FC-01", Severity: h2decode.SeverityError}
		dst = a.Renderer.Event(dst, &finding)
	}
	return a.Renderer.Event(dst, e)
}

// Nothing is wrong with what net/http sends, and a finding that tells otherwise
// is noticed.
func TestFindingInSoundTrafficIsNoticed(t *testing.T) {
	decode := func(ctx context.Context, src h2scope.Source, cfg h2scope.Config, newRenderer func() h2scope.Renderer, out io.Writer) error {
		return h2scope.Run(ctx, src, cfg, func() h2scope.Renderer { return accusing{newRenderer()} }, out)
	}
	for _, r := range run(t, Config{Only: []string{"site/tls1.3", "exchange/cleartext"}, Decode: decode}) {
		const want = "1 findings tell that FC-01 is broken; it was not"
		if r.Passed || r.Mismatches[0] != want {
			t.Errorf("%s: %q", r.Check.Name, r.Mismatches)
		}
	}
}

// flipping records one bit other than it is on the wire, which comes to the same
// as a decoder that reads it wrong: that of the client's octets at an offset.
type flipping struct {
	Recorder
	offset int
	bit    byte
}

func (f flipping) Tap(conn net.Conn, side endpoint.Side) net.Conn {
	if side == endpoint.Server {
		return f.Recorder.Tap(conn, side)
	}
	right := &flipped{Conn: conn, flipping: f} // flips back what is sent
	return &flipped{Conn: f.Recorder.Tap(right, side), flipping: f}
}

type flipped struct {
	net.Conn
	flipping
	written int
}

func (f *flipped) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	if i := f.offset - f.written; i >= 0 && i < len(p) {
		p[i] ^= f.bit
	}
	f.written += len(p)
	return f.Conn.Write(p)
}

// A flipped bit in a Huffman code of RFC 7541, Appendix C.4.1: the first octet of
// "www.example.com", 11110001, has the code of w, 1111000, and a bit of the next.
func TestFlippedBitIsNoticed(t *testing.T) {
	s, _ := endpoint.Find("rfc7541-c4-c6")
	var sent []byte
	for _, turn := range s.Transcribe().Turns {
		if turn.From == endpoint.Client {
			sent = append(sent, turn.Octets...)
		}
	}
	at := bytes.Index(sent, []byte{0x41, 0x8c, 0xf1, 0xe3})
	if at < 0 {
		t.Fatal("the block of Appendix C.4.1 is not there")
	}
	record := Recording{Name: "with a bit flipped", Start: func(server netip.AddrPort) (Recorder, error) {
		r, err := AtSocket().Start(server)
		return flipping{Recorder: r, offset: at + 2, bit: 0x02}, err
	}}
	results := run(t, Config{Only: []string{"rfc7541-c4-c6/cleartext"}, Record: record})
	if results[0].Passed {
		t.Fatal("it is not noticed")
	}
	const want = `sent was :authority: "www.example.com"`
	if told := strings.Join(results[0].Mismatches, "\n"); !strings.Contains(told, want) {
		t.Errorf("told is %s", told)
	}
}
