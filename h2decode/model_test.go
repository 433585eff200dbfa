package h2decode

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A conversation makes legal traffic at random, and keeps what is true of it,
// as the endpoints would know it: what the decoder must tell.
type conversation struct {
	*script
	random *rand.Rand

	next    [2]uint32 // identifiers, by the side that opens
	streams []*exchangeModel
	told    map[uint32]string // of each stream
	ended   map[uint32]string // what must be told
	frames  uint64
	pending [2][][]Setting
	inForce [2]map[SettingID]uint32
}

// An exchangeModel is one stream as its endpoints see it.
type exchangeModel struct {
	id       uint32
	sent     [2]string // the messages, as describeMessage writes them
	interim  string
	begun    [2]bool // the final field section was sent
	data     [2]int
	trailers [2]string
	complete [2]bool
}

// Thousands of conversations: each stream is told once, with just the messages
// that were sent on it; each frame is told; each setting is in force when it was
// acknowledged. However the octets are cut into segments.
func TestRandomConversations(t *testing.T) {
	for seed := range uint64(3000) {
		c := newConversation(t, seed)
		for range 30 {
			c.act()
		}
		c.check(seed)
		if t.Failed() {
			return
		}
	}
}

func newConversation(t *testing.T, seed uint64) *conversation {
	c := &conversation{
		script: begun(t, Config{Messages: true}),
		random: rand.New(rand.NewPCG(seed, 1)),
		next:   [2]uint32{1, 2},
		ended:  make(map[uint32]string),
		frames: 4,
	}
	c.told = c.streamsEnded()
	c.inForce[Client], c.inForce[Server] = map[SettingID]uint32{}, map[SettingID]uint32{}
	return c
}

// act lets one side do one thing that it may.
func (c *conversation) act() {
	side := Side(c.random.IntN(2))
	switch c.random.IntN(10) {
	case 0, 1:
		c.open()
	case 2:
		c.push()
	case 3:
		c.announce(side)
	case 4:
		c.acknowledge(side)
	case 5:
		c.play(side, 1, AppendFrame(nil, TypePing, 0, 0, &PingFrame{}))
	default:
		if len(c.streams) > 0 {
			c.proceed(c.streams[c.random.IntN(len(c.streams))], side)
		}
	}
}

// play sends frames in segments of any size.
func (c *conversation) play(side Side, frames uint64, octets []byte) {
	c.frames += frames
	for len(octets) > 0 {
		n := 1 + c.random.IntN(len(octets))
		c.send(side, octets[:n])
		octets = octets[n:]
	}
}

// section sends a field section: HEADERS or PUSH_PROMISE, and CONTINUATION
// where it is cut, padded at random.
func (c *conversation) section(side Side, first func(fragment []byte, padding Padding) (Type, Payload), stream uint32, flags Flags, fields ...string) {
	block := c.block(side, fields...)
	var fragments [][]byte
	for c.random.IntN(3) == 0 {
		n := c.random.IntN(len(block) + 1)
		fragments = append(fragments, block[:n])
		block = block[n:]
	}
	fragments = append(fragments, block)
	var octets []byte
	for i, fragment := range fragments {
		endHeaders := Flags(0)
		if i == len(fragments)-1 {
			endHeaders = FlagEndHeaders
		}
		if i == 0 {
			kind, payload := first(fragment, c.padding())
			octets = AppendFrame(octets, kind, flags|endHeaders, stream, payload)
		} else {
			octets = append(octets, continuation(stream, endHeaders, fragment...)...)
		}
	}
	c.play(side, uint64(len(fragments)), octets)
}

func (c *conversation) padding() Padding {
	if c.random.IntN(2) == 0 {
		return Padding{}
	}
	return Padding{Padded: true, Octets: make([]byte, c.random.IntN(256))}
}

func (c *conversation) headersOn(side Side, stream uint32, last bool, fields ...string) {
	flags := Flags(0)
	if last {
		flags = FlagEndStream
	}
	c.section(side, func(fragment []byte, padding Padding) (Type, Payload) {
		return TypeHeaders, &HeadersFrame{Fragment: fragment, Padding: padding, HasPriority: side == Client, Priority: PriorityFrame{Weight: 16}}
	}, stream, flags, fields...)
}

func (c *conversation) coin() bool { return c.random.IntN(2) == 0 }

// open begins a request.
func (c *conversation) open() {
	m := &exchangeModel{id: c.next[Client]}
	c.next[Client] += 2 * uint32(1+c.random.IntN(3))
	c.streams = append(c.streams, m)
	path := fmt.Sprintf("/%d", c.random.IntN(5))
	last := c.coin()
	m.begun[Client], m.sent[Client] = true, "{:method: GET, :path: "+path+"}"
	c.headersOn(Client, m.id, last, ":method", "GET", ":path", path)
	c.finishHalf(m, Client, last)
}

// push promises a stream on one that is open for the server.
func (c *conversation) push() {
	for _, parent := range c.streams {
		if parent.id%2 == 0 || parent.complete[Server] {
			continue
		}
		m := &exchangeModel{id: c.next[Server]}
		c.next[Server] += 2
		c.streams = append(c.streams, m)
		m.begun[Client], m.complete[Client], m.sent[Client] = true, true, "{:path: /pushed}"
		c.section(Server, func(fragment []byte, padding Padding) (Type, Payload) {
			return TypePushPromise, &PushPromiseFrame{Promised: m.id, Fragment: fragment, Padding: padding}
		}, parent.id, 0, ":path", "/pushed")
		return
	}
}

// proceed sends the next frame of a message, or resets the stream.
func (c *conversation) proceed(m *exchangeModel, side Side) {
	last := c.random.IntN(3) == 0
	switch {
	case c.random.IntN(12) == 0:
		c.play(side, 1, resetFrame(m.id, Cancel))
		c.end(m)
		return
	case m.complete[side]:
		return
	case !m.begun[side] && c.random.IntN(3) == 0:
		m.interim += "[:status: 103] "
		c.headersOn(side, m.id, false, ":status", "103")
		return
	case !m.begun[side]:
		m.begun[side], m.sent[side] = true, "{:status: 200, x: y}"
		c.headersOn(side, m.id, last, ":status", "200", "x", "y")
	case last && c.coin():
		m.trailers[side] = " trailers {t: u}"
		c.headersOn(side, m.id, true, "t", "u")
	default:
		data := strings.Repeat("d", c.random.IntN(50))
		m.data[side] += len(data)
		flags := Flags(0)
		if last {
			flags = FlagEndStream
		}
		c.play(side, 1, AppendFrame(nil, TypeData, flags, m.id, &DataFrame{Data: []byte(data), Padding: c.padding()}))
	}
	c.finishHalf(m, side, last)
}

func (c *conversation) finishHalf(m *exchangeModel, side Side, last bool) {
	m.complete[side] = m.complete[side] || last
	if m.complete[Client] && m.complete[Server] {
		c.end(m)
	}
}

func (c *conversation) end(m *exchangeModel) {
	c.ended[m.id] = m.String()
	c.streams = slices.DeleteFunc(c.streams, func(other *exchangeModel) bool { return other == m })
}

func (m *exchangeModel) String() string {
	var sides [2]string
	for side := range sides {
		sides[side] = m.sent[side]
		if !m.begun[side] {
			sides[side] = "{}"
		}
		if m.data[side] > 0 {
			sides[side] += fmt.Sprintf(" %d octets", m.data[side])
		}
		sides[side] += m.trailers[side]
		if m.complete[side] {
			sides[side] += " complete"
		}
	}
	return sides[Client] + " → " + m.interim + sides[Server]
}

func (c *conversation) announce(side Side) {
	var values []Setting
	for range c.random.IntN(4) {
		values = append(values, Setting{SettingID(2 + c.random.IntN(5)), c.random.Uint32()})
	}
	c.pending[side] = append(c.pending[side], values)
	c.play(side, 1, settingsFrame(values...))
}

// acknowledge answers the oldest SETTINGS of the peer.
func (c *conversation) acknowledge(side Side) {
	peer := side.Other()
	if len(c.pending[peer]) == 0 {
		return
	}
	for _, v := range c.pending[peer][0] {
		c.inForce[peer][v.ID] = v.Value
	}
	c.pending[peer] = c.pending[peer][1:]
	c.play(side, 1, ackFrame())
}

// check ends the conversation and compares.
func (c *conversation) check(seed uint64) {
	c.t.Helper()
	for _, m := range c.streams {
		c.ended[m.id] = m.String()
	}
	conn, told := c.finish(), c.told
	if len(told) != len(c.ended) || conn.Streams != uint64(len(c.ended)) || conn.Frames != c.frames {
		c.t.Errorf("seed %d: %d streams told, %d opened, want %d; %d frames, want %d", seed, len(told), conn.Streams, len(c.ended), conn.Frames, c.frames)
	}
	for id, want := range c.ended {
		if told[id] != want {
			c.t.Errorf("seed %d, stream %d:\ntold %s\nwant %s", seed, id, told[id], want)
		}
	}
	for side, want := range c.inForce {
		got := conn.Settings[side]
		for _, v := range got {
			if value, ok := want[v.ID]; !ok || value != v.Value {
				c.t.Errorf("seed %d: %v of side %d in force, want %v", seed, got, side, want)
			}
		}
		if len(got) != len(want) {
			c.t.Errorf("seed %d: %v of side %d in force, want %v", seed, got, side, want)
		}
	}
}
