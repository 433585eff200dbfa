package rules

import (
	"bytes"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// maxAuthorities is how many authorities of requests are remembered.
const maxAuthorities = 64

// stateOfPromise holds PUSH_PROMISE against the rules of RFC 9113, Sections 6.6
// and 8.4. Its field block may be another frame's to end.
func (j *Judge) stateOfPromise(f *h2decode.FrameDecoded) {
	p, _ := f.Payload.(*h2decode.PushPromiseFrame)
	switch {
	case p == nil || f.Header.Stream == 0: // which are other rules'
		return
	case f.From == client:
		j.broke("PU-01", nil, "the client sends PUSH_PROMISE")
		return
	case f.Missing > 0 && p.Promised == 0: // it could not be read
		return
	}
	j.checkPushEnabled(f)
	j.checkParent(f)
	switch newest := j.conn.Newest(server); {
	case p.Promised == 0 || p.Promised%2 == 1:
		j.broke("PU-03", promised(p), "the server promises stream %d, which is none of its own", p.Promised)
	case p.Promised <= newest:
		j.broke("PU-03", promised(p), "the server promises stream %d after stream %d", p.Promised, newest)
	default:
		j.checkNewStream(f, p.Promised)
		j.streams.add(p.Promised)
		j.checks.streams.pushes++
	}
	j.stateOfBlock(f)
}

func promised(p *h2decode.PushPromiseFrame) []h2decode.Evidence {
	return []h2decode.Evidence{{Name: "promised", Number: int64(p.Promised)}}
}

// checkPushEnabled holds PUSH_PROMISE against the client's
// SETTINGS_ENABLE_PUSH.
func (j *Judge) checkPushEnabled(f *h2decode.FrameDecoded) {
	switch _, enabled, known := j.conn.Setting(client, h2decode.SettingEnablePush); {
	case !known:
		j.skip("PU-02")
	case enabled == 0:
		j.broke("PU-02", nil, "the server sends PUSH_PROMISE after it has acknowledged SETTINGS_ENABLE_PUSH=0")
	}
}

// checkParent holds the stream on which PUSH_PROMISE is sent against the rules.
func (j *Judge) checkParent(f *h2decode.FrameDecoded) {
	id := f.Header.Stream
	s := j.conn.Stream(id)
	switch {
	case id%2 == 0:
		j.broke("PU-04", nil, "the server sends PUSH_PROMISE on stream %d, which is none of the client's", id)
	case s == nil:
		j.checkLostParent(f, id)
	case s.State == h2decode.HalfClosedServer:
		j.broke("PU-04", state(s.State), "the server sends PUSH_PROMISE on stream %d, after its END_STREAM", id)
	default:
		j.checkTunnel(f)
		if s.Response.DataBytes > 0 {
			j.broke("PU-07", number("data_bytes", s.Response.DataBytes), "the server promises a stream after %d octets of DATA on stream %d", s.Response.DataBytes, id)
		}
	}
}

// checkLostParent holds PUSH_PROMISE on a stream that is not open against the
// rules. Until the server has heard of the client's RST_STREAM, it may be.
func (j *Judge) checkLostParent(f *h2decode.FrameDecoded, id uint32) {
	c := j.streams.closedAs(id)
	switch {
	case c != nil && c.unfollowed, c == nil && (id <= j.streams.forgotten[client] || j.openable(f, id)):
		j.skip("PU-04")
	case c == nil:
		j.broke("PU-04", nil, "the server sends PUSH_PROMISE on stream %d, which was never opened", id)
	case c.left[server] != stayed:
		j.broke("PU-04", state(h2decode.Closed), "the server sends PUSH_PROMISE on stream %d, on which it may send no more", id)
	case knew(f, c.end[client]):
		j.brokeClosed("ST-05", f, "after it had received RST_STREAM")
	}
}

// checkPromisedRequest holds the request that PUSH_PROMISE makes against the
// rules of RFC 9113, Section 8.4.
func (j *Judge) checkPromisedRequest(f *h2decode.FrameDecoded) {
	b := f.Block
	if f.From == client {
		return
	}
	if method := exactValue(b, ":method"); method != nil && string(method) != "GET" && string(method) != "HEAD" {
		j.broke("PU-05", text("method", method), "the server promises a request of method %q, which is not both safe and cacheable", clip(method))
	} else if length := exactValue(b, "content-length"); length != nil && string(length) != "0" {
		j.broke("PU-05", text("content_length", length), "the server promises a request with content")
	}
	authority := exactValue(b, ":authority")
	switch {
	case authority == nil || j.requested(authority):
	case string(exactValue(b, ":scheme")) != "http" || !j.certain(f, client):
		j.skip("PU-06") // the server's certificate may be valid for it
	default:
		j.broke("PU-06", text("authority", authority), "the server promises a request to %q, which the client has asked nothing of", clip(authority))
	}
}

// clip is the front of a value, as much as stands in a finding.
func clip(value []byte) []byte { return value[:min(len(value), maxQuoted)] }

// exactValue is the first value of a name that is certain; nil: there is none.
func exactValue(b *h2decode.Block, name string) []byte {
	for i := range b.Fields {
		if f := &b.Fields[i]; string(f.Name) == name && f.Trust() == hpack.Exact {
			return f.Value
		}
	}
	return nil
}

// noteAuthority remembers what a request is addressed to.
func (j *Judge) noteAuthority(authority []byte) {
	if !j.requested(authority) && len(j.checks.streams.authorities) < maxAuthorities {
		j.checks.streams.authorities = append(j.checks.streams.authorities, bytes.Clone(authority))
	}
}

func (j *Judge) requested(authority []byte) bool {
	for _, a := range j.checks.streams.authorities {
		if bytes.Equal(a, authority) || bytes.EqualFold(a, authority) {
			return true
		}
	}
	return false
}
