package perfetto

import (
	"bytes"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

// A message within a message has its length before it, however long it is.
func TestNestedMessages(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, 1 << 21} {
		text := string(bytes.Repeat([]byte{'x'}, n))
		var m message
		m.message(7, func(m *message) {
			m.message(8, func(m *message) { m.text(9, text) })
			m.uint(10, 1)
		})
		var got string
		var behind uint64
		walk(t, m, func(number protowire.Number, _ uint64, m []byte) {
			walk(t, m, func(number protowire.Number, v uint64, m []byte) {
				if number == 10 {
					behind = v
					return
				}
				walk(t, m, func(_ protowire.Number, _ uint64, m []byte) { got = string(m) })
			})
		})
		if got != text || behind != 1 {
			t.Errorf("%d octets come back as %d", n, len(got))
		}
	}
}

// A negative number is ten octets of varint, as an int64 is.
func TestNegativeCounter(t *testing.T) {
	tr := &trace{}
	tr.counts(1, 5, -9)
	tr.octets = append(message(nil), firstPacket(tr.octets)...)
	r := readBack(t, tr.octets)
	if e := r.events[0]; e.value != -9 || e.time != 5 {
		t.Errorf("got %+v", e)
	}
}

// firstPacket puts a packet before others that says that nothing is before it.
func firstPacket(octets message) message {
	tr := &trace{}
	tr.begin(0)
	return append(tr.octets, octets...)
}
