package attack_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/hpack"
)

// smallest is, for each signature but AT-22, traffic that shows it and would not
// with one event less. What is one less is in the tests of the families.
var smallest = []struct {
	id   string
	play func(p *play)
}{
	{"AT-01", func(p *play) {
		times(101, func(int) { p.client(reset(p.request(), h2decode.Cancel)) })
		p.server(goAway(h2decode.EnhanceYourCalm))
	}},
	{"AT-02", func(p *play) {
		times(20, func(int) {
			stream := p.request()
			p.client(update(stream, 0))
			p.server(reset(stream, h2decode.ProtocolError))
		})
	}},
	{"AT-03", func(p *play) {
		p.client(block(1, h2decode.FlagEndStream, p.encode(client, get...)))
		times(21, func(int) { p.client(continuation(1, 0, literal("a", "b"))) })
	}},
	{"AT-04", func(p *play) {
		p.settle(client, h2decode.SettingInitialWindowSize, 0)
		stream := p.request()
		p.respond(stream)
		times(100, func(int) { p.client(update(stream, 63)); p.server(data(stream, 0, 63)); p.wait(10 * time.Millisecond) })
	}},
	{"AT-05", each(101, 0, ping(0))},
	{"AT-06", each(101, 0, depend(1, 0))},
	{"AT-07", func(p *play) {
		times(101, func(int) {
			p.client(p.headers(client, p.next, h2decode.FlagEndStream, ":method", "GET"))
			p.server(reset(p.next, h2decode.ProtocolError))
			p.next += 2
		})
	}},
	{"AT-08", each(11, 0, settings())},
	{"AT-09", request(bytes.Repeat(hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, "", "x", hpack.HuffmanNever), 11))},
	{"AT-10", func(p *play) {
		p.packet++
		p.conn.ReceiverClosed(client, p.packet, p.now)
		p.request()
		p.wait(5*time.Second + time.Millisecond)
		p.conn.ReceiverOpened(client, p.packet, p.now)
	}},
	{"AT-11", func(p *play) { each(11, 0, data(p.upload(), 0, 0))(p) }},
	{"AT-12", bomb(4000, 17)},
	{"AT-13", request(bytes.Repeat([]byte{0x90}, 1001-4))},
	{"AT-14", func(p *play) {
		p.settle(client, h2decode.SettingInitialWindowSize, 0)
		times(5, func(int) { p.respond(p.request()) })
		p.wait(10*time.Second + time.Millisecond)
	}},
	{"AT-15", func(p *play) {
		times(5, func(int) { p.upload() })
		p.wait(10*time.Second + time.Millisecond)
	}},
	{"AT-16", chain(101, false, false)},
	{"AT-17", func(p *play) { p.client(p.headers(client, p.request(), h2decode.FlagEndStream, get...)) }},
	{"AT-18", each(101, 0, update(0, 1))},
	{"AT-19", request0(bytes.Repeat([]byte{0x20}, 11)...)},
	{"AT-20", request(literal("transfer-encoding", "chunked"))},
	{"AT-21", func(p *play) {
		p.settle(server, h2decode.SettingMaxConcurrentStreams, 1)
		p.request()
		p.wait(10*time.Second + time.Millisecond)
	}},
}

// Each signature shows under its own identifier and no other, and says what it
// saw: the golden file has all of every finding.
func TestSmallest(t *testing.T) {
	var got bytes.Buffer
	tested := map[string]bool{"AT-22": true}
	for _, test := range smallest {
		tested[test.id] = true
		p := newPlay(t)
		test.play(p)
		p.wait(time.Millisecond)
		p.client(ping(h2decode.FlagAck)) // the end of the wait is a packet
		c := p.close()
		if p.ids() != test.id {
			t.Errorf("%s: shows %q", test.id, p.ids())
		}
		checkFindings(t, p.found, c)
		for i := range p.found {
			describe(&got, &p.found[i], p.now)
		}
	}
	c := attack.NewChurn(attack.Thresholds{})
	for i := range 51 {
		c.Add(attack.Opening{Conn: uint64(i + 1), Client: netip.MustParseAddr("192.0.2.1"), Time: int64(i), Packet: uint64(i + 1), Streams: 1})
	}
	for _, f := range c.Findings() {
		describe(&got, f, 0)
	}
	for s := range attack.All() {
		if !tested[s.ID] {
			t.Errorf("%s has no test", s.ID)
		}
	}
	golden := filepath.Join("testdata", "findings.txt")
	if *updateGolden {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("differs from %s; -update writes it anew:\n%s", golden, &got)
	}
}

// describe writes all that a finding says; times relative to the end.
func describe(b *bytes.Buffer, f *h2decode.Finding, end int64) {
	fmt.Fprintf(b, "%s %s, %s by %s\n", f.Rule, f.Severity, f.Scope, f.From)
	fmt.Fprintf(b, "  %s\n", f.Message)
	fmt.Fprintf(b, "  count %d, packets %d to %d, found in %d (frame %d, stream %d)", f.Count, f.FirstPacket, f.LastPacket, f.Packet, f.Frame, f.Stream)
	if end != 0 {
		fmt.Fprintf(b, ", %s before the end", time.Duration(end-f.Time))
	}
	b.WriteString("\n  evidence:")
	for _, e := range f.Evidence {
		if e.Text != "" {
			fmt.Fprintf(b, " %s %s", e.Name, e.Text)
		} else {
			fmt.Fprintf(b, " %s %d", e.Name, e.Number)
		}
	}
	if f.Answer != nil {
		fmt.Fprintf(b, "\n  answered by %s %s", f.Answer.Type, f.Answer.Code)
	}
	b.WriteString("\n\n")
}

// A threshold above what there was spares the smallest traffic. Where a signature
// has several ways to show, the smallest traffic takes one of them.
func TestThresholdsSpareTheSmallest(t *testing.T) {
	above := map[string]string{
		"AT-01": "AT-01.resets_per_second=101 AT-01.streams=102", "AT-02": "AT-02.resets=21", "AT-03": "AT-03.frames=21",
		"AT-04": "AT-04.octets=63", "AT-05": "AT-05.pings_per_second=101", "AT-06": "AT-06.frames_per_stream=101",
		"AT-07": "AT-07.resets_per_second=101", "AT-08": "AT-08.unacknowledged=11", "AT-09": "AT-09.fields=11",
		"AT-10": "AT-10.seconds=6", "AT-11": "AT-11.in_a_row=11", "AT-12": "AT-12.octets=80000", "AT-13": "AT-13.warning_fields=2000 AT-13.fields=1001",
		"AT-14": "AT-14.streams=6", "AT-15": "AT-15.streams=6", "AT-16": "AT-16.depth=101", "AT-17": "AT-17.streams=2",
		"AT-18": "AT-18.frames_per_second=101", "AT-19": "AT-19.updates_per_second=11", "AT-20": "AT-20.marks=2", "AT-21": "AT-21.seconds=11",
	}
	for _, test := range smallest {
		p := newPlay(t, fields(above[test.id])...)
		test.play(p)
		p.wait(time.Millisecond)
		p.client(ping(h2decode.FlagAck))
		p.close()
		if p.ids() != "" {
			t.Errorf("%s with %s: shows %q", test.id, above[test.id], p.ids())
		}
	}
}

// Every threshold, set lower, lets traffic show that is spared by default.
func TestEveryThresholdMatters(t *testing.T) {
	tested := map[string]bool{"AT-22.connections_per_second": true, "AT-22.streams": true}
	for _, test := range []struct {
		thresholds string
		play       func(p *play)
	}{
		{"AT-01.resets_per_second=5", func(p *play) { times(6, func(int) { p.client(reset(p.request(), h2decode.Cancel)) }) }},
		{"AT-01.streams=5", func(p *play) {
			times(5, func(int) { p.client(reset(p.request(), h2decode.Cancel)); p.wait(time.Second) })
		}},
		{"AT-01.percent=10", func(p *play) {
			times(110, func(i int) {
				if stream := p.request(); i%5 == 0 {
					p.client(reset(stream, h2decode.Cancel))
				}
				p.wait(time.Second)
			})
		}},
		{"AT-01.round_trip_ms=1000", func(p *play) {
			times(100, func(int) { s := p.request(); p.wait(900 * time.Millisecond); p.client(reset(s, h2decode.Cancel)) })
		}},
		{"AT-02.resets=1", func(p *play) { p.request(); p.client(depend(1, 1)); p.server(reset(1, h2decode.ProtocolError)) }},
		{"AT-02.seconds=100", func(p *play) {
			times(20, func(int) {
				stream := p.request()
				p.client(update(stream, 0))
				p.server(reset(stream, h2decode.ProtocolError))
				p.wait(5 * time.Second)
			})
		}},
		{"AT-03.frames=1", func(p *play) {
			p.client(block(1, 0, p.encode(client, get...)), continuation(1, 0, nil), continuation(1, h2decode.FlagEndHeaders, nil))
		}},
		{"AT-03.octets=10", func(p *play) {
			p.client(block(1, 0, p.encode(client, get...)), continuation(1, h2decode.FlagEndHeaders, literal("a", "b")))
		}},
		{"AT-03.open_ms=100", func(p *play) {
			p.client(block(1, 0, p.encode(client, get...)))
			each(4, 30*time.Millisecond, continuation(1, 0, literal("a", "b")))(p)
			p.client(continuation(1, h2decode.FlagEndHeaders, nil))
		}},
		{"AT-04.octets=1000", dribbleOf(500, 100)},
		{"AT-04.frames=10", dribbleOf(10, 10)},
		{"AT-05.pings_per_second=1", each(2, 0, ping(0))},
		{"AT-06.frames_per_stream=1", each(2, time.Second, depend(1, 0))},
		{"AT-06.frames_per_second=1", each(1, 0, depend(1, 0), depend(3, 0))},
		{"AT-07.resets_per_second=1", func(p *play) {
			times(2, func(int) { p.server(reset(p.request(), h2decode.ProtocolError)) })
		}},
		{"AT-08.frames_per_second=1", each(1, 0, settings())},
		{"AT-08.unacknowledged=1", each(2, 2*time.Second, settings())},
		{"AT-08.entries=1", each(1, 0, settings(make([]h2decode.Setting, 2)...))},
		{"AT-09.fields=1", request(hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, "", "", hpack.HuffmanNever), hpack.AppendLiteral(nil, hpack.WithoutIndexing, 0, "", "", hpack.HuffmanNever))},
		{"AT-10.seconds=1", stopped(2*time.Second, 0)},
		{"AT-10.window=100", stopped(6*time.Second, 65000)},
		{"AT-11.in_a_row=1", func(p *play) { each(2, time.Second, data(p.upload(), 0, 0))(p) }},
		{"AT-11.frames_per_second=1", func(p *play) { s := p.upload(); each(2, 0, data(s, 0, 0), ping(h2decode.FlagAck))(p) }},
		{"AT-12.octets=1000", bomb(1000, 20)},
		{"AT-12.ratio=10", request(hpack.AppendLiteral(nil, hpack.Incremental, 0, "x", strings.Repeat("a", 1000), hpack.HuffmanNever), bytes.Repeat([]byte{0xbe}, 90))},
		{"AT-13.fields=10", request(bytes.Repeat([]byte{0x90}, 10))},
		{"AT-13.warning_fields=10", request(bytes.Repeat([]byte{0x90}, 10))},
		{"AT-14.streams=1", held(1, 11*time.Second)},
		{"AT-14.seconds=1", held(5, 2*time.Second)},
		{"AT-15.streams=1", func(p *play) { p.upload(); p.wait(11 * time.Second); p.client(ping(0)) }},
		{"AT-15.seconds=1", func(p *play) { times(5, func(int) { p.upload() }); p.wait(2 * time.Second); p.client(ping(0)) }},
		{"AT-15.octets_per_second=1000", func(p *play) {
			times(5, func(int) { p.upload() })
			times(15, func(int) {
				p.wait(time.Second)
				times(5, func(i int) { p.client(data(uint32(2*i+1), 0, 500)) })
			})
		}},
		{"AT-16.depth=2", chain(3, false, false)},
		{"AT-16.moves_per_second=1", each(1, 0, depend(1, 1), depend(3, 3))},
		{"AT-17.streams=1", func(p *play) { p.client(p.headers(client, p.request(), h2decode.FlagEndStream, get...)) }},
		{"AT-18.frames_per_second=5", each(6, 0, update(0, 1))},
		{"AT-18.per_data_frame=1", func(p *play) {
			stream := p.request()
			p.respond(stream)
			p.client(update(stream, 1))
			times(60, func(int) { p.server(data(stream, 0, 1)); p.client(update(0, 1), update(stream, 1)) })
		}},
		{"AT-19.updates_per_second=1", request0(0x20, 0x20)},
		{"AT-20.marks=1", request(literal("a", "\n"))},
		{"AT-21.seconds=1", func(p *play) {
			p.settle(server, h2decode.SettingMaxConcurrentStreams, 1)
			p.request()
			p.wait(2 * time.Second)
			p.client(ping(0))
		}},
	} {
		name := fields(test.thresholds)[0]
		id, name := name[:5], name[:bytes.IndexByte([]byte(name), '=')]
		tested[name] = true
		p := newPlay(t, fields(test.thresholds)...)
		test.play(p)
		p.close()
		if p.ids() != id {
			t.Errorf("%s: shows %q, want %s", test.thresholds, p.ids(), id)
		}
		threshold, _ := attack.ParseThreshold(fields(test.thresholds)[0])
		if threshold.Value() == threshold.Limit().Default {
			continue // it cannot be lower
		}
		p = newPlay(t)
		test.play(p)
		p.close()
		if p.ids() != "" {
			t.Errorf("%s: shows %q by default", name, p.ids())
		}
	}
	for s := range attack.All() {
		for l := range s.Limits() {
			if !tested[l.String()] {
				t.Errorf("%s is not tested", l)
			}
		}
	}
}

// fields cuts a string at its spaces.
func fields(s string) (f []string) {
	for part := range bytes.FieldsSeq([]byte(s)) {
		f = append(f, string(part))
	}
	return f
}

// dribbleOf are DATA frames of so many octets, for each as much window.
func dribbleOf(octets, n int) func(p *play) {
	return func(p *play) {
		p.settle(client, h2decode.SettingInitialWindowSize, 0)
		stream := p.request()
		p.respond(stream)
		times(n, func(int) {
			p.client(update(stream, uint32(octets)))
			p.server(data(stream, 0, octets))
			p.wait(20 * time.Millisecond)
		})
	}
}

// stopped is a client that takes nothing from TCP for a while and sends a
// request, and a server that sent so many octets before.
func stopped(d time.Duration, octets int) func(p *play) {
	return func(p *play) {
		stream := p.request()
		p.respond(stream)
		p.server(data(stream, 0, octets))
		p.conn.ReceiverClosed(client, p.packet, p.now)
		p.request()
		p.wait(d)
		p.conn.ReceiverOpened(client, p.packet, p.now)
	}
}

// held are n responses that wait at a window of 0.
func held(n int, d time.Duration) func(p *play) {
	return func(p *play) {
		p.settle(client, h2decode.SettingInitialWindowSize, 0)
		times(n, func(int) { p.respond(p.request()) })
		p.wait(d)
		p.client(ping(0))
	}
}

// request0 is a request whose field block begins with other octets.
func request0(leading ...byte) func(p *play) {
	return func(p *play) {
		p.client(block(1, h2decode.FlagEndHeaders|h2decode.FlagEndStream, append(leading, 0x82, 0x84, 0x87)))
	}
}

// A watch whose connection's end nobody tells is closed all the same.
func TestCloseWithoutTheConnectionsEnd(t *testing.T) {
	for _, test := range []struct {
		want string
		play func(p *play)
	}{
		{"AT-14", func(p *play) { held(5, 11*time.Second)(p) }},
		{"AT-15", func(p *play) { times(5, func(int) { p.upload() }); p.wait(11 * time.Second) }},
		{"AT-10", func(p *play) { p.conn.ReceiverClosed(client, p.packet, p.now); p.request(); p.wait(6 * time.Second) }},
		{"AT-21", func(p *play) {
			p.settle(server, h2decode.SettingMaxConcurrentStreams, 1)
			p.request()
			p.wait(11 * time.Second)
		}},
		{"AT-05", each(101, 0, ping(0))},
	} {
		p := newPlay(t)
		test.play(p)
		end := h2decode.Origin{Conn: 1, Packet: p.packet, Time: p.now}
		p.watch.Close(end)
		p.watch.Close(end)
		if p.ids() != test.want {
			t.Errorf("shows %q, want %q once", p.ids(), test.want)
		}
	}
}
