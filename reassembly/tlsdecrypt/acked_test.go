package tlsdecrypt

import (
	"fmt"
	"testing"

	"h2scope/reassembly"
)

// acks keeps what each chunk of the server's acknowledges.
type acks []string

func (a *acks) Chunk(c *reassembly.Chunk) {
	if c.Half == 1 {
		*a = append(*a, fmt.Sprintf("%s %d", c.Data, c.Acked))
	}
}
func (*acks) Gap(*reassembly.Gap) {}

// What a segment acknowledges and is not opened may be application data that its
// sender knew of: it counts as one octet more than was told, until the gap is.
func TestAckedBeyondWhatIsOpened(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	var got acks
	f.conn.next = &got
	f.handshake()
	f.send(0, f.data(clientAP, "one"))
	f.send(1, f.data(serverAP, "all"))

	lost := f.data(clientAP, "three")
	late := f.offset[0]
	f.offset[0] += uint64(len(lost))
	f.send(1, f.data(serverAP, "on its way"))
	f.offset[0] = late
	f.lose(0, len(lost))
	f.send(1, f.data(serverAP, "lost"))
	f.send(0, f.data(clientAP, "five"))
	f.send(1, f.data(serverAP, "told"))

	if want := "[all 3 on its way 4 lost 4 told 12]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// A half has begun where its first record is its hello.
func TestBegun(t *testing.T) {
	f := newForge(0x1301)
	f.start(t)
	if f.conn.Begun(0) || f.conn.Begun(1) {
		t.Error("nothing has come yet")
	}
	f.handshake()
	if !f.conn.Begun(0) || !f.conn.Begun(1) {
		t.Error("both hellos have come")
	}
	joined := newForge(0x1301)
	joined.start(t)
	joined.send(0, joined.data(clientAP, "x"))
	if joined.conn.Begun(0) {
		t.Error("its beginning is not there")
	}
}
