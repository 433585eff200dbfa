package opening

import "bytes"

// An outcome is what a step of following HTTP/1.1 came to.
type outcome uint8

const (
	wait      outcome = iota // for more octets
	progress                 // there may be more to do
	lost                     // the messages can't be followed further, or none can follow
	upgraded                 // to HTTP/2
	tunnelled                // to something else, through CONNECT
)

// maxPipelined is how many requests may wait for their responses. A client
// that is further ahead is not read on until some are answered.
const maxPipelined = 1024

// A request is one that has no final response yet.
type request struct {
	end   uint64 // offset behind its head
	head  bool   // its method is HEAD
	plain bool   // no answer to it changes the protocol
	tries *Upgrade
	to    string // the target of CONNECT
}

// An http1 follows the messages of an HTTP/1.1 connection (RFC 9112). The
// client runs ahead of the server, but not past a request whose answer may
// change the protocol.
type http1 struct {
	client, server *stream
	midstream      bool

	requests  []request
	sending   body // of the last request
	receiving body // of the last response

	// accepted is upgraded or tunnelled once the server has agreed. The
	// client's part of the request may still be on its way.
	accepted outcome
	target   string // of the accepted CONNECT
}

func newHTTP1(client, server *stream, midstream bool) *http1 {
	return &http1{client: client, server: server, midstream: midstream}
}

// upgrade is the exchange that was accepted.
func (f *http1) upgrade() *Upgrade { return f.requests[0].tries }

// step does the next thing that can be done.
func (f *http1) step() outcome {
	if out := f.readClient(); out != wait {
		return out
	}
	if f.accepted != wait {
		if f.sending.state == bodyDone {
			return f.accepted
		}
		return wait
	}
	return f.readServer()
}

// readClient reads a piece of a request.
func (f *http1) readClient() outcome {
	last := len(f.requests) - 1
	if f.sending.state != bodyDone {
		out := f.sending.read(f.client)
		if last >= 0 && f.requests[last].tries != nil {
			u := f.requests[last].tries
			u.Body = f.sending.octets
			u.Request.Last = f.client.last
		}
		return out
	}
	if last >= 0 && !f.requests[last].plain || last+1 == maxPipelined {
		return wait
	}
	head := f.client.readHead()
	if head == nil {
		return noHead(f.client)
	}
	return f.readRequest(head)
}

// noHead is what follows where no whole head is there.
func noHead(s *stream) outcome {
	if s.cut() {
		return lost
	}
	return wait
}

// readRequest takes the head of a request.
func (f *http1) readRequest(head []byte) outcome {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	method, target, version := splitRequestLine(line)
	info := readFields(head)
	sending, ok := requestBody(info)
	if !ok || !isHTTP1(version) {
		return lost
	}
	r := request{end: f.client.offset + uint64(len(head)), head: string(method) == "HEAD"}
	switch {
	case string(method) == "CONNECT":
		r.to = string(target)
	case info.h2c:
		r.tries = newUpgrade(head, method, target, version)
		r.tries.Request.First = f.client.first()
	default:
		r.plain = !info.upgrade
	}
	f.client.consume(len(head))
	if r.tries != nil {
		r.tries.Request.Last = f.client.last
	}
	f.sending = sending
	f.requests = append(f.requests, r)
	return progress
}

// readServer reads a piece of a response. Its request must have been seen.
func (f *http1) readServer() outcome {
	if f.receiving.state != bodyDone {
		return f.receiving.read(f.server)
	}
	if len(f.requests) == 0 {
		return wait
	}
	head := f.server.readHead()
	if head == nil {
		return noHead(f.server)
	}
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	code, ok := statusCode(line)
	if !ok {
		return lost
	}
	return f.readResponse(head, code)
}

// readResponse takes the head of a response.
func (f *http1) readResponse(head []byte, code int) outcome {
	r := f.requests[0]
	if f.midstream && f.server.acked() < r.end {
		r = request{plain: true} // it answers one from before the capture
	} else if code >= 200 && (r.to == "" || code >= 300) {
		f.requests = f.requests[:copy(f.requests, f.requests[1:])]
	}
	info := readFields(head)
	switch {
	case code == 101:
		return f.switched(r, head, info)
	case code < 200: // interim
		f.server.consume(len(head))
		return progress
	case r.to != "" && code < 300: // no body: RFC 9110, Section 9.3.6
		f.server.consume(len(head))
		f.accepted, f.target = tunnelled, r.to
		return progress
	}
	receiving, ok := responseBody(info, code, r.head)
	if !ok {
		return lost
	}
	f.server.consume(len(head))
	f.receiving = receiving
	return progress
}

// switched takes a 101.
func (f *http1) switched(r request, head []byte, info headInfo) outcome {
	if r.tries == nil || !info.h2c {
		return lost // WebSocket, say
	}
	r.tries.ResponseFields = copyFields(head)
	r.tries.Response.First = f.server.first()
	f.server.consume(len(head))
	r.tries.Response.Last = f.server.last
	f.accepted = upgraded
	return progress
}
