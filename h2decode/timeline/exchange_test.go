package timeline

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// copied is a stream and its fields, kept while they may not be.
type copied struct {
	stream h2decode.Stream
	fields [2]Fields
}

func copyStream(s *h2decode.Stream) (c copied) {
	c.stream = *s
	for side, m := range []*h2decode.Message{&c.stream.Request, &c.stream.Response} {
		c.fields[side] = Fields{Fields: copyFields(m.Fields), Trailers: copyFields(m.Trailers)}
		for _, interim := range m.Interim {
			c.fields[side].Interim = append(c.fields[side].Interim, copyFields(interim))
		}
		m.Fields, m.Interim, m.Trailers = nil, nil, nil
	}
	if s.Reset != nil {
		reset := *s.Reset
		c.stream.Reset = &reset
	}
	return c
}

func copyFields(fields []hpack.Field) []hpack.Field {
	if len(fields) == 0 {
		return nil
	}
	copies := slices.Clone(fields)
	for i := range copies {
		copies[i].Name, copies[i].Value = slices.Clone(copies[i].Name), slices.Clone(copies[i].Value)
	}
	return copies
}

// Every exchange is what the decoder told of its stream, and one that is open is
// what the decoder would tell now: fields, timing, stalls, resets and all.
func TestExchangesAreWhatTheDecoderTold(t *testing.T) {
	for seed := range uint64(3) {
		tr := newTraffic(t, 100+seed)
		told := make(map[uint32]copied)
		tr.watchers = append(tr.watchers, func(e h2decode.Event) {
			switch e := e.(type) {
			case *h2decode.StreamClosed:
				told[e.Stream.ID] = copyStream(e.Stream)
			case *h2decode.StreamChanged:
				told[e.Stream] = copied{}
			}
		})
		tr.client([]byte(h2decode.Preface))
		for i := range 600 {
			tr.play1()
			if i%50 == 0 {
				tr.recorder.Publish()
			}
		}
		c := tr.now()
		live := 0
		for i := range c.Exchanges() {
			x := c.Exchange(i)
			want := told[x.ID]
			if x.Live {
				live++
				want = copyStream(tr.conn.Stream(x.ID))
			}
			compareExchange(t, c, i, &x, &want)
		}
		if c.Exchanges() != len(told) || live == 0 || live != c.Totals().Open {
			t.Errorf("%d exchanges, %d of them live; want %d", c.Exchanges(), live, len(told))
		}
		after := tr.over()
		for i := range after.Exchanges() {
			if x, want := after.Exchange(i), told[after.Exchange(i).ID]; x.Live || !reflect.DeepEqual(x.Stream, want.stream) {
				t.Errorf("at the end:\n%+v\nwant\n%+v", x.Stream, want.stream)
			}
		}
	}
}

func compareExchange(t *testing.T, c *Conn, i int, x *Exchange, want *copied) {
	t.Helper()
	if x.Index != i || !reflect.DeepEqual(x.Stream, want.stream) {
		t.Errorf("exchange %d:\n%+v\nwant\n%+v", i, x.Stream, want.stream)
	}
	for side := range want.fields {
		if got := c.Fields(x, h2decode.Side(side)); !reflect.DeepEqual(got, want.fields[side]) {
			t.Errorf("exchange %d: fields of %s\n%v\nwant\n%v", i, h2decode.Side(side), got, want.fields[side])
		}
	}
	if again, found := c.ExchangeOf(x.ID); !found || again.Index != i {
		t.Errorf("stream %d is found at %d, want %d", x.ID, again.Index, i)
	}
}

// The frames of a stream are all that carry its identifier, and the promise of it.
func TestFramesOfAStream(t *testing.T) {
	tr := newTraffic(t, 5)
	want := make(map[uint32][]uint64)
	tr.watchers = append(tr.watchers, func(e h2decode.Event) {
		e2, ok := e.(*h2decode.FrameDecoded)
		if !ok {
			return
		}
		want[e2.Header.Stream] = append(want[e2.Header.Stream], e2.Number)
		if p, ok := e2.Payload.(*h2decode.PushPromiseFrame); ok && tr.conn.Newest(server) < p.Promised {
			want[p.Promised] = append(want[p.Promised], e2.Number)
		}
	})
	tr.client([]byte(h2decode.Preface))
	for range 800 {
		tr.play1()
	}
	c := tr.now()
	for stream, numbers := range want {
		if got := slices.Collect(c.FramesOf(stream)); !slices.Equal(got, numbers) {
			t.Errorf("stream %d: frames %v, want %v", stream, got, numbers)
		}
	}
	for n := range c.FramesOf(0) {
		_ = n
		break // an iteration may end early
	}
	if got := slices.Collect(c.FramesOf(99999)); got != nil {
		t.Errorf("of a stream that never was: %v", got)
	}
}

// A push hangs below the stream that promised it, and says what became of it.
func TestPushIsAnExchange(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, h2decode.FlagEndStream))
	p.server(p.promise(1, 2, ":method", "GET", ":path", "/style.css"), p.promise(1, 4, ":method", "GET", ":path", "/script.js"))
	p.server(p.response(2, 0), dataFrame(2, h2decode.FlagEndStream, 10))
	p.client(resetFrame(4, h2decode.Cancel))
	c := p.now()
	var got []string
	for i := range c.Exchanges() {
		x := c.Exchange(i)
		path := ""
		for _, f := range c.Fields(&x, client).Fields {
			if string(f.Name) == ":path" {
				path = string(f.Value)
			}
		}
		got = append(got, fmt.Sprint(x.ID, " of ", x.Parent, " ", x.Kind, " ", path, " ", x.State, " ", x.Reset != nil, " frames ", x.First, " to ", x.Last))
	}
	want := []string{
		"1 of 0 request / half-closed-client false frames 5 to 7",
		"2 of 1 push /style.css closed false frames 6 to 9",
		"4 of 1 push /script.js closed true frames 7 to 10",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n%q\nwant\n%q", got, want)
	}
}

// An HTTP/1.1 request that began the connection is its first exchange (RFC 7540,
// Section 3.2), and its settings hold from the start.
func TestUpgradedRequestIsTheFirstExchange(t *testing.T) {
	p := newPlay(t, h2decode.Config{})
	p.conn.Upgrade(&h2decode.Upgrade{
		Packet: 1, AnswerPacket: 2, Time: ms, AnswerTime: 2 * ms,
		Fields:   []hpack.Field{{Name: []byte(":path"), Value: []byte("/")}},
		Settings: h2decode.AppendSetting(nil, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 10}),
	})
	p.time = 2 * ms
	s := p.now().AtFrame(0)
	want := StreamState{Stream: 1, State: h2decode.HalfClosedClient, Windows: [2]h2decode.Window{{Octets: 65535, Known: true}, {Octets: 10, Known: true}}}
	if len(s.Streams) != 1 || s.Streams[0] != want {
		t.Errorf("before the first frame: %+v, want %+v", s.Streams, want)
	}
	p.server(settingsFrame())
	p.server(p.response(1, 0), dataFrame(1, h2decode.FlagEndStream, 3))
	c := p.now()
	x := c.Exchange(0)
	if x.Kind != h2decode.KindUpgrade || x.Opened != 0 || x.First != 2 || x.Last != 3 || x.Response.DataBytes != 3 {
		t.Errorf("%+v", x)
	}
	if got := slices.Collect(c.FramesOf(1)); !slices.Equal(got, []uint64{2, 3}) {
		t.Errorf("frames %v", got)
	}
	if s := c.AtFrame(2).Streams; len(s) != 1 || !s[0].Answered {
		t.Errorf("after the answer began: %+v", s)
	}
	if changes := c.SettingsChanges(client); len(changes) != 1 || changes[0].Frame != 0 || changes[0].Acknowledged != 2*ms || changes[0].Sent != ms {
		t.Errorf("settings %+v", changes)
	}
}

// Without the decoder at hand, what is open shows what its frames tell.
func TestUnobservedConnection(t *testing.T) {
	p := newPlay(t, h2decode.Config{})
	other := New(Limits{})
	r := other.Recorder()
	p.watchers = append(p.watchers, r.Event)
	p.client([]byte(h2decode.Preface), settingsFrame())
	p.client(p.request(1, 0), dataFrame(1, 0, 5))
	r.Publish()
	c := other.Snapshot().Conn(1)
	x := c.Exchange(0)
	if !x.Live || x.ID != 1 || x.State != h2decode.Open || x.OpenedAt != 2*ms || x.Frames != 2 {
		t.Errorf("%+v", x)
	}
	if table := c.Table(client, 2); table.Known {
		t.Error("the table is known though nobody showed it")
	}
	s := c.AtFrame(2)
	if s.Complete || s.Windows[client].Known || s.Streams[0].Windows[client].Known {
		t.Errorf("windows are known that nobody has told of: %+v", s)
	}
	if w := c.AtFrame(3).Windows[client]; w != (h2decode.Window{Octets: 65530, Known: true}) {
		t.Errorf("the window that a frame told is %v", w)
	}
}
