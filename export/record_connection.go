package export

import "h2scope/h2decode"

// connection tells all about a connection when it is over.
func (w *writer) connection(c *h2decode.Connection) {
	w.begin("connection")
	w.uint("conn", c.Number)
	w.address("client", c.Client)
	w.address("server", c.Server)
	w.lifetime(c)
	w.name("transport", c.Transport.String())
	w.name("protocol", c.Protocol.String())
	if c.Start != h2decode.NoStart {
		w.name("start", c.Start.String())
	}
	if len(c.Via) > 0 {
		w.vias(c.Via)
	}
	if len(c.Links) > 0 {
		w.texts("link", octets(c.Links))
	}
	if c.TLS != nil {
		w.tls(c.TLS)
	}
	w.tcp(&c.TCP)
	if c.Protocol == h2decode.ProtocolH2 {
		w.acknowledged(&c.Settings)
	}
	w.fingerprints(c)
	if c.Protocol == h2decode.ProtocolH2 {
		w.uint("frames", c.Frames)
		w.uint("streams", c.Streams)
		w.severities("findings", &c.Findings)
		w.goAways(&c.GoAway)
		if c.Unread != [2]uint64{} {
			w.sides("unread_bytes", &c.Unread)
		}
	}
	w.end()
}

func (w *writer) lifetime(c *h2decode.Connection) {
	w.timeUnlessZero("opened", c.Opened)
	w.timeUnlessZero("closed", c.Closed)
	w.name("close", c.Close.String())
	if c.HasCloser {
		w.name("closed_by", c.ClosedBy.String())
	}
	if c.Continues != 0 {
		w.uint("continues", c.Continues)
	}
}

func (w *writer) timeUnlessZero(key string, ns int64) {
	if ns != 0 {
		w.time(key, ns)
	}
}

func (w *writer) vias(vias []h2decode.Via) {
	w.array("via")
	for i := range vias {
		v := &vias[i]
		w.object("")
		w.name("kind", v.Kind)
		w.textUnlessEmpty("target", v.Target)
		w.textUnlessEmpty("source", v.Source)
		w.textUnlessEmpty("destination", v.Destination)
		w.endObject()
	}
	w.endArray()
}

func (w *writer) textUnlessEmpty(key, s string) {
	if s != "" {
		w.text(key, []byte(s))
	}
}

// tcp tells what TCP saw, counts by side.
func (w *writer) tcp(t *h2decode.TCPStats) {
	w.object("tcp")
	w.sides("packets", &t.Packets)
	w.sides("bytes", &t.Bytes)
	w.sides("retransmissions", &t.Retransmissions)
	w.sides("out_of_order", &t.OutOfOrder)
	w.sides("duplicates", &t.Duplicates)
	w.sides("gaps", &t.Gaps)
	w.sides("gap_bytes", &t.GapBytes)
	if t.RTT != 0 {
		w.duration("rtt_ms", t.RTT)
	}
	w.sides("zero_windows", &t.ZeroWindows)
	w.sides("bad_checksums", &t.BadChecksums)
	w.sides("conflicts", &t.Conflicts)
	w.sides("out_of_window", &t.OutOfWindow)
	w.endObject()
}

func (w *writer) sides(key string, counts *[2]uint64) {
	w.object(key)
	w.uint("client", counts[h2decode.Client])
	w.uint("server", counts[h2decode.Server])
	w.endObject()
}

// acknowledged writes the settings of each side that its peer acknowledged.
func (w *writer) acknowledged(settings *[2][]h2decode.Setting) {
	if len(settings[0])+len(settings[1]) == 0 {
		return
	}
	w.object("settings")
	for side, all := range settings {
		if len(all) == 0 {
			continue
		}
		w.object(h2decode.Side(side).String())
		for _, s := range all {
			w.uint(s.ID.String(), uint64(s.Value))
		}
		w.endObject()
	}
	w.endObject()
}

// goAways writes the last GOAWAY of each side.
func (w *writer) goAways(all *[2]*h2decode.GoAway) {
	if all[0] == nil && all[1] == nil {
		return
	}
	w.object("goaway")
	for side, g := range all {
		if g == nil {
			continue
		}
		w.object(h2decode.Side(side).String())
		w.uint("last_stream", uint64(g.LastStream))
		w.errorCode(g.Code)
		if len(g.DebugData) > 0 {
			w.text("debug_data", g.DebugData)
		}
		w.uint("packet", g.Packet)
		w.time("time", g.Time)
		w.endObject()
	}
	w.endObject()
}

func (w *writer) errorCode(code h2decode.ErrorCode) {
	w.name("error_code", code.String())
	w.uint("error_code_id", uint64(code))
}
