package h2decode

import (
	"math/rand/v2"
	"testing"
)

// Each type of frame with each run of its payload missing: the frame is told,
// its length and what is missing of it are right, it is not accused of anything,
// and the next frame is found. No payload is told but the beginning of a field
// block.
func TestGapsInsideFramesOfEachType(t *testing.T) {
	for _, f := range frames {
		t.Run(f.name, func(t *testing.T) {
			wire := unhexWire(f.wire)
			for at := HeaderLength; at < len(wire); at++ {
				for end := at + 1; end <= len(wire); end++ {
					checkGapInside(t, wire, at, end)
				}
			}
		})
	}
}

func checkGapInside(t *testing.T, wire []byte, at, end int) {
	t.Helper()
	s := begun(t, Config{})
	told := 0
	s.sink = func(e Event) {
		switch e := e.(type) {
		case *FrameDecoded:
			told++
			if e.Header.Type == TypeSettings && e.Header.Flags.Has(FlagAck) {
				return
			}
			if e.Header != ParseFrameHeader(wire) || int(e.Missing) != end-at || e.Malformed != nil {
				t.Errorf("missing %d to %d: told %+v", at, end, *e)
			}
			switch e.Payload.(type) {
			case nil, *HeadersFrame, *PushPromiseFrame, *ContinuationFrame:
			default:
				t.Errorf("missing %d to %d: payload %+v", at, end, e.Payload)
			}
		case *GapFound:
			if int(e.Bytes) != end-at || e.Skipped != 0 || e.Resynced == 0 {
				t.Errorf("missing %d to %d: %+v", at, end, *e)
			}
		}
	}
	s.client(wire[:at])
	s.lose(Client, end-at)
	s.client(wire[end:], ackFrame())
	if c := s.finish(); told != 2 || c.Gaps != 1 {
		t.Errorf("missing %d to %d: %d frames, %d gaps", at, end, told, c.Gaps)
	}
}

// A frame that ends in a gap ended, as far as is known, in the packet that gave
// the last of it, and so did its stream; the gap was declared later.
func TestTimeOfAFrameThatEndsInAGap(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, FlagEndStream, get...))
	s.sink = func(e Event) {
		switch e := e.(type) {
		case *FrameDecoded:
			if e.Packet != 7 || e.Time != 7e6 || e.FirstPacket != 6 {
				t.Errorf("the frame: %+v", *e)
			}
		case *StreamClosed:
			if e.Packet != 7 || e.Stream.ClosedAt != 7e6 {
				t.Errorf("the stream closed in packet %d at %d", e.Packet, e.Stream.ClosedAt)
			}
		case *GapFound:
			if e.Packet != 8 || e.Time != 8e6 || e.Resynced != 9 {
				t.Errorf("the gap: %+v", *e)
			}
		}
	}
	frame := dataFrame(1, FlagEndStream, "0123456789")
	s.server(frame[:HeaderLength+1])
	s.server(frame[HeaderLength+1 : HeaderLength+4])
	s.lose(Server, 6)
	s.sink = nil
	s.server(ackFrame())
	if s.conn.streams.get(1) != nil {
		t.Error("the stream is still open")
	}
}

// Padded and plain DATA with a gap anywhere, against a model that looks at the
// whole frame: what is told as data is data, at its place; what is told as
// missing data was data; and where the pad length came, nothing else was.
func TestDataWithGapsAgainstAModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		size, pad := random.IntN(600), random.IntN(256)
		frame := DataFrame{Data: make([]byte, size), Padding: Padding{random.IntN(3) > 0, nil}}
		for i := range frame.Data {
			frame.Data[i] = 1 // padding is 0
		}
		first := HeaderLength
		if frame.Padding.Padded {
			first, frame.Padding.Octets = HeaderLength+1, make([]byte, pad)
		}
		wire := AppendFrame(nil, TypeData, 0, 1, &frame)
		if len(wire) <= HeaderLength {
			continue
		}
		at := HeaderLength + random.IntN(len(wire)-HeaderLength)
		end := at + 1 + random.IntN(len(wire)-at)
		seen, missing := 0, 0
		c := NewConn(Config{Data: true}, sinkFunc(func(e Event) {
			d, ok := e.(*DataDecoded)
			if !ok {
				return
			}
			begin := int(d.Offset)
			stop := begin + len(d.Data) + int(d.Missing)
			if begin < first || stop > first+size {
				t.Errorf("data from %d to %d told, it is from %d to %d", begin, stop, first, first+size)
			}
			if d.Missing > 0 && (begin < at || stop > end) {
				t.Errorf("%d to %d told as missing, the gap is from %d to %d", begin, stop, at, end)
			}
			for _, b := range d.Data {
				if b != 1 {
					t.Fatal("padding is told as data")
				}
			}
			seen += len(d.Data)
			missing += int(d.Missing)
		}))
		c.Chunk(&Chunk{From: Server, Packet: 1, Data: wire[:at]})
		c.Gap(&Gap{From: Server, Packet: 2, Offset: uint64(at), Length: uint64(end - at)})
		c.Chunk(&Chunk{From: Server, Packet: 3, Offset: uint64(end), Data: wire[end:]})
		known := first == HeaderLength || at > HeaderLength
		if known && seen+missing != size || !known && seen+missing < size-maxPadLength {
			t.Errorf("%d of %d octets told, and %d missing; gap from %d to %d of %d", seen, size, missing, at, end, len(wire))
		}
	}
}
