package h2scope_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket/layers"

	"h2scope"
	"h2scope/h2decode"
)

func reset(tcp *layers.TCP) { tcp.RST = true }

// What an RST overtook on its way was sent before it.
func TestOvertakenByReset(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 80)
	l.send(h2decode.Client, preface)
	l.send(h2decode.Client, request(1, "/"))
	l.packet(h2decode.Client, reset, nil)
	last := len(w.packets)
	w.packets[last-2].Data, w.packets[last-1].Data = w.packets[last-1].Data, w.packets[last-2].Data
	w.packets[last-2].Length, w.packets[last-1].Length = len(w.packets[last-2].Data), len(w.packets[last-1].Data)
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 4 client SETTINGS 0",
		"1: packet 6 client HEADERS 1",
		"1: stream 1 request half-closed-client",
		"1: closed rst h2 prior-knowledge",
		"6 packets, 1 connections, 1 streams, 2 frames",
	)
}

// What comes long after the end of its connection is counted.
func TestAfterClose(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 80)
	l.send(h2decode.Client, preface)
	l.packet(h2decode.Server, reset, nil)
	other := w.connect(50001, 80)
	for range 600 { // more than are worked off at once
		other.send(h2decode.Client, []byte("x"))
	}
	for range 3 {
		l.send(h2decode.Client, request(1, "/late"))
	}
	var skipped []h2decode.SkippedCount
	g := &gatherer{on: func(e h2decode.Event) {
		if end, ok := e.(*h2decode.CaptureEnded); ok {
			skipped = slices.Clone(end.Skipped)
		}
	}}
	if err := h2scope.Run(context.Background(), w.source(), h2scope.Config{}, func() h2scope.Renderer { return g }, io.Discard); err != nil {
		t.Fatal(err)
	}
	if want := []h2decode.SkippedCount{{Reason: "after-close", Packets: 3}}; !slices.Equal(skipped, want) {
		t.Errorf("%v, want %v", skipped, want)
	}
	if g.frames != 1 {
		t.Errorf("%d frames, want that before the RST", g.frames)
	}
}

// refusing breaks where connection 2 closes.
type refusing struct{ lines }

func (p refusing) Event(dst []byte, e h2decode.Event) []byte {
	if c, ok := e.(*h2decode.ConnectionClosed); ok && c.Number == 2 {
		panic("a defect")
	}
	return p.lines.Event(dst, e)
}

// A defect at the end of one connection does not keep the others from theirs.
func TestDefectAtTheEnd(t *testing.T) {
	for _, end := range []string{"of the capture", "of the connection"} {
		w := &wire{t: t}
		for port := range uint16(3) {
			l := w.connect(50000+port, 80)
			l.send(h2decode.Client, preface)
			if end == "of the connection" {
				l.close()
			}
		}
		var out bytes.Buffer
		err := h2scope.Run(context.Background(), w.source(), h2scope.Config{}, func() h2scope.Renderer { return refusing{} }, &out)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"1: closed", "3: closed", "connection 2 was given up at packet"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("end %s: no %q in\n%s", end, want, &out)
			}
		}
	}
}
