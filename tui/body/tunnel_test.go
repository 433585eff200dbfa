package body_test

import (
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/content/tunnel/tunneltest"
	"h2scope/tui/body"
)

// piecesOf are the steps of a connection, a millisecond apart.
func piecesOf(steps []tunneltest.Step) (pieces []body.Piece) {
	for i, s := range steps {
		at := tunnel.At{From: s.From, Packet: uint64(i + 1), Time: 1e18 + int64(i)*1e6}
		pieces = append(pieces, body.Piece{At: at, Octets: s.Octets, Missing: s.Lost, Estimated: s.Guess})
	}
	return pieces
}

// The exchanges inside are listed, then the frames, with times from the first octet
// on.
func TestReadTunnel(t *testing.T) {
	got := body.ReadTunnel(piecesOf(tunneltest.Exchange("/one", "body")), tunnel.Config{})
	want := []string{
		"exchanges: 1",
		"    0.003000  stream 1  GET b.example/one  200  4 octets",
		"",
		"frames: 7",
		"    0.000000  >  SETTINGS       stream 0  0 octets",
		"    0.001000  <  SETTINGS       stream 0  0 octets",
		"    0.001000  <  SETTINGS       stream 0  0 octets  ACK",
		"    0.002000  >  SETTINGS       stream 0  0 octets  ACK",
		"    0.003000  >  HEADERS        stream 1  19 octets  END_STREAM  END_HEADERS",
		"    0.004000  <  HEADERS        stream 1  11 octets  END_HEADERS",
		"    0.004000  <  DATA           stream 1  4 octets  END_STREAM",
	}
	for i := range got.Lines { // how much HPACK takes is not what this is about
		if j := strings.Index(got.Lines[i], " HEADERS "); j > 0 {
			got.Lines[i], want[i] = got.Lines[i][:j], want[i][:j]
		}
	}
	if got.Kind != "HTTP/2 in a tunnel" || !slices.Equal(got.Lines, want) || len(got.Notes) > 0 {
		t.Errorf("%s, %q\n%s", got.Kind, got.Notes, strings.Join(got.Lines, "\n"))
	}
}

func TestReadTunnelThatIsNotHTTP2(t *testing.T) {
	for _, test := range []struct {
		name  string
		steps []tunneltest.Step
		note  string
	}{
		{"nothing", nil, "the tunnel carries octets"},
		{"HTTP/1.1", []tunneltest.Step{{From: h2decode.Client, Octets: []byte("GET / HTTP/1.1\r\n")}}, "the tunnel carries http/1.1"},
		{"TLS without a key log", []tunneltest.Step{{From: h2decode.Client, Octets: []byte("\x16\x03\x01\x02\x00\x01")}}, "the tunnel carries tls: there is no key log"},
		{"a beginning that is lost", []tunneltest.Step{{From: h2decode.Client, Lost: 10}}, "the tunnel carries octets: the capture lacks the first octets of the client"},
	} {
		got := body.ReadTunnel(piecesOf(test.steps), tunnel.Config{})
		if got.Lines != nil || len(got.Notes) != 1 || got.Notes[0] != test.note {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
}

// Gaps stand among the frames, and what the peers say is made safe to show.
func TestReadTunnelShowsGapsAndNoEscapes(t *testing.T) {
	k := tunneltest.NewTalk()
	steps := append(tunneltest.Begin(),
		tunneltest.Step{From: h2decode.Client, Octets: k.Get(1, "/\x1b[2J\u202e")},
		tunneltest.Step{From: h2decode.Server, Octets: tunneltest.Settings()},
		tunneltest.Step{From: h2decode.Server, Lost: 100, Guess: true})
	got := strings.Join(body.ReadTunnel(piecesOf(steps), tunnel.Config{}).Lines, "\n")
	if strings.ContainsAny(got, "\x1b\u202e") || !strings.Contains(got, `b.example/\x1b[2J\u202e  no status`) || !strings.Contains(got, "<  gap: 100 octets are missing, 0 passed over") {
		t.Error(got)
	}
}

// Of a long tunnel so many lines are shown, and the rest is counted.
func TestReadTunnelIsLimited(t *testing.T) {
	ping := h2decode.AppendFrame(nil, h2decode.TypePing, 0, 0, &h2decode.PingFrame{})
	steps := append(tunneltest.Begin(), tunneltest.Step{From: h2decode.Client, Octets: []byte(strings.Repeat(string(ping), body.MaxInside))})
	got := body.ReadTunnel(piecesOf(steps), tunnel.Config{}).Lines
	if len(got) != body.MaxInside+4 || got[len(got)-1] != "[4 more]" {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
}

func FuzzReadTunnel(f *testing.F) {
	var sides [2][]byte
	for _, s := range tunneltest.Exchange("/one", "body") {
		sides[s.From] = append(sides[s.From], s.Octets...)
	}
	f.Add(sides[0], sides[1], uint16(0))
	f.Add(sides[0], sides[1], uint16(9))
	f.Add([]byte("GET / HTTP/1.1\r\n"), []byte("\x1b[2J"), uint16(1))
	f.Fuzz(func(t *testing.T, client, server []byte, lost uint16) {
		steps := []tunneltest.Step{{From: h2decode.Client, Octets: client}, {From: h2decode.Server, Lost: uint64(lost)}, {From: h2decode.Server, Octets: server}}
		for _, l := range body.ReadTunnel(piecesOf(steps), tunnel.Config{}).Lines {
			if strings.ContainsAny(l, "\x1b\n\r\t") {
				t.Errorf("%q", l)
			}
		}
	})
}
