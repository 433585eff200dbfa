package attack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/hpack"
)

const (
	client = h2decode.Client
	server = h2decode.Server
)

// A play is a connection that a test acts out, frame by frame, before a Watch.
// Each call of client or server is a packet, and takes no time.
type play struct {
	t       testing.TB
	conn    *h2decode.Conn
	watch   *attack.Watch
	offset  [2]uint64
	encoder [2]*hpack.Encoder
	packet  uint64
	now     int64
	next    uint32 // the stream that the next request opens
	found   []h2decode.Finding
}

// relay passes events on to the watch, which needs the connection to be made.
type relay struct{ p *play }

func (r relay) Event(e h2decode.Event) { r.p.watch.Event(e) }

// Event takes what the watch tells.
func (p *play) Event(e h2decode.Event) { p.found = append(p.found, *e.(*h2decode.Finding)) }

// newPlay begins a connection: both sides have sent and acknowledged SETTINGS.
func newPlay(t testing.TB, thresholds ...string) *play {
	p := newSilentPlay(t, thresholds...)
	p.client([]byte(h2decode.Preface), settings())
	p.server(settings(), settingsAck())
	p.client(settingsAck())
	return p
}

// newSilentPlay begins a connection on which nothing was sent yet.
func newSilentPlay(t testing.TB, thresholds ...string) *play {
	var limits attack.Thresholds
	for _, s := range thresholds {
		threshold, err := attack.ParseThreshold(s)
		if err != nil {
			t.Fatal(err)
		}
		limits.Set(threshold)
	}
	p := &play{t: t, now: 1_700_000_000e9, next: 1}
	p.encoder = [2]*hpack.Encoder{hpack.NewEncoder(4096), hpack.NewEncoder(4096)}
	p.conn = h2decode.NewConn(h2decode.Config{Conn: 1}, relay{p})
	p.watch = attack.New(p.conn, limits, p)
	return p
}

func (p *play) client(frames ...[]byte) { p.send(client, frames...) }
func (p *play) server(frames ...[]byte) { p.send(server, frames...) }

func (p *play) send(from h2decode.Side, frames ...[]byte) {
	data := slices.Concat(frames...)
	p.packet++
	p.conn.Chunk(&h2decode.Chunk{
		From: from, Offset: p.offset[from], Packet: p.packet, OctetsPacket: p.packet,
		Time: p.now, Acked: p.offset[from.Other()], Data: data,
	})
	p.offset[from] += uint64(len(data))
}

// wait lets time pass.
func (p *play) wait(d time.Duration) { p.now += int64(d) }

// close ends the connection.
func (p *play) close() *h2decode.Connection {
	c := &h2decode.Connection{Number: 1, Packet: p.packet, Closed: p.now}
	p.conn.Finish(c, p.packet, p.now)
	p.watch.Event(&h2decode.ConnectionClosed{Connection: c})
	return c
}

// ids are the signatures that showed, in order.
func (p *play) ids() string {
	var ids []string
	for _, f := range p.found {
		ids = append(ids, f.Rule)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// finding is the one of a signature.
func (p *play) finding(id string) *h2decode.Finding {
	p.t.Helper()
	for i := range p.found {
		if p.found[i].Rule == id {
			return &p.found[i]
		}
	}
	p.t.Fatalf("no %s among %q", id, p.ids())
	return nil
}

// request opens a stream with a GET and gives its identifier.
func (p *play) request() uint32 {
	p.next += 2
	p.client(p.headers(client, p.next-2, h2decode.FlagEndStream, get...))
	return p.next - 2
}

// upload opens a stream with a POST whose data is still to come.
func (p *play) upload() uint32 {
	p.next += 2
	p.client(p.headers(client, p.next-2, 0, ":method", "POST", ":scheme", "https", ":path", "/", ":authority", "a.example"))
	return p.next - 2
}

// respond begins a response whose data is still to come.
func (p *play) respond(stream uint32) { p.server(p.headers(server, stream, 0, ":status", "200")) }

var get = []string{":method", "GET", ":scheme", "https", ":path", "/", ":authority", "a.example"}

// headers is a HEADERS frame with END_HEADERS: names and values in turn.
func (p *play) headers(side h2decode.Side, stream uint32, flags h2decode.Flags, fields ...string) []byte {
	return block(stream, flags|h2decode.FlagEndHeaders, p.encode(side, fields...))
}

func (p *play) encode(side h2decode.Side, fields ...string) []byte {
	var b []byte
	for i := 0; i < len(fields); i += 2 {
		b = p.encoder[side].AppendField(b, fields[i], fields[i+1], hpack.Indexed)
	}
	return b
}

// The frames that plays are made of.

func settings(s ...h2decode.Setting) []byte {
	var octets []byte
	for _, s := range s {
		octets = h2decode.AppendSetting(octets, s)
	}
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{Octets: octets})
}

func settingsAck() []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeSettings, h2decode.FlagAck, 0, &h2decode.SettingsFrame{})
}

func block(stream uint32, flags h2decode.Flags, fragment []byte) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeHeaders, flags, stream, &h2decode.HeadersFrame{Fragment: fragment})
}

func continuation(stream uint32, flags h2decode.Flags, fragment []byte) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeContinuation, flags, stream, &h2decode.ContinuationFrame{Fragment: fragment})
}

func data(stream uint32, flags h2decode.Flags, n int) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, stream, &h2decode.DataFrame{Data: make([]byte, n)})
}

func reset(stream uint32, code h2decode.ErrorCode) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeRSTStream, 0, stream, &h2decode.RSTStreamFrame{Code: code})
}

func ping(flags h2decode.Flags) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePing, flags, 0, &h2decode.PingFrame{})
}

func update(stream, increment uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeWindowUpdate, 0, stream, &h2decode.WindowUpdateFrame{Increment: increment})
}

func depend(stream, on uint32) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypePriority, 0, stream, &h2decode.PriorityFrame{DependsOn: on, Weight: 16})
}

func goAway(code h2decode.ErrorCode) []byte {
	return h2decode.AppendFrame(nil, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{Code: code})
}

// settle sets a setting of one side, and has the other acknowledge it.
func (p *play) settle(side h2decode.Side, id h2decode.SettingID, value uint32) {
	p.send(side, settings(h2decode.Setting{ID: id, Value: value}))
	p.send(side.Other(), settingsAck())
}

// times repeats what a play does.
func times(n int, do func(i int)) {
	for i := range n {
		do(i)
	}
}

// A scenario is traffic and the signatures that it shows.
type scenario struct {
	name string
	play func(p *play)
	want string // identifiers, in order
	// where more than one: why the others show too
	beside string
}

func runScenarios(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			p := newPlay(t)
			s.play(p)
			c := p.close()
			if p.ids() != s.want {
				t.Fatalf("shows %q, want %q", p.ids(), s.want)
			}
			if strings.Contains(s.want, " ") && s.beside == "" {
				t.Error("more than one shows, and nothing says why")
			}
			checkFindings(t, p.found, c)
		})
	}
}

// checkFindings holds what every finding must have.
func checkFindings(t *testing.T, found []h2decode.Finding, c *h2decode.Connection) {
	t.Helper()
	var counts h2decode.Severities
	for _, f := range found {
		counts[f.Severity]++
		s := attack.Lookup(f.Rule)
		if f.Scope != s.Scope || f.Reference != s.Reference || f.Conn != 1 || f.Count == 0 || f.Packet == 0 || f.Time == 0 {
			t.Errorf("%s: incomplete: %+v", f.Rule, f)
		}
		if f.FirstPacket == 0 || f.FirstPacket > f.Packet || f.LastPacket < f.Packet {
			t.Errorf("%s: packets %d to %d, found in %d", f.Rule, f.FirstPacket, f.LastPacket, f.Packet)
		}
		if !strings.Contains(f.Message, fmt.Sprint(f.Count)) || strings.ContainsAny(f.Message, "{}") {
			t.Errorf("%s: message %q of count %d", f.Rule, f.Message, f.Count)
		}
	}
	if counts != c.Findings {
		t.Errorf("findings of the connection %v, want %v", c.Findings, counts)
	}
}
