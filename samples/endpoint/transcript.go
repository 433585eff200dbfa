package endpoint

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"time"

	"golang.org/x/net/http2"
)

// A Transcript is what a script comes to: the octets of each step, and the truth
// about them. Its slices are the transcript's own and must not be changed.
type Transcript struct {
	Script *Script
	Turns  []Turn
	Frames []Frame // in the order in which they are sent
	Bodies []Body  // in order of stream, then of side
}

// A Turn is a step in octets.
type Turn struct {
	From   Side
	Wait   time.Duration
	Octets []byte
	Cut    int // octets a write; 0: all
	Deaf   bool
}

// Writes are the octets of the turn as they are written.
func (t *Turn) Writes() [][]byte {
	if t.Cut <= 0 {
		return [][]byte{t.Octets}
	}
	return slices.Collect(slices.Chunk(t.Octets, t.Cut))
}

// A Frame is what is known of a frame by who sends it.
type Frame struct {
	From    Side
	Turn    int           // index into Turns
	At      time.Duration // how long after the first turn it is sent at the earliest
	Type    http2.FrameType
	Flags   http2.Flags
	Stream  uint32
	Payload []byte
	Fields  Fields // on the frame that ends a field block

	Reserved  bool // the reserved bit before the stream identifier is set
	Malformed bool // the payload is not what the type asks for
	Broken    bool // the field block that it ends breaks a rule of RFC 7541
}

// A Body is the data of one side of a stream.
type Body struct {
	Stream uint32
	From   Side
	SHA256 [sha256.Size]byte
}

// Transcribe works out what the script sends. The same script gives the same
// transcript.
func (s *Script) Transcribe() *Transcript {
	t := &Transcript{Script: s}
	speakers := [2]*speaker{newSpeaker(Client), newSpeaker(Server)}
	var at time.Duration
	for i, step := range s.Steps {
		octets, frames := speakers[step.From].say(step.Send)
		at += step.Wait
		for _, f := range frames {
			f.Turn, f.At = i, at
			t.Frames = append(t.Frames, f)
		}
		t.Turns = append(t.Turns, Turn{From: step.From, Wait: step.Wait, Octets: octets, Cut: step.Cut, Deaf: step.Deaf})
	}
	for _, s := range speakers {
		for stream, h := range s.bodies {
			t.Bodies = append(t.Bodies, Body{Stream: stream, From: s.from, SHA256: [sha256.Size]byte(h.Sum(nil))})
		}
	}
	slices.SortFunc(t.Bodies, func(a, b Body) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.From, b.From))
	})
	return t
}
