package h2scope_test

import (
	"context"
	"io"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/samples"
)

// segments counts the segments of connections when they close.
type segments map[uint64]uint64

func (s segments) Event(dst []byte, e h2decode.Event) []byte {
	if c, ok := e.(*h2decode.ConnectionClosed); ok {
		s[c.Number] = c.TCP.Packets[0] + c.TCP.Packets[1]
	}
	return dst
}

// Whoever asks is told of each packet of a connection, in order, whose it is.
func TestPacketsAreToldWithTheirConnection(t *testing.T) {
	for _, sample := range samples.List() {
		t.Run(sample.Name, func(t *testing.T) {
			r, err := samples.Open(sample.Name)
			if err != nil {
				t.Fatal(err)
			}
			src, err := capture.NewReader(r, sample.Name, capture.Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			counted, told, last := make(segments), make(segments), uint64(0)
			cfg := h2scope.Config{Packet: func(packet, conn uint64, _ []byte) {
				if packet <= last {
					t.Errorf("packet %d comes behind %d", packet, last)
				}
				last = packet
				told[conn]++
			}}
			if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return counted }, io.Discard); err != nil {
				t.Fatal(err)
			}
			for conn, n := range counted {
				if told[conn] != n {
					t.Errorf("connection %d: %d packets were told, and it has %d", conn, told[conn], n)
				}
			}
			if len(counted) == 0 || len(told) != len(counted) {
				t.Errorf("%d connections were told of, of %d", len(told), len(counted))
			}
		})
	}
}
