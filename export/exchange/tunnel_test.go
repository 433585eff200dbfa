package exchange_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"h2scope/export/exchange"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// An opened connection's exchanges, and those inside of its tunnels.
type opened struct {
	assembler *exchange.Assembler
	cfg       exchange.Config
	seen      []string // each exchange, indented by how deep it lies
	reasons   []string
	results   []*tunnel.Result
	gaps      int
	fail      func(format string, args ...any)
}

// Event opens the exchange that is over, if it is a tunnel.
func (o *opened) Event(e h2decode.Event) {
	if x := o.assembler.Event(e); x != nil {
		o.exchange(x)
	}
}

func (o *opened) exchange(x *exchange.Exchange) {
	url, _ := x.URL()
	body := x.Content(h2decode.Server, 100)
	shown := string(body.Octets)
	if x.Tunnel() {
		shown = "a tunnel"
	}
	o.seen = append(o.seen, fmt.Sprintf("%s: %s %d %s", x.Conn.ID(), url, x.Status(), shown))
	r, ok := x.Inside(tunnel.Config{}, o.cfg, func(e h2decode.Event, inner *exchange.Exchange) {
		if f, is := e.(*h2decode.FrameDecoded); is && f.Conn != 1 {
			o.fail("a frame of connection %d", f.Conn)
		}
		if _, is := e.(*h2decode.GapFound); is {
			o.gaps++
		}
		if inner != nil {
			o.exchange(inner)
		}
	})
	if ok != x.Tunnel() {
		o.fail("stream %d: %v, it is a tunnel: %v", x.Stream.ID, ok, x.Tunnel())
	}
	if ok {
		o.results = append(o.results, r)
		if r.Reason != "" {
			o.reasons = append(o.reasons, r.Reason)
		}
	}
}

func open(t *testing.T, steps []tunneltest.Step, cfg exchange.Config) *opened {
	t.Helper()
	o := &opened{assembler: exchange.New(cfg), cfg: exchange.Config{MaxBody: cfg.MaxBody}, fail: t.Errorf}
	tunneltest.Play(steps, o)
	return o
}

// What a tunnel carries is exchanges of its own, whose connection says where it
// lies and with whom CONNECT was.
func TestExchangesInsideATunnel(t *testing.T) {
	k := tunneltest.NewTalk()
	inner := append(tunneltest.Begin(),
		tunneltest.Step{From: h2decode.Client, Octets: slices.Concat(k.Get(1, "/one"), k.Get(3, "/two"))},
		tunneltest.Step{From: h2decode.Server, Octets: k.Answer(3, "second")},
		tunneltest.Step{From: h2decode.Server, Octets: k.Answer(1, "first")})
	for _, tunnels := range []bool{false, true} {
		o := open(t, slices.Concat(tunneltest.Connect("b.example:80", inner), tunneltest.End()), exchange.Config{MaxBody: 1000, Tunnels: tunnels})
		want := []string{
			"1: connect://b.example:80 200 a tunnel",
			"1/1: http://b.example/two 200 second",
			"1/1: http://b.example/one 200 first",
		}
		if !slices.Equal(o.seen, want) || o.reasons != nil {
			t.Errorf("only tunnels: %v: %q, %q", tunnels, o.seen, o.reasons)
		}
	}
}

// Timing and addresses of the inner connection are those of the tunnel.
func TestConnectionInsideATunnel(t *testing.T) {
	a := exchange.New(exchange.Config{MaxBody: 1000})
	inside := 0
	tunneltest.Play(tunneltest.Connect("b.example:443", tunneltest.Exchange("/x", "body")), sinkFunc(func(e h2decode.Event) {
		x := a.Event(e)
		if x == nil {
			return
		}
		x.Inside(tunnel.Config{}, exchange.Config{MaxBody: 1000}, func(_ h2decode.Event, inner *exchange.Exchange) {
			if inner == nil {
				return
			}
			inside++
			c, connect := inner.Conn, x.Stream.Timing
			if c.Number != 1 || c.Client != x.Conn.Client || c.Server != x.Conn.Server || c.Authority != "b.example:443" || c.Opened != x.Stream.OpenedAt {
				t.Errorf("%+v", c)
			}
			if want := (exchange.Span{Began: connect.Request, Ended: connect.FinalResponse}); c.Connect != want || c.TLS.Seen() {
				t.Errorf("set up in %+v, CONNECT took %+v", c.Connect, want)
			}
			if inner.Number != 1 || inner.Stream.OpenedPacket != 9 || inner.Stream.Timing.Request <= connect.FinalResponse {
				t.Errorf("%+v", inner.Stream)
			}
		})
	}))
	if inside != 1 {
		t.Errorf("%d exchanges", inside)
	}
}

// sinkFunc is a function that takes events.
type sinkFunc func(h2decode.Event)

// Event calls it.
func (f sinkFunc) Event(e h2decode.Event) { f(e) }

// A tunnel in a tunnel in a tunnel is followed so deep and no deeper.
func TestTunnelsInTunnels(t *testing.T) {
	for depth := range tunnel.MaxDepth + 3 {
		steps := tunneltest.Exchange("/x", "innermost")
		for range depth {
			steps = tunneltest.Connect("b.example:80", steps)
		}
		o := open(t, steps, exchange.Config{MaxBody: 1 << 20})
		innermost := "1" + strings.Repeat("/1", depth) + ": http://b.example/x 200 innermost"
		if depth <= tunnel.MaxDepth {
			if len(o.seen) != depth+1 || o.seen[depth] != innermost || o.reasons != nil {
				t.Errorf("%d deep: %q, %q", depth, o.seen, o.reasons)
			}
			continue
		}
		if len(o.seen) != tunnel.MaxDepth+1 || !slices.Equal(o.reasons, []string{"tunnels are decoded 4 deep"}) {
			t.Errorf("%d deep: %q, %q", depth, o.seen, o.reasons)
		}
	}
}

// What is no tunnel is not looked into.
func TestOtherExchangesAreNoTunnels(t *testing.T) {
	k := tunneltest.NewTalk()
	preface := string(tunneltest.Begin()[0].Octets)
	post := append(tunneltest.Begin(),
		tunneltest.Step{From: h2decode.Client, Octets: append(k.Headers(h2decode.Client, 1, 0, ":method", "POST", ":scheme", "http", ":authority", "b", ":path", "/"), tunneltest.Data(1, 0, preface)...)},
		tunneltest.Step{From: h2decode.Server, Octets: k.Headers(h2decode.Server, 1, 0, ":status", "200")})
	refused := append(tunneltest.Begin(),
		tunneltest.Step{From: h2decode.Client, Octets: append(k.Headers(h2decode.Client, 1, 0, ":method", "CONNECT", ":authority", "b:80"), tunneltest.Data(1, 0, preface)...)},
		tunneltest.Step{From: h2decode.Server, Octets: k.Headers(h2decode.Server, 1, 0, ":status", "403")})
	for name, steps := range map[string][]tunneltest.Step{"content that looks like HTTP/2": post, "a CONNECT that was refused": refused} {
		if o := open(t, steps, exchange.Config{MaxBody: 1000}); len(o.seen) != 1 || o.results != nil {
			t.Errorf("%s: %q", name, o.seen)
		}
	}
	p := newPlay(100)
	p.open(1, h2decode.Client)
	x := p.close(&h2decode.Stream{ID: 1, Kind: h2decode.KindExtendedConnect,
		Request: h2decode.Message{Fields: request(":protocol", "WebSocket")}, Response: h2decode.Message{Fields: fields(":status", "200")}})
	if _, ok := x.Inside(tunnel.Config{}, exchange.Config{}, nil); ok || !x.Tunnel() {
		t.Error("a WebSocket was looked into")
	}
}

// Of a tunnel that is longer than what is kept the beginning is decoded; what is
// not there is not told as lost.
func TestTunnelBeyondTheLimit(t *testing.T) {
	inner := tunneltest.Exchange("/x", strings.Repeat("x", 500))
	o := open(t, tunneltest.Connect("b.example:80", inner), exchange.Config{MaxBody: 200})
	if len(o.seen) != 2 || !strings.HasPrefix(o.seen[1], "1/1: http://b.example/x 200 xxxx") || o.gaps > 0 {
		t.Errorf("%q, %d gaps", o.seen, o.gaps)
	}
	if len(o.reasons) != 1 || !strings.HasSuffix(o.reasons[0], " octets are beyond --max-body, and not decoded") {
		t.Errorf("%q", o.reasons)
	}
}

// download is a connection with many exchanges, one after the other in the tunnel.
func download(count uint32) []tunneltest.Step {
	k := tunneltest.NewTalk()
	steps := tunneltest.Begin()
	for id := uint32(1); id < 2*count; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Client, Octets: k.Get(id, fmt.Sprint("/", id))})
	}
	for id := uint32(1); id < 2*count; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Server, Octets: k.Answer(id, strings.Repeat("x", 200))})
	}
	return steps
}

// Where outer frames are lost, octets of the tunnel may be, and nobody knows how
// many: what stands behind is not joined to what stood before. Where a hole lies
// inside of one frame its length is known.
func TestLossesAroundATunnel(t *testing.T) {
	ping := h2decode.AppendFrame(nil, h2decode.TypePing, 0, 0, &h2decode.PingFrame{})
	steps := tunneltest.Connect("b.example:80", download(20))
	at := len(steps) - 10 // a step of the server
	dataFrames := len(steps[at].Octets)
	cut := func(n uint64) tunneltest.Step { return tunneltest.Step{From: h2decode.Server, Lost: n} }
	for _, test := range []struct {
		name    string
		replace []tunneltest.Step
		gaps    int // inside
		whole   int // exchanges whose response is all there, at least
	}{
		{"nothing is lost", steps[at : at+1], 0, 20},
		{"octets inside a DATA frame", []tunneltest.Step{{From: h2decode.Server, Octets: steps[at].Octets[:100]}, cut(50), {From: h2decode.Server, Octets: steps[at].Octets[150:]}}, 1, 19},
		{"a whole DATA frame", []tunneltest.Step{cut(uint64(dataFrames))}, 1, 10},
		{"octets inside a PING frame beside it", []tunneltest.Step{{From: h2decode.Server, Octets: ping[:12]}, cut(3), {From: h2decode.Server, Octets: ping[15:]}, steps[at]}, 0, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := open(t, slices.Concat(steps[:at], test.replace, steps[at+1:]), exchange.Config{MaxBody: 1 << 20})
			whole := 0
			for _, s := range o.seen {
				if strings.HasSuffix(s, " 200 "+strings.Repeat("x", 100)) || strings.HasSuffix(s, " 200 "+strings.Repeat("x", 200)) {
					whole++
				}
			}
			if o.gaps != test.gaps || whole < test.whole || whole == 20 && test.gaps > 0 {
				t.Errorf("%d gaps, %d whole of %q", o.gaps, whole, o.seen)
			}
			for _, s := range o.seen {
				if body := s[strings.LastIndexByte(s, ' ')+1:]; strings.Trim(body, "x") != "" && !strings.Contains(s, "tunnel") {
					t.Errorf("octets that nobody sent: %q", s)
				}
			}
		})
	}
}

// A long tunnel takes the memory of what is kept of it, and time in proportion.
func TestLongTunnels(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 64 MiB twice")
	}
	const maxBody = 1 << 20
	k := tunneltest.NewTalk()
	inner := append(tunneltest.Begin(),
		tunneltest.Step{From: h2decode.Client, Octets: k.Get(1, "/long")},
		tunneltest.Step{From: h2decode.Server, Octets: k.Headers(h2decode.Server, 1, 0, ":status", "200")})
	steps := tunneltest.Connect("b.example:80", inner)
	frame := tunneltest.Data(1, 0, strings.Repeat("x", 16384-h2decode.HeaderLength))
	piece := tunneltest.Step{From: h2decode.Server, Octets: tunneltest.Data(1, 0, string(frame))}
	for range 64 << 20 / len(frame) {
		steps = append(steps, piece)
	}
	o := &opened{assembler: exchange.New(exchange.Config{MaxBody: maxBody}), cfg: exchange.Config{MaxBody: maxBody}, fail: t.Errorf}
	most := uint64(0)
	seen := 0
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tunneltest.Play(steps, sinkFunc(func(e h2decode.Event) {
		if seen++; seen%1000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
		o.Event(e)
	}))
	if len(o.seen) != 2 || most > 4*maxBody {
		t.Errorf("%d exchanges, %d octets of heap", len(o.seen), most)
	}
	if len(o.reasons) != 1 || !strings.Contains(o.reasons[0], "beyond --max-body") {
		t.Errorf("%q", o.reasons)
	}
}

// FuzzInside plays a tunnel with any octets inside, and a hole, and holds that what
// is inside is opened to its end, that exchanges say where they lie, and that
// nothing is said to have come that did not.
func FuzzInside(f *testing.F) {
	var sides [2][]byte
	for _, s := range tunneltest.Connect("c.example:80", tunneltest.Exchange("/x", "body")) {
		sides[s.From] = append(sides[s.From], s.Octets...)
	}
	f.Add(sides[0], sides[1], 0, 0)
	f.Add(sides[0], sides[1], 40, 30)
	f.Add(sides[0], sides[1], 5, 1000)
	f.Add([]byte("\x16\x03\x01\x02\x00\x01"), []byte("\x15\x03\x03\x00\x02\x02\x28"), 0, 0)
	f.Fuzz(func(t *testing.T, client, server []byte, hole, length int) {
		hole, length = max(0, min(hole, len(server))), max(0, min(length, 100000))
		outer := tunneltest.Connect("b.example:80", []tunneltest.Step{{From: h2decode.Client, Octets: client}})
		stream := tunneltest.Data(1, 0, string(server))
		hole = min(hole, len(stream))
		steps := append(outer, tunneltest.Step{From: h2decode.Server, Octets: stream[:hole]},
			tunneltest.Step{From: h2decode.Server, Lost: uint64(min(length, len(stream)-hole))},
			tunneltest.Step{From: h2decode.Server, Octets: stream[min(len(stream), hole+length):]})
		o := open(t, steps, exchange.Config{MaxBody: 1000})
		if len(o.seen) == 0 || !strings.HasPrefix(o.seen[0], "1: connect://b.example:80 200") {
			t.Fatalf("%q", o.seen)
		}
		for _, s := range o.seen[1:] {
			if !strings.HasPrefix(s, "1/1") {
				t.Errorf("%q", s)
			}
		}
		for _, r := range o.results {
			if r.Protocol != tunnel.HTTP2 && r.HTTP2 != nil {
				t.Errorf("%+v", r)
			}
		}
	})
}
