package attack_test

import (
	"testing"
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
)

// Behind a gap nobody knows what frames in it have opened, ended or acknowledged:
// what waited before is not judged.
func TestWhatAGapMayHaveEnded(t *testing.T) {
	for _, test := range []struct {
		name          string
		before, after func(p *play)
	}{
		{"responses at a window of 0", func(p *play) {
			p.settle(client, h2decode.SettingInitialWindowSize, 0)
			times(5, func(int) { p.respond(p.request()) })
		}, func(p *play) { p.wait(time.Minute) }},
		{"requests that trickle", func(p *play) { times(5, func(int) { p.upload() }) }, func(p *play) { p.wait(time.Minute) }},
		{"SETTINGS without acknowledgment", each(10, time.Second, settings()), each(10, time.Second, settings())},
		{"streams at the limit", func(p *play) {
			p.settle(server, h2decode.SettingMaxConcurrentStreams, 1)
			p.request()
			p.wait(9 * time.Second)
		}, func(p *play) { p.wait(9 * time.Second) }},
		{"a field block", func(p *play) {
			p.client(block(1, 0, nil))
			times(9, func(int) { p.client(continuation(1, 0, literal("a", "b"))) })
		}, func(p *play) { times(19, func(int) { p.client(continuation(1, 0, literal("a", "b"))) }) }},
	} {
		p := newPlay(t)
		test.before(p)
		p.watch.Event(&h2decode.GapFound{Origin: h2decode.Origin{Conn: 1, Packet: p.packet, Time: p.now}, Bytes: 100})
		test.after(p)
		p.watch.Close(h2decode.Origin{Conn: 1, Packet: p.packet, Time: p.now})
		if p.ids() != "" {
			t.Errorf("%s: shows %q", test.name, p.ids())
		}
	}
}

// A connection that is joined in the middle has streams whose beginning was not
// seen: their trailers and their DATA are no provocation.
func TestLateStart(t *testing.T) {
	p := newSilentPlay(t)
	p.conn = h2decode.NewConn(h2decode.Config{Conn: 1, Late: true}, relay{p})
	p.watch = attack.New(p.conn, attack.Thresholds{}, p)
	times(30, func(i int) {
		p.client(data(uint32(2*i+1), h2decode.FlagEndStream, 10))
		p.server(reset(uint32(2*i+1), h2decode.StreamClosedError))
	})
	p.next = 101
	p.request()
	times(30, func(i int) {
		p.client(block(uint32(2*i+1), h2decode.FlagEndHeaders|h2decode.FlagEndStream, literal("x-trail", "1")))
	})
	if p.close(); p.ids() != "" {
		t.Errorf("shows %q", p.ids())
	}
}

// What the client's TCP has acknowledged may be DATA that has not come, and what
// the server's has, requests: an answer to these is none of the floods.
func TestAnswersToWhatHasNotCome(t *testing.T) {
	for _, test := range []struct {
		name string
		want string
		play func(p *play, ahead uint64)
	}{
		{"WINDOW_UPDATE", "AT-18", func(p *play, ahead uint64) {
			p.offset[server] += ahead
			times(120, func(int) { p.client(update(0, 1)) })
		}},
		{"RST_STREAM", "AT-07", func(p *play, ahead uint64) {
			p.offset[client] += ahead
			times(120, func(i int) { p.server(reset(uint32(2*i+1), h2decode.ProtocolError)) })
		}},
	} {
		for _, ahead := range []uint64{0, 1} {
			p := newPlay(t)
			times(120, func(int) { p.request() })
			want := test.want
			if ahead > 0 {
				want = ""
			}
			test.play(p, ahead)
			if p.close(); p.ids() != want {
				t.Errorf("%s, %d octets ahead: shows %q, want %q", test.name, ahead, p.ids(), want)
			}
		}
	}
}

// The request of an Upgrade is stream 1, and has ended: it is not to be opened
// again.
func TestUpgradedStreamIsUsed(t *testing.T) {
	p := newSilentPlay(t)
	p.watch.Event(&h2decode.UpgradeSeen{Upgrade: &h2decode.Upgrade{}})
	p.client([]byte(h2decode.Preface), settings())
	p.server(settings(), settingsAck(), p.headers(server, 1, h2decode.FlagEndStream, ":status", "200"))
	p.next = 3
	p.request()
	if p.client(p.headers(client, 1, h2decode.FlagEndStream, get...)); p.close() == nil || p.ids() != "AT-17" {
		t.Errorf("shows %q, want AT-17", p.ids())
	}
}
