package main

import (
	"io"
	"net"
	"sync"
	"time"

	"h2scope/capture"
	"h2scope/samples/endpoint/socket"
)

// A recordedSocket is a source of the packets that a recorder makes. Who makes
// them waits while maxWaiting are not read, until the source ends.
type recordedSocket struct {
	recorder socket.Recorder
	about    [1]capture.Interface
	packets  chan madePacket
	ended    chan struct{}
	once     sync.Once
	count    uint64
	fresh    bool // packets were given since the last ErrIdle
	idle     *time.Timer
}

type madePacket struct {
	time   int64
	octets []byte
}

// maxWaiting is how many packets wait to be read.
const maxWaiting = 1024

func newRecordedSocket(address net.Addr) *recordedSocket {
	s := &recordedSocket{
		packets: make(chan madePacket, maxWaiting), ended: make(chan struct{}), idle: time.NewTimer(idleAfter),
		about: [1]capture.Interface{{Name: "socket " + address.String(), LinkType: capture.LinkTypeRaw}},
	}
	s.recorder.Capture.Take = func(time int64, octets []byte) {
		select {
		case s.packets <- madePacket{time, octets}:
		case <-s.ended:
		}
	}
	return s
}

// Next is Source's.
func (s *recordedSocket) Next(p *capture.Packet) error {
	select {
	case made := <-s.packets:
		return s.give(p, made)
	default:
	}
	if s.fresh {
		s.fresh = false
		return capture.ErrIdle
	}
	s.idle.Reset(idleAfter)
	select {
	case made := <-s.packets:
		return s.give(p, made)
	case <-s.idle.C:
		return capture.ErrIdle
	case <-s.ended:
	}
	select { // those that came before the end
	case made := <-s.packets:
		return s.give(p, made)
	default:
		return io.EOF
	}
}

func (s *recordedSocket) give(p *capture.Packet, made madePacket) error {
	s.count++
	s.fresh = true
	*p = capture.Packet{
		Number: s.count, Time: made.time, Data: made.octets, Length: len(made.octets), LinkType: capture.LinkTypeRaw,
	}
	return nil
}

// end is the end of the source, behind the packets that were made by now.
func (s *recordedSocket) end() { s.once.Do(func() { close(s.ended) }) }

// Close is Source's.
func (s *recordedSocket) Close() error {
	s.end()
	return nil
}

// Interfaces is Source's: the socket stands for one.
func (s *recordedSocket) Interfaces() []capture.Interface { return s.about[:] }

// Files is Source's: there are none. Nor are there any of the following.
func (s *recordedSocket) Files() []string { return nil }

// Notices is Source's.
func (s *recordedSocket) Notices() []capture.Notice { return nil }

// Secrets is Source's.
func (s *recordedSocket) Secrets() []capture.Secrets { return nil }

// Comments is Source's.
func (s *recordedSocket) Comments() []capture.Comment { return nil }

var _ capture.Source = (*recordedSocket)(nil)
