package timeline_test

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// The octets of a connection go through a decoder to a recorder; what became of
// them can be asked for at any time.
func Example() {
	capture := timeline.New(timeline.Limits{})
	recorder := capture.Recorder()
	decoder := h2decode.NewConn(h2decode.Config{Conn: 1, Messages: true}, recorder)
	recorder.Observe(1, decoder)

	frames := [][]byte{
		[]byte(h2decode.Preface),
		h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{}),
		h2decode.AppendFrame(nil, h2decode.TypeHeaders, h2decode.FlagEndHeaders, 1,
			&h2decode.HeadersFrame{Fragment: []byte{0x83, 0x87, 0x84}}), // POST https /
		h2decode.AppendFrame(nil, h2decode.TypeData, h2decode.FlagEndStream, 1,
			&h2decode.DataFrame{Data: make([]byte, 1000)}),
	}
	offset := uint64(0)
	for i, octets := range frames {
		decoder.Chunk(&h2decode.Chunk{
			From: h2decode.Client, Offset: offset, Packet: uint64(i + 1), Time: int64(i+1) * 1e6, Data: octets,
		})
		offset += uint64(len(octets))
	}
	recorder.Publish()

	conn := capture.Snapshot().Conn(1)
	for n := range 4 {
		s := conn.AtFrame(uint64(n))
		fmt.Printf("after frame %d: window %d", n, s.Windows[h2decode.Client].Octets)
		for _, stream := range s.Streams {
			fmt.Printf(", stream %d %s", stream.Stream, stream.State)
		}
		fmt.Println()
	}
	x := conn.Exchange(0)
	for _, f := range conn.Fields(&x, h2decode.Client).Fields {
		fmt.Printf("%s: %s\n", f.Name, f.Value)
	}
	// Output:
	// after frame 0: window 65535
	// after frame 1: window 65535
	// after frame 2: window 65535, stream 1 open
	// after frame 3: window 64535, stream 1 half-closed-client
	// :method: POST
	// :scheme: https
	// :path: /
}
