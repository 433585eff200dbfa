package h2decode

import "time"

// What TCP tells of the path, which whoever feeds a connection may pass on, and
// which becomes events like those of HTTP/2. Of is the side whose octets it is
// about.

// A Period is a stretch of time; Ended is 0 where it is not known.
type Period struct{ Began, Ended int64 }

// SetUp tells, before HTTP/2 begins, how long its connection took to set up: the
// handshake of TCP, and that of TLS.
type SetUp struct {
	Conn         uint64
	Connect, TLS Period
}

func (*SetUp) event() {}

// A PathSample tells that octets of From were acknowledged after RTT.
type PathSample struct {
	Origin
	RTT time.Duration
}

// ReceiverClosed tells that the TCP receive window of From is shut: 0 octets.
type ReceiverClosed struct{ Origin }

// ReceiverOpened tells that it is open again.
type ReceiverOpened struct {
	Origin
	Closed int64 // nanoseconds for which it was shut
}

// Retransmitted tells that From sent octets again.
type Retransmitted struct {
	Origin
	Length uint64
}

// PathSample takes note of a round trip of octets of from.
func (c *Conn) PathSample(from Side, rtt time.Duration, packet uint64, at int64) {
	c.sink.Event(&PathSample{Origin: c.pathOrigin(from, packet, at), RTT: rtt})
}

// ReceiverClosed takes note that from's receive window is shut.
func (c *Conn) ReceiverClosed(from Side, packet uint64, at int64) {
	c.tcp[from.Other()].set(true, at, 0)
	c.sink.Event(&ReceiverClosed{c.pathOrigin(from, packet, at)})
}

// ReceiverOpened takes note that from's receive window is open again.
func (c *Conn) ReceiverOpened(from Side, packet uint64, at int64) {
	shut := &c.tcp[from.Other()]
	closed := at - shut.since
	shut.set(false, at, 0)
	c.sink.Event(&ReceiverOpened{Origin: c.pathOrigin(from, packet, at), Closed: closed})
}

// Retransmitted takes note that from sent octets again.
func (c *Conn) Retransmitted(from Side, length uint64, packet uint64, at int64) {
	c.sink.Event(&Retransmitted{Origin: c.pathOrigin(from, packet, at), Length: length})
}

func (c *Conn) pathOrigin(from Side, packet uint64, at int64) Origin {
	return Origin{Conn: c.cfg.Conn, From: from, Packet: packet, Time: at}
}

func (*PathSample) event()     {}
func (*ReceiverClosed) event() {}
func (*ReceiverOpened) event() {}
func (*Retransmitted) event()  {}
