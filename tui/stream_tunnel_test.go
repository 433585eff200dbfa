package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// playTunnel records a connection of steps.
func playTunnel(steps []tunneltest.Step) *recording {
	r := record()
	for _, s := range steps {
		r.send(s.From, s.Octets)
	}
	return r
}

// In place of the octets of a tunnel stands what is inside; Enter shows those of
// either side.
func TestBodyOfATunnel(t *testing.T) {
	r := playTunnel(tunneltest.Connect("b.example:80", tunneltest.Exchange("/inside", "hidden")))
	m := r.press(r.model(Size{200, 50}), "3", "]")
	screen := Draw(m).String()
	for _, want := range []string{"HTTP/2 in a tunnel, 122 octets", "exchanges: 1", "stream 1  GET b.example/inside  200  6 octets", "frames: 7", "<  DATA           stream 1  6 octets  END_STREAM"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not shown:\n%s", want, screen)
		}
	}
	m = r.press(m, "Enter")
	if screen := Draw(m).String(); !strings.Contains(screen, "octets of the response, 53 octets") || strings.Contains(screen, "exchanges: 1") {
		t.Errorf("not the server's octets:\n%s", screen)
	}
	m = r.press(m, "Enter", "Enter")
	if screen := Draw(m).String(); !strings.Contains(screen, "PRI * HT") {
		t.Errorf("not the client's octets:\n%s", screen)
	}
}

// A tunnel of which something else is known shows its octets, and says what.
func TestBodyOfATunnelThatIsNotHTTP2(t *testing.T) {
	r := playTunnel(tunneltest.Connect("b.example:80", []tunneltest.Step{
		{From: h2decode.Client, Octets: []byte("GET / HTTP/1.1\r\n\r\n")}, {From: h2decode.Server, Octets: []byte("HTTP/1.1 204 No Content\r\n\r\n")},
	}))
	screen := Draw(r.press(r.model(Size{120, 40}), "3", "]")).String()
	for _, want := range []string{"the tunnel carries http/1.1", "HTTP/1.1 204 No Content"} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not shown:\n%s", want, screen)
		}
	}
}

// What the spool lacks, or frames that were lost, is a gap inside: what stands
// behind is not joined to what stood before.
func TestBodyOfATunnelWithLosses(t *testing.T) {
	k := tunneltest.NewTalk()
	inner := tunneltest.Begin()
	for id := uint32(1); id < 120; id += 2 {
		inner = append(inner, tunneltest.Step{From: h2decode.Client, Octets: k.Get(id, fmt.Sprint("/", id))})
	}
	for id := uint32(1); id < 120; id += 2 {
		inner = append(inner, tunneltest.Step{From: h2decode.Server, Octets: k.Answer(id, strings.Repeat("x", 300))})
	}
	steps := tunneltest.Connect("b.example:80", inner)
	for _, lost := range []int{len(steps) - 50, len(steps) - 1} {
		r := record()
		for i, s := range steps {
			if i != lost {
				r.send(s.From, s.Octets)
				continue
			}
			n := uint64(len(s.Octets))
			r.decoder.Gap(&h2decode.Gap{From: s.From, Offset: uint64(len(r.sides[s.From])), Length: n, Packet: uint64(r.time / 1_000_000), Time: r.time})
			r.sides[s.From] = append(r.sides[s.From], make([]byte, n)...)
		}
		r.decoder.Finish(new(h2decode.Connection), uint64(r.time/1_000_000), r.time)
		m := r.press(r.model(Size{120, 40}), "3", "]")
		gaps := slices.DeleteFunc(slices.Clone(m.Body.Lines), func(l string) bool { return !strings.Contains(l, "gap: ") })
		if len(gaps) != 1 {
			t.Errorf("%q of\n%s", gaps, strings.Join(m.Body.Lines, "\n"))
		}
		for _, l := range m.Body.Lines {
			if strings.Contains(l, "malformed") || strings.Contains(l, "UNKNOWN") {
				t.Errorf("octets that nobody sent as a frame: %q", l)
			}
		}
	}
}
