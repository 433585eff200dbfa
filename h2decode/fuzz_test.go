package h2decode

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// seedWires adds each frame of the table, alone and all together.
func seedWires(f *testing.F) {
	var all []byte
	for _, frame := range frames {
		wire := unhexWire(frame.wire)
		f.Add(wire)
		all = append(all, wire...)
	}
	f.Add(all)
}

// unhexWire is for wires of the table, which are known to be hexadecimal.
func unhexWire(wire string) []byte {
	octets, _ := hex.DecodeString(wire)
	return octets
}

// What golang.org/x/net/http2 reads as a frame is the same frame here, and what
// it refuses for its payload is malformed here, or refused by a check.
func FuzzFramesAgreeWithXNet(f *testing.F) {
	seedWires(f)
	f.Fuzz(func(t *testing.T, wire []byte) {
		peer := http2.NewFramer(io.Discard, bytes.NewReader(wire))
		peer.AllowIllegalReads = true // order is not what is compared
		peer.SetMaxReadFrameSize(MaxFrameLength)
		for len(wire) >= HeaderLength {
			h := ParseFrameHeader(wire)
			if uint64(len(wire)) < HeaderLength+uint64(h.Length) {
				return
			}
			payload, malformed := ParsePayload(h, wire[HeaderLength:HeaderLength+h.Length])
			wire = wire[HeaderLength+h.Length:]
			theirs, err := peer.ReadFrame()
			if err != nil {
				if !refused(h, payload, malformed) {
					t.Fatalf("x/net refuses %+v: %v", h, err)
				}
				var stream http2.StreamError
				if !errors.As(err, &stream) {
					return
				}
				continue
			}
			if malformed != nil && h.Type != TypeAltSvc && h.Type != TypeOrigin && h.Type != TypePriorityUpdate {
				t.Fatalf("malformed (%v) where x/net reads %v", malformed, theirs)
			}
			compareWithXNet(t, h, payload, theirs)
		}
	})
}

// refused reports whether a check finds something wrong with a frame.
func refused(h FrameHeader, payload Payload, malformed *FrameError) bool {
	if malformed != nil || h.Check() != nil {
		return true
	}
	if checker, ok := payload.(interface{ Check() *FrameError }); ok && checker.Check() != nil {
		return true
	}
	if settings, ok := payload.(*SettingsFrame); ok { // x/net looks at this one value itself
		for s := range settings.All() {
			if s.ID == SettingInitialWindowSize && s.Value > streamMask {
				return true
			}
		}
	}
	// x/net refuses a promise of stream 0 on a frame of its own making only.
	return false
}

func compareWithXNet(t *testing.T, h FrameHeader, payload Payload, theirs http2.Frame) {
	t.Helper()
	their := theirs.Header()
	if uint8(their.Type) != uint8(h.Type) || uint8(their.Flags) != uint8(h.Flags) || their.StreamID != h.Stream || their.Length != h.Length {
		t.Fatalf("header %+v, x/net %+v", h, their)
	}
	same := true
	switch p := payload.(type) {
	case *DataFrame:
		same = bytes.Equal(p.Data, theirs.(*http2.DataFrame).Data())
	case *HeadersFrame:
		f := theirs.(*http2.HeadersFrame)
		same = bytes.Equal(p.Fragment, f.HeaderBlockFragment()) && samePriority(p.HasPriority, &p.Priority, f.Priority)
	case *PriorityFrame:
		same = samePriority(true, p, theirs.(*http2.PriorityFrame).PriorityParam)
	case *RSTStreamFrame:
		same = uint32(p.Code) == uint32(theirs.(*http2.RSTStreamFrame).ErrCode)
	case *SettingsFrame:
		f := theirs.(*http2.SettingsFrame)
		i := 0
		for s := range p.All() {
			same = same && i < f.NumSettings() && uint16(f.Setting(i).ID) == uint16(s.ID) && f.Setting(i).Val == s.Value
			i++
		}
		same = same && i == f.NumSettings()
	case *PushPromiseFrame:
		f := theirs.(*http2.PushPromiseFrame)
		same = p.Promised == f.PromiseID && bytes.Equal(p.Fragment, f.HeaderBlockFragment())
	case *PingFrame:
		same = p.Opaque == theirs.(*http2.PingFrame).Data
	case *GoAwayFrame:
		f := theirs.(*http2.GoAwayFrame)
		same = p.LastStream == f.LastStreamID && uint32(p.Code) == uint32(f.ErrCode) && bytes.Equal(p.DebugData, f.DebugData())
	case *WindowUpdateFrame:
		same = p.Increment == theirs.(*http2.WindowUpdateFrame).Increment
	case *ContinuationFrame:
		same = bytes.Equal(p.Fragment, theirs.(*http2.ContinuationFrame).HeaderBlockFragment())
	case *PriorityUpdateFrame:
		f := theirs.(*http2.PriorityUpdateFrame)
		same = p.Prioritized == f.PrioritizedStreamID && string(p.FieldValue) == f.Priority
	}
	if !same {
		t.Fatalf("payload %+v, x/net %+v", payload, theirs)
	}
}

func samePriority(has bool, p *PriorityFrame, f http2.PriorityParam) bool {
	if !has {
		return f == http2.PriorityParam{}
	}
	return p.Exclusive == f.Exclusive && p.DependsOn == f.StreamDep && p.Weight == int(f.Weight)+1
}

// recorder keeps what a connection tells, but for the packets, which depend on
// how the octets were cut.
type recorder struct {
	told []string
	data []byte // since the last event of another kind
}

func (r *recorder) Event(e Event) {
	switch e := e.(type) {
	case *DataDecoded:
		r.data = append(r.data, e.Data...)
		return
	case *FrameDecoded:
		e.Packet, e.FirstPacket = 0, 0
	case *StreamChanged:
		e.Packet = 0
	case *StreamClosed:
		e.Packet = 0
	case *SettingsAcknowledged:
		e.Packet = 0
	case *PrefaceSeen:
		e.Packet = 0
	case *AlternativeSeen:
		e.Packet = 0
	}
	r.told = append(r.told, string(r.data), describeEvent(e))
	r.data = r.data[:0]
}

// decodeCut decodes what both sides send, cut into chunks of the given sizes in
// turn.
func decodeCut(client, server, sizes []byte) []string {
	r := new(recorder)
	c := NewConn(Config{Data: true}, r)
	packet := uint64(0)
	for side, octets := range [][]byte{client, server} {
		offset := uint64(0)
		for len(octets) > 0 {
			n := len(octets)
			if len(sizes) > 0 {
				n = min(n, int(sizes[packet%uint64(len(sizes))])+1)
			}
			packet++
			c.Chunk(&Chunk{From: Side(side), Offset: offset, Packet: packet, OctetsPacket: packet, Data: octets[:n:n]})
			octets, offset = octets[n:], offset+uint64(n)
		}
	}
	c.Finish(new(Connection), packet, 0)
	return r.told
}

// However the octets are cut into segments, the same is told of them.
func FuzzCutsDoNotMatter(f *testing.F) {
	f.Add([]byte(Preface+"\x00\x00\x01\x01\x05\x00\x00\x00\x01\x82"), []byte("\x00\x00\x00\x04\x01\x00\x00\x00\x00"), []byte{0, 1, 2})
	f.Add([]byte("PRI * HTTQ\x00\x00"), []byte("\x00\x00\x03\x00\x08\x00\x00\x00\x01\x01ab"), []byte{3})
	f.Add([]byte(Preface+"\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82\x00\x00\x01\x09\x04\x00\x00\x00\x01\x84"), []byte{}, []byte{8})
	f.Fuzz(func(t *testing.T, client, server, sizes []byte) {
		whole, cut := decodeCut(client, server, nil), decodeCut(client, server, sizes)
		if strings.Join(whole, "\n") != strings.Join(cut, "\n") {
			t.Errorf("whole:\n%s\ncut:\n%s", strings.Join(whole, "\n"), strings.Join(cut, "\n"))
		}
	})
}

// Octets and gaps in any order: no panic, and every octet is told once.
func FuzzGaps(f *testing.F) {
	f.Add([]byte("\x00\x00\x0a\x00\x00\x00\x00\x00\x01abcdefghij\x00\x00\x00\x04\x00\x00\x00\x00\x00"), uint16(12), uint16(5))
	f.Add([]byte("\x00\x00\x0a\x01\x04\x00\x00\x00\x01\x82\x82\x82\x82\x82\x82\x82\x82\x82\x82\x00\x00\x00\x04\x00\x00\x00\x00\x00"), uint16(11), uint16(3))
	f.Add([]byte("\x00\x00\x0a\x00\x08\x00\x00\x00\x01\x03abcdefghi\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08"), uint16(9), uint16(1))
	f.Fuzz(func(t *testing.T, octets []byte, at, length uint16) {
		estimated := at >= 1<<15
		begin := min(int(at&(1<<15-1)), len(octets))
		end := min(begin+int(length), len(octets))
		told := new(account)
		c := NewConn(Config{Data: true, Messages: true}, told)
		c.Chunk(&Chunk{From: Server, Packet: 1, OctetsPacket: 1, Data: octets[:begin]})
		c.Gap(&Gap{From: Server, Offset: uint64(begin), Length: uint64(end - begin), Estimated: estimated, Packet: 2})
		c.Chunk(&Chunk{From: Server, Offset: uint64(end), Packet: 3, OctetsPacket: 3, Data: octets[end:]})
		conn := new(Connection)
		c.Finish(conn, 3, 0)
		if got, want := told.frames-told.missing+told.skipped+conn.Unread[Server], uint64(begin+len(octets)-end); got != want {
			t.Errorf("%d octets told of %d captured", got, want)
		}
		if told.gaps != uint64(end-begin) {
			t.Errorf("gaps of %d octets, %d were lost", told.gaps, end-begin)
		}
	})
}
