package selftest

import (
	"bytes"
	"time"

	"h2scope/h2decode"
	"h2scope/hpack"
)

var breakings = []breaking{
	{"a window off by one", "stream-stall/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		w, ok := f.Payload.(*h2decode.WindowUpdateFrame)
		if ok {
			w.Increment++
		}
		return ok
	}), "frame 5, WINDOW_UPDATE: its payload is …00100001… at octet 0 of 4; sent was …00100000…"},
	{"a weight off by one", "priority-tree/tls1.3", firstFrame(func(f *h2decode.FrameDecoded) bool {
		p, ok := f.Payload.(*h2decode.PriorityFrame)
		if ok {
			p.Weight--
		}
		return ok
	}), "PRIORITY: its payload is"},
	{"a flag too many", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		f.Header.Flags |= 0x20
		return true
	}), "frame 1 is SETTINGS of the client, type 0x4, flags 0x20"},
	{"another stream", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		f.Header.Stream = 3
		return f.Header.Type == h2decode.TypeHeaders
	}), "stream 3"},
	{"the other side", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		f.From = f.From.Other()
		return true
	}), "frame 1 is SETTINGS of the server"},
	{"a value changed", "exchange/tls1.3", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Fields[0].Value = []byte("PET")
		return true
	}), `field 1 is :method: "PET"; sent was :method: "GET"`},
	{"a field left out", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Fields = f.Block.Fields[:3]
		return true
	}), "3 fields; sent were 5"},
	{"a secret that may be indexed", "sensitive/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Fields[4].Representation = hpack.WithoutIndexing
		return true
	}), "never indexed"},
	{"an uncertain value", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Fields[1].ValueTrust = hpack.Uncertain
		return true
	}), "uncertain"},
	{"a block without an end", "continuation/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		had := f.Block != nil
		f.Block = nil
		return had
	}), "ends a field block: false; sent was true"},
	{"a block with a hole", "exchange/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Incomplete = true
		return true
	}), "the block has a hole"},
	{"a payload that is not decoded", "goaway/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		was := f.Header.Type == h2decode.TypeGoAway
		if was {
			f.Payload = nil
		}
		return was
	}), "its payload was not decoded"},
	{"a sound frame called malformed", "pings/cleartext", firstFrame(func(f *h2decode.FrameDecoded) bool {
		f.Malformed = &h2decode.FrameError{Reason: "made up"}
		return true
	}), "malformed is true; sent was false"},
	{"a time too early", "stream-stall/cleartext", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.FrameDecoded); ok && f.Header.Type == h2decode.TypeGoAway {
			f.Time -= int64(400 * time.Millisecond)
		}
		return true
	}, "it was sent 450ms after it at the earliest"},
	{"an octet of data changed", "exchange/cleartext", func(e h2decode.Event) bool {
		if d, ok := e.(*h2decode.DataDecoded); ok {
			d.Data = bytes.ToUpper(d.Data)
		}
		return true
	}, "stream 1: the data of the server has SHA-256"},
	{"data left out", "exchange/cleartext", func(e h2decode.Event) bool {
		_, data := e.(*h2decode.DataDecoded)
		return !data
	}, "stream 1: the data of the server has SHA-256 e3b0c44298fc1c14"},
	{"data on another stream", "exchange/cleartext", func(e h2decode.Event) bool {
		if d, ok := e.(*h2decode.DataDecoded); ok {
			d.Stream += 2
		}
		return true
	}, "stream 1: the data of the server has"},
	{"a finding left out", "rule-fc-01/packets", func(e h2decode.Event) bool {
		_, finding := e.(*h2decode.Finding)
		return !finding
	}, "no finding tells that FC-01 is broken; it was"},
	{"a finding of another rule", "rule-fc-03/packets", func(e h2decode.Event) bool {
		if f, ok := e.(*h2decode.Finding); ok {
			f.Rule = "FC-05"
		}
		return true
	}, "1 findings tell that FC-05 is broken; it was not"},
	{"a broken block called sound", "rule-hp-09/packets", firstFrame(func(f *h2decode.FrameDecoded) bool {
		if f.Block == nil {
			return false
		}
		f.Block.Violations = nil
		return true
	}), "nothing is found wrong with its field block"},
	{"a frame of the last of many connections left out", "attack-at-22/packets", func(e h2decode.Event) bool {
		f, ok := e.(*h2decode.FrameDecoded)
		return !ok || f.Conn != 60 || f.Number != 1
	}, "419 frames; sent were 420"},
	{"frames left out", "exchange/cleartext", func(e h2decode.Event) bool {
		f, ok := e.(*h2decode.FrameDecoded)
		return !ok || f.Header.Type != h2decode.TypeGoAway
	}, "7 frames; sent were 8"},
	{"a connection that is no HTTP/2", "exchange/cleartext", func(e h2decode.Event) bool {
		if c, ok := e.(*h2decode.ConnectionClosed); ok {
			c.Protocol = h2decode.ProtocolOther
		}
		return true
	}, "connection 1 carries other; it was h2"},
	{"a connection left out", "exchange/cleartext", func(e h2decode.Event) bool {
		_, closed := e.(*h2decode.ConnectionClosed)
		return !closed
	}, "0 connections; there were 1"},
	{"half of it decrypted", "exchange/tls1.3", func(e h2decode.Event) bool {
		if c, ok := e.(*h2decode.ConnectionClosed); ok {
			c.TLS.Decrypted, c.TLS.Reason = "client-only", "made-up"
		}
		return true
	}, "decrypted is client-only (made-up)"},
	{"a status of the site", "site/cleartext", func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.StreamClosed); ok && s.Stream.ID == 1 {
			s.Stream.Response.Fields[0].Value = []byte("500")
		}
		return true
	}, `GET /: status is "500"; it was "200"`},
	{"a trailer of the site", "site/cleartext", func(e h2decode.Event) bool {
		if s, ok := e.(*h2decode.StreamClosed); ok {
			s.Stream.Response.Trailers = nil
		}
		return true
	}, "GET /trailers: trailers has the fields []"},
	{"a stream of the site", "site/cleartext", func(e h2decode.Event) bool {
		s, ok := e.(*h2decode.StreamClosed)
		return !ok || s.Stream.ID != 3
	}, "no stream has that path"},
}
