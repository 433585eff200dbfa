package tunnel

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// FuzzDecoder gives octets of both sides, with a hole, to a decoder, and holds that
// all octets are counted, that events come in their order, and that it makes no
// difference how the octets are cut.
func FuzzDecoder(f *testing.F) {
	var sides [2][]byte
	for _, s := range exchanges() {
		sides[s.From] = append(sides[s.From], s.Octets...)
	}
	f.Add(sides[0], sides[1], 0, 0, 5)
	f.Add(sides[0], sides[1], 60, 7, 1)
	f.Add(sides[0][:20], sides[1], 0, 0, 3)
	f.Add([]byte(hello), []byte("\x16\x03\x03\x00\x02\x02\x00"), 0, 0, 2)
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\n\r\n"), 5, 1, 0)
	f.Add([]byte(nil), []byte("220 mail\r\n"), 0, 0, 0)
	f.Fuzz(func(t *testing.T, client, server []byte, hole, length, piece int) {
		hole, length = max(0, min(hole, len(server))), max(0, min(length, 100000))
		steps := []step{
			{From: h2decode.Client, Octets: client}, {From: h2decode.Server, Octets: server[:hole]},
			{From: h2decode.Server, Lost: uint64(length)}, {From: h2decode.Server, Octets: server[hole:]},
		}
		r, l := play(Config{}, steps, piece&0xff)
		if want := [2]uint64{uint64(len(client)), uint64(len(server) + length)}; r.Octets != want {
			t.Fatalf("%v octets are counted, there were %v", r.Octets, want)
		}
		if (r.HTTP2 != nil) != (r.Protocol == HTTP2) || l.set != l.closed || (l.set == 1) != (r.HTTP2 != nil) {
			t.Fatalf("%+v, %d began, %d ended", r, l.set, l.closed)
		}
		again, whole := play(Config{}, steps, 0)
		if again.Protocol != r.Protocol || !slices.Equal(whole.frames, l.frames) || !slices.Equal(whole.streams, l.streams) {
			t.Fatalf("in pieces of %d: %s %q %q\nwhole: %s %q %q", piece&0xff, r.Protocol, l.frames, l.streams, again.Protocol, whole.frames, whole.streams)
		}
	})
}
