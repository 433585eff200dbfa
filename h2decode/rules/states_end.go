package rules

import "h2scope/h2decode"

// checkStreamEnd remembers a stream that closed, or takes note of one that did
// not before the connection's end.
func (j *Judge) checkStreamEnd(e *h2decode.StreamClosed) {
	s, checks := e.Stream, &j.checks.streams
	r := j.streams.get(s.ID)
	if s.Kind == h2decode.KindPush {
		checks.pushes--
		if r != nil && r.state.pushing {
			checks.pushing--
		}
	}
	if !s.Closed && !s.Evicted {
		if s.State != h2decode.Reserved {
			checks.unended = append(checks.unended, s.ID)
		}
		return
	}
	c := j.streams.close(s.ID)
	c.closer, c.unfollowed, c.upgraded = e.From, s.Evicted, s.Kind == h2decode.KindUpgrade
	if r != nil {
		c.end = r.state.ended
		c.unknown = [2]bool{r.messages[client].unknown, r.messages[server].unknown}
	}
	for side, m := range [...]*h2decode.Message{client: &s.Request, server: &s.Response} {
		if m.Complete {
			c.left[side] = ended
		}
	}
	if !s.Request.Complete || !s.Response.Complete {
		c.left[e.From], c.end[e.From] = reset, checks.seen[e.From]
	}
}

// checkStatesEnd tells, when the connection was closed, of the streams that were
// open still. After a connection error they may be.
func (j *Judge) checkStatesEnd(e *h2decode.ConnectionClosed) {
	c := e.Connection
	unended := j.checks.streams.unended
	j.checks.streams.unended = nil
	if len(unended) == 0 || c.Close != h2decode.ClosedFIN && c.Close != h2decode.ClosedRST {
		return
	}
	for _, g := range c.GoAway {
		if g != nil && g.Code != h2decode.NoError {
			return
		}
	}
	if !j.heard(client) || !j.heard(server) {
		j.skip("ST-13")
		return
	}
	how := map[h2decode.CloseReason]string{h2decode.ClosedFIN: "FIN", h2decode.ClosedRST: "RST"}[c.Close]
	for _, id := range unended {
		by := opener(id)
		if c.HasCloser {
			by = c.ClosedBy
		}
		if g := c.GoAway[opener(id).Other()]; g != nil && id > g.LastStream {
			continue // it was refused
		}
		at := h2decode.Origin{Conn: c.Number, From: by, Packet: c.Packet, Time: c.Closed}
		f := j.finding("ST-13", at, []h2decode.Evidence{{Name: "closed_by", Text: how}}, "stream %d had not ended when the connection was closed", id)
		f.Stream = id
	}
}
