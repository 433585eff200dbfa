package opening

import (
	"h2scope/h2decode/resync"
	"h2scope/reassembly"
)

// decidePreface decides for HTTP/2 by the client's preface. Where the connection is
// joined in the middle, the server may have begun before: with the response to an
// upgrade whose request is lost, which its frames stand behind, or with a frame of
// which only the end is there, unless it is the SETTINGS frame that comes first
// (RFC 9113, Section 3.4). Its first octets tell, so they are waited for, unless
// there are no more.
func (o *Opening) decidePreface(client reassembly.Half, noMore bool) match {
	o.clientIs(client)
	if o.cfg.Midstream {
		server := &o.half[client.Other()]
		if isStatusLine(server.octets()) {
			server.consume(len(server.readHead()))
			o.result.Joined = true
		}
		b := server.octets()
		if len(b) < frameHeaderSize && !server.cut() && !noMore {
			o.prefaced, o.search = true, nil
			return more
		}
		inStep := len(b) == 0 || resync.IsSettings(b)
		if o.result.Joined = o.result.Joined || !inStep; o.result.Joined {
			o.result.InStep[client], o.result.InStep[client.Other()] = true, inStep
		}
	}
	o.decide(HTTP2)
	return yes
}

// settlePreface decides by the client's preface, where only the server's octets
// were waited for.
func (o *Opening) settlePreface() bool {
	return o.prefaced && o.decidePreface(o.result.Client, true) == yes
}
