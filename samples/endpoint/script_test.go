package endpoint

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// The names are those of checks and of folders.
func TestScriptsAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scripts() {
		if s.Name == "" || seen[s.Name] || strings.Trim(s.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("name %q", s.Name)
		}
		if s.Title == "" {
			t.Errorf("%s has no title", s.Name)
		}
		seen[s.Name] = true
		if found, ok := Find(s.Name); !ok || found.Title != s.Title {
			t.Errorf("%s is not found", s.Name)
		}
	}
	if _, ok := Find("nosuch"); ok {
		t.Error("a script that is not there is found")
	}
}

// octets joins what one side sends, from its first frame on.
func (t *Transcript) octets(from Side) []byte {
	var all []byte
	for _, turn := range t.Turns {
		if turn.From == from {
			all = append(all, turn.Octets...)
		}
	}
	if t.Script.Upgrade {
		_, all, _ = bytes.Cut(all, []byte("\r\n\r\n"))
	}
	return bytes.TrimPrefix(all, []byte(http2.ClientPreface))
}

// A transcript's truth is what package http2 reads from its octets.
func TestTranscriptIsTrue(t *testing.T) {
	for _, s := range append(Scripts(), WindowScripts()...) {
		t.Run(s.Name, func(t *testing.T) {
			transcript := s.Transcribe()
			for _, from := range []Side{Client, Server} {
				var sent []Frame
				for _, f := range transcript.Frames {
					if f.From == from {
						sent = append(sent, f)
					}
				}
				compareWithFramer(t, transcript.octets(from), sent)
			}
		})
	}
}

// compareWithFramer walks octets by frame header, and puts field blocks together
// for package hpack.
func compareWithFramer(t *testing.T, octets []byte, sent []Frame) {
	t.Helper()
	framer := http2.NewFramer(nil, bytes.NewReader(octets))
	framer.SetMaxReadFrameSize(1<<24 - 1)
	framer.AllowIllegalReads = true
	decoder := hpack.NewDecoder(1<<20, nil)
	var block []byte
	for i, want := range sent {
		h, err := framer.ReadFrameHeader()
		if err != nil {
			t.Fatalf("frame %d: %v", i+1, err)
		}
		if h.Type != want.Type || h.Flags != want.Flags || h.StreamID != want.Stream || int(h.Length) != len(want.Payload) {
			t.Fatalf("frame %d is %v, and %v %v on %d with %d octets in the transcript", i+1, h, want.Type, want.Flags, want.Stream, len(want.Payload))
		}
		frame, err := framer.ReadFrameForHeader(h)
		if want.Malformed && err == nil {
			t.Errorf("frame %d: the framer does not find it malformed", i+1)
		}
		switch f := frame.(type) {
		case *http2.HeadersFrame:
			block = bytes.Clone(f.HeaderBlockFragment())
		case *http2.PushPromiseFrame:
			block = bytes.Clone(f.HeaderBlockFragment())
		case *http2.ContinuationFrame:
			block = append(block, f.HeaderBlockFragment()...)
		}
		if want.Fields == nil {
			continue
		}
		got, err := decoder.DecodeFull(block)
		if err != nil || !slices.EqualFunc(got, want.Fields, sameField) {
			t.Errorf("frame %d: fields %v, %v; want %v", i+1, got, err, want.Fields)
		}
	}
	if _, err := framer.ReadFrameHeader(); !errors.Is(err, io.EOF) {
		t.Errorf("there are more frames than the transcript has: %v", err)
	}
}

func sameField(a, b hpack.HeaderField) bool {
	return a.Name == b.Name && a.Value == b.Value && a.Sensitive == b.Sensitive
}

// The frame types, and the flags of each, that the scripts must have.
func TestEveryFrameHasEveryFlag(t *testing.T) {
	want := map[http2.FrameType]http2.Flags{
		http2.FrameData: 0x9, http2.FrameHeaders: 0x2d, http2.FramePriority: 0, http2.FrameRSTStream: 0, http2.FrameSettings: 1,
		http2.FramePushPromise: 0xc, http2.FramePing: 1, http2.FrameGoAway: 0, http2.FrameWindowUpdate: 0, http2.FrameContinuation: 4,
		typeAltSvc: 0, typeOrigin: 0, http2.FramePriorityUpdate: 0,
	}
	s, _ := Find("every-frame")
	got := map[http2.FrameType]http2.Flags{}
	for _, f := range s.Transcribe().Frames {
		got[f.Type] |= f.Flags
	}
	for typ, flags := range want {
		if seen, ok := got[typ]; !ok || seen != flags {
			t.Errorf("%v: flags %#x, want %#x", typ, seen, flags)
		}
	}
}

func TestBodiesAreHashed(t *testing.T) {
	s, _ := Find("exchange")
	bodies := s.Transcribe().Bodies
	want := Body{Stream: 1, From: Server, SHA256: sha256.Sum256(text(96))}
	if len(bodies) != 1 || bodies[0] != want {
		t.Errorf("bodies %v, want %v", bodies, want)
	}
}

func TestTranscriptIsDeterministic(t *testing.T) {
	for _, s := range Scripts() {
		a, b := s.Transcribe(), s.Transcribe()
		for i := range a.Turns {
			if !bytes.Equal(a.Turns[i].Octets, b.Turns[i].Octets) {
				t.Errorf("%s: step %d differs", s.Name, i+1)
			}
		}
		if !slices.Equal(a.Bodies, b.Bodies) {
			t.Errorf("%s: bodies differ", s.Name)
		}
	}
}

// Play carries every octet, in order, and keeps the waits.
func TestPlay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, name := range []string{"exchange", "stream-stall", "octet-by-octet", "large-body"} {
			s, _ := Find(name)
			transcript := s.Transcribe()
			a, b := net.Pipe()
			began := time.Now()
			if err := transcript.Play(t.Context(), a, b); err != nil {
				t.Fatal(err)
			}
			last := transcript.Frames[len(transcript.Frames)-1]
			if took := time.Since(began); took != last.At {
				t.Errorf("%s took %v, its script waits %v", name, took, last.At)
			}
		}
	})
}

// A connection that ends, or that alters an octet, is an error that names the
// step.
func TestPlayOverBadConnection(t *testing.T) {
	s, _ := Find("exchange")
	transcript := s.Transcribe()
	for name, spoil := range map[string]func(net.Conn) net.Conn{
		"ends":   func(c net.Conn) net.Conn { c.Close(); return c },
		"alters": func(c net.Conn) net.Conn { return altering{c} },
	} {
		a, b := net.Pipe()
		err := transcript.Play(t.Context(), spoil(a), b)
		if err == nil || !strings.Contains(err.Error(), "script exchange, step 1: ") {
			t.Errorf("%s: error %v", name, err)
		}
		a.Close()
		b.Close()
	}
}

type altering struct{ net.Conn }

func (a altering) Write(p []byte) (int, error) {
	p = bytes.Clone(p)
	p[len(p)-1] ^= 1
	return a.Conn.Write(p)
}

// A context that is done ends a wait at once.
func TestPlayIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := Script{Name: "long", Steps: []Step{after(time.Hour, client(Preface{}))}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		a, b := net.Pipe()
		if err := s.Transcribe().Play(ctx, a, b); err == nil {
			t.Error("no error")
		}
	})
}
