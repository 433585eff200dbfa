package h2scope

import (
	"maps"
	"slices"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
)

// totals is what one worker counts for the summary.
type totals struct {
	connections  uint64
	protocols    [4]uint64
	streams      uint64
	frames       uint64
	frameTypes   [256]uint64
	gaps         uint64
	resets       uint64
	alternatives uint64
	evicted      uint64
	tcp          h2decode.TCPStats
	tls          h2decode.TLSCounts
	reasons      map[string]uint64
	openings     []attack.Opening // of the HTTP/2 connections
	findings     h2decode.Severities
	consequences uint64
	notJudged    uint64
	afterClose   uint64 // segments of connections that were gone
}

func (t *totals) count(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		t.frames++
		t.frameTypes[e.Header.Type]++
	case *h2decode.StreamClosed:
		t.streams++
		if e.Stream.Reset != nil {
			t.resets++
		}
	case *h2decode.GapFound:
		t.gaps++
	case *h2decode.AlternativeSeen:
		t.alternatives++
	case *h2decode.ConnectionClosed:
		t.protocols[e.Protocol]++
		if e.Close == h2decode.Evicted || e.Close == h2decode.IdleLimit {
			t.evicted++
		}
		addTCP(&t.tcp, &e.TCP)
		t.countTLS(e.TLS)
		for severity, n := range e.Findings {
			t.findings[severity] += n
		}
		t.consequences += e.Consequences
		if e.Protocol == h2decode.ProtocolH2 && len(t.openings) < maxOpenings {
			t.openings = append(t.openings, attack.Opening{
				Conn: e.Number, Client: e.Client.Addr(), Time: e.Opened, Packet: e.OpenedPacket, Streams: e.Streams,
			})
		}
		t.notJudged += e.NotJudged
	}
}

// maxOpenings is how many connections of a worker are looked at for churn.
const maxOpenings = 1 << 20

// churn tells of attacks that are made of many connections.
func churn(cfg *Config, workers []*worker) []*h2decode.Finding {
	c := attack.NewChurn(cfg.Thresholds)
	for _, w := range workers {
		for _, o := range w.totals.openings {
			c.Add(o)
		}
	}
	return c.Findings()
}

func (t *totals) countTLS(s *h2decode.Security) {
	if s == nil {
		return
	}
	t.tls.Connections++
	if s.Secret {
		t.tls.WithSecret++
	}
	if s.Decrypted != "none" {
		t.tls.Decrypted++
	}
	if s.Reason != "" {
		if t.reasons == nil {
			t.reasons = make(map[string]uint64)
		}
		t.reasons[s.Reason]++
	}
}

// totalOf sums up what the workers and the reader counted.
func totalOf(workers []*worker) *h2decode.CaptureEnded {
	read := &workers[0].read
	end := &h2decode.CaptureEnded{
		Packets: read.packets, Bytes: read.octets, Skipped: read.skipped,
		First: read.first, Last: read.last, Truncated: read.truncated,
	}
	reasons := make(map[string]uint64)
	var afterClose uint64
	for _, w := range workers {
		t := &w.totals
		end.TLS.Connections += t.tls.Connections
		end.TLS.WithSecret += t.tls.WithSecret
		end.TLS.Decrypted += t.tls.Decrypted
		for reason, n := range t.reasons {
			reasons[reason] += n
		}
		end.Connections += t.connections
		end.Streams += t.streams
		end.Frames += t.frames
		end.Gaps += t.gaps
		end.Resets += t.resets
		end.Alternatives += t.alternatives
		end.Evicted += t.evicted
		for severity, n := range t.findings {
			end.Findings[severity] += n
		}
		end.Consequences += t.consequences
		end.NotJudged += t.notJudged
		afterClose += t.afterClose
		for i, n := range t.protocols {
			end.Protocols[i] += n
		}
		for i, n := range t.frameTypes {
			end.FrameTypes[i] += n
		}
		addTCP(&end.TCP, &t.tcp)
	}
	if afterClose > 0 {
		end.Skipped = append(slices.Clip(end.Skipped), h2decode.SkippedCount{Reason: "after-close", Packets: afterClose})
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		end.TLS.Reasons = append(end.TLS.Reasons, h2decode.ReasonCount{Reason: reason, Connections: reasons[reason]})
	}
	return end
}

func addTCP(sum, t *h2decode.TCPStats) {
	for side := range 2 {
		sum.Packets[side] += t.Packets[side]
		sum.Bytes[side] += t.Bytes[side]
		sum.Retransmissions[side] += t.Retransmissions[side]
		sum.OutOfOrder[side] += t.OutOfOrder[side]
		sum.Duplicates[side] += t.Duplicates[side]
		sum.Gaps[side] += t.Gaps[side]
		sum.GapBytes[side] += t.GapBytes[side]
		sum.ZeroWindows[side] += t.ZeroWindows[side]
		sum.BadChecksums[side] += t.BadChecksums[side]
		sum.Conflicts[side] += t.Conflicts[side]
		sum.OutOfWindow[side] += t.OutOfWindow[side]
	}
}
