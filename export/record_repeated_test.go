package export

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// What is copied from an earlier frame is what the frame would have been written
// as by itself: over connections that share a place, sides, serials that end and
// begin anew, and times that repeat.
func TestRepeatedIsAsWrittenAnew(t *testing.T) {
	random := rand.New(rand.NewPCG(7541, 0))
	kept := NewRecords(FrameRecords)
	for i := range 20_000 {
		e := repeatedFrame(random)
		got, want := string(kept.Event(nil, e)), string(NewRecords(FrameRecords).Event(nil, e))
		if got != want {
			t.Fatalf("frame %d:\n got %s\nwant %s", i, got, want)
		}
	}
}

// repeatedFrame is a frame of one of the many connections, whose section is
// decided by connection, side and serial.
func repeatedFrame(random *rand.Rand) *h2decode.FrameDecoded {
	from := h2decode.Side(random.IntN(2))
	e := frame(1, from, h2decode.TypeHeaders, 0, 1, new(h2decode.HeadersFrame))
	e.Payload = nil                                // of another type
	e.Header.Type = h2decode.Type(random.IntN(12)) // two beyond those of RFC 9113
	e.Header.Flags = h2decode.Flags(random.IntN(256))
	e.Conn = 1 + uint64(random.IntN(3))*uint64(len(sections{})/2)
	e.Time = int64(random.IntN(3)-1)*1_500_000_000 + int64(random.IntN(2))
	serial := uint64(random.IntN(4))
	e.Block = &h2decode.Block{Serial: serial, Fields: []hpack.Field{
		indexedName(":path", fmt.Sprintf("/%d/%d/%d", e.Conn, from, serial)),
	}}
	if serial == 0 { // not a repetition: any
		e.Block.Fields[0].Value = []byte(fmt.Sprint(random.IntN(1000)))
	}
	return e
}

// A section that is too long to be kept is written each time.
func TestLongSectionIsNotKept(t *testing.T) {
	r := NewRecords(FrameRecords)
	e := requestFrame()
	e.Block.Serial = 1
	for range maxRepeated / 100 {
		e.Block.Fields = append(e.Block.Fields, indexedName("x-filler", "0123456789012345678901234567890123456789"))
	}
	first := string(r.Event(nil, e))
	if second := string(r.Event(nil, e)); second != first {
		t.Error("the second differs from the first")
	}
	for i := range r.w.sections {
		if n := cap(r.w.sections[i].text); n > maxRepeated {
			t.Errorf("%d octets are kept", n)
		}
	}
}
