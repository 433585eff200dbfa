package tunnel

import (
	"h2scope/h2decode"
	"h2scope/h2decode/rules"
)

// A connection is the HTTP/2 inside a tunnel. It passes on the events, and judges
// them: what is found comes behind the event that gave rise to it, but the end of
// a stream or of the connection is judged before it is told, so that its event has
// the findings in it.
type connection struct {
	*h2decode.Conn
	judge     *rules.Judge
	sink      h2decode.Sink
	transport h2decode.Transport
}

func newConnection(cfg Config, transport h2decode.Transport, sink h2decode.Sink) *connection {
	c := &connection{sink: sink, transport: transport}
	c.Conn = h2decode.NewConn(h2decode.Config{Conn: cfg.Conn, Messages: true, Data: true, Limits: cfg.Limits}, c)
	c.judge = rules.New(c.Conn, rules.Config{Transport: transport}, sink)
	return c
}

// Event takes an event of the connection.
func (c *connection) Event(e h2decode.Event) {
	switch e.(type) {
	case *h2decode.StreamClosed, *h2decode.ConnectionClosed:
		c.judge.Event(e)
		c.sink.Event(e)
	default:
		c.sink.Event(e)
		c.judge.Event(e)
	}
}

// close ends the connection and tells all about it.
func (c *connection) close(number uint64, security *h2decode.Security, packet uint64, time int64) *h2decode.Connection {
	about := &h2decode.Connection{
		Number: number, Closed: time, Packet: packet, Transport: c.transport, Protocol: h2decode.ProtocolH2,
		Start: h2decode.StartPriorKnowledge, TLS: security,
	}
	if security != nil && security.ALPN == "h2" {
		about.Start = h2decode.StartALPN
	}
	c.Finish(about, packet, time)
	c.Event(&h2decode.ConnectionClosed{Connection: about})
	return about
}
