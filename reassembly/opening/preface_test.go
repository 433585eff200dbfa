package opening

import (
	"testing"

	"h2scope/reassembly"
)

// The client's preface is there, and the server began before the capture did.
func TestServerThatBeganBeforeThePreface(t *testing.T) {
	ack := answering(1, 60)
	for _, test := range []struct {
		name   string
		server string
		joined bool
		inStep bool
		start  uint64
	}{
		{"it has said nothing", "", false, false, 0},
		{"its SETTINGS frame", settings, false, false, 0},
		{"the last octets of a frame", "\x00\x00", true, false, 0},
		{"the response to an upgrade", switching + settings, true, true, uint64(len(switching))},
		{"that alone", switching, true, true, uint64(len(switching))},
		{"the front of a response", switching[:20], true, false, 0},
		{"the end of a frame", "the end of a frame" + ack, true, false, 0},
		{"a frame that is not its first", ack, true, false, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := New(Config{Midstream: true})
			if test.server != "" {
				o.Chunk(&reassembly.Chunk{Half: 1, Data: []byte(test.server)})
			}
			o.Chunk(&reassembly.Chunk{Half: 0, Data: []byte(preface + settings)})
			v, r := o.Finish(), o.Result()
			if v.Protocol != HTTP2 || r.Client != 0 || r.Joined != test.joined {
				t.Errorf("%+v", r)
			}
			if r.InStep != [2]bool{test.joined, test.inStep} || r.Start != [2]uint64{0, test.start} {
				t.Errorf("in step %v from %v on", r.InStep, r.Start)
			}
		})
	}
}

// Whether the server began before tell its first octets, which are waited for.
func TestServersFirstOctetsAreWaitedFor(t *testing.T) {
	for _, test := range []struct {
		first, next string
		joined      bool
	}{
		{"", settings, false},
		{"", settingsAck, true},
		{settings[:2], settings[2:], false},
		{settings[:2], answering(1, 60), true},
	} {
		o := New(Config{Midstream: true})
		o.Chunk(&reassembly.Chunk{Half: 1, Data: []byte(test.first)})
		if v := o.Chunk(&reassembly.Chunk{Half: 0, Data: []byte(preface + settings)}); v.Final {
			t.Fatalf("decided by %q: %+v", test.first, o.Result())
		}
		v := o.Chunk(&reassembly.Chunk{Half: 1, Offset: uint64(len(test.first)), Data: []byte(test.next)})
		if r := o.Result(); !v.Final || r.Protocol != HTTP2 || r.Joined != test.joined {
			t.Errorf("%+v", r)
		}
	}
}

// A server that is not heard is waited for until as much is held as may be, and
// nothing of the client's is lost.
func TestServerThatIsNotHeardAtAll(t *testing.T) {
	o := New(Config{Midstream: true})
	said := preface + settings
	o.Chunk(&reassembly.Chunk{Half: 0, Data: []byte(said)})
	for v := o.verdict(); !v.Final; {
		request := asking(1, 1000)
		v = o.Chunk(&reassembly.Chunk{Half: 0, Offset: uint64(len(said)), Data: []byte(request)})
		if said += request; len(said) > 2*DefaultMaxHeld {
			t.Fatal("it is waited for without end")
		}
	}
	var got heldOctets
	o.Replay(&got)
	if r := o.Result(); r.Protocol != HTTP2 || r.Joined || string(got) != said {
		t.Errorf("%+v, %d octets of %d", r, len(got), len(said))
	}
}

// heldOctets are those replayed.
type heldOctets []byte

// Chunk takes octets.
func (h *heldOctets) Chunk(c *reassembly.Chunk) { *h = append(*h, c.Data...) }

// Gap is told of none.
func (h *heldOctets) Gap(*reassembly.Gap) {}
