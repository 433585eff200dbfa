package selftest

import (
	"bytes"
	"context"
	"net/netip"
	"time"

	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/wire"
)

// writeScript writes a script as packets, without a socket, and compares.
func writeScript(s endpoint.Script) func(context.Context, *round) error {
	return func(ctx context.Context, r *round) error {
		t := s.Transcribe()
		var c wire.Capture
		t.Capture(&c, endpoint.Link{
			Client: netip.MustParseAddrPort("192.0.2.1:50000"), Server: netip.MustParseAddrPort("192.0.2.2:80"),
			Start: time.Now().UnixNano(), RoundTrip: time.Millisecond, Segment: wire.EthernetSegment,
		})
		var file bytes.Buffer
		if err := c.Write(&file, nil); err != nil {
			return err
		}
		o, err := r.decodeFile(ctx, file.Bytes())
		if err != nil {
			return err
		}
		connections := max(1, s.Connections)
		r.connections(o, connections)
		if got, want := len(o.frames), connections*len(t.Frames); got != want {
			r.differ("%d frames; sent were %d", got, want)
			return nil
		}
		for i := range connections {
			one := *o
			one.frames = o.frames[i*len(t.Frames) : (i+1)*len(t.Frames)]
			r.transcript(&one, t)
			r.flows(&one, o.flow(uint64(i+1)), t)
		}
		r.judged(o, &s)
		return nil
	}
}
