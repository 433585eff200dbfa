package resync

import "testing"

// inner are the octets of a server, as they lie in a tunnel or in a stored
// capture: so many responses with 100 octets each.
func inner(responses int) (out []byte) {
	for i := range responses {
		out = append(out, response(uint32(2*i+1))...)
		out = append(out, data(uint32(2*i+1), filler(100))...)
	}
	return out
}

// A nesting is a server's octets behind a gap, and where its true frames begin.
type nesting struct {
	name   string
	script *script
	truth  map[uint64]bool
	wanted bool // something is to be found
}

// nestings are the ways in which HTTP/2 lies in the DATA of HTTP/2.
func nestings() []nesting {
	const mss = 1448
	var out []nesting
	add := func(name string, wanted bool, make func(frame func([]byte) []byte, s *script)) {
		n := nesting{name: name, script: &script{}, truth: map[uint64]bool{}, wanted: wanted}
		var pending [][]byte
		make(func(b []byte) []byte { pending = append(pending, b); return b }, n.script)
		at := 0
		for _, b := range pending { // each true frame stands once, in order
			for !prefixAt(n.script.octets, at, b) {
				at++
			}
			n.truth[uint64(at)] = true
			at += len(b)
		}
		out = append(out, n)
	}

	add("the rest of a body that is a capture, which ends with a frame of it, and responses behind", true, func(frame func([]byte) []byte, s *script) {
		s.cut(inner(90), mss)
		for i := range 8 {
			s.segment(frame(response(uint32(2*i+201))), frame(data(uint32(2*i+201), filler(200))))
		}
	})
	add("a small capture in a segment of its own, behind the lost header of its frame", true, func(frame func([]byte) []byte, s *script) {
		s.segment(inner(4))
		for i := range 12 {
			s.segment(frame(response(uint32(2*i+201))), frame(data(uint32(2*i+201), filler(200+i))))
		}
	})
	add("a capture in many large frames", true, func(frame func([]byte) []byte, s *script) {
		whole, body := []byte{}, inner(1500)
		whole = append(whole, body[5000:12000]...)
		for body = body[12000:]; len(body) > 0; {
			n := min(len(body), 16384)
			whole = append(whole, frame(data(7, body[:n]))...)
			body = body[n:]
		}
		s.cut(whole, mss)
	})
	add("a tunnel, each write a frame and a segment", true, func(frame func([]byte) []byte, s *script) {
		for i := range 20 {
			s.segment(frame(data(1, inner(1+i%3))))
		}
	})
	add("a tunnel whose frame headers are segments, the first lost", true, func(frame func([]byte) []byte, s *script) {
		s.segment(inner(2))
		for i := range 20 {
			outer := frame(data(1, inner(1+i%3)))
			s.segment(outer[:headerLength]).segment(outer[headerLength:])
		}
	})
	add("one octet in each segment", false, func(frame func([]byte) []byte, s *script) {
		s.cut(inner(5), 1)
		s.cut(frame(data(1, inner(3))), 1)
	})
	return out
}

func prefixAt(octets []byte, at int, prefix []byte) bool {
	return at+len(prefix) <= len(octets) && string(octets[at:at+len(prefix)]) == string(prefix)
}

// TestNestedIsNotTaken: what is found where HTTP/2 lies in DATA is a frame of
// the outer connection, wherever the capture begins.
func TestNestedIsNotTaken(t *testing.T) {
	for _, n := range nestings() {
		t.Run(n.name, func(t *testing.T) {
			for _, cfg := range []Config{
				{}, {MaxFrameSize: 16384}, {MaxFrameSize: 16384, Side: Server}, {MaxFrameSize: 16384, Side: Server, Stream: inUse},
			} {
				f := New[int](cfg)
				for from := range n.script.starts {
					f.Reset(cfg)
					found := n.script.feed(f, from)
					if found && f.Certain() && !n.truth[f.Boundary()] {
						t.Errorf("from segment %d: %d is no frame (%+v)", from, f.Boundary(), cfg)
					}
					if from == 0 && cfg.MaxFrameSize != 0 && cfg.Stream == nil && found != n.wanted {
						t.Errorf("found is %v", found)
					}
				}
			}
		})
	}
}
