package timeline

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/priority"
	"h2scope/hpack"
)

// A ledger computes the state of a connection from the first frame on, as a
// reader of RFC 9113 would with paper and pencil: it takes nothing that the
// decoder says of windows or priorities, and keeps a whole copy after each frame.
type ledger struct {
	p        *play
	frame    *h2decode.FrameDecoded // told, and not over
	now      moment
	moments  []moment
	settings [2]map[h2decode.SettingID]uint32
	tree     *priority.Tree
	levels   *priority.Urgencies
}

// A moment is the state after a frame.
type moment struct {
	time     int64
	windows  [2]int64
	streams  map[uint32]ledgerStream
	settings [2]map[h2decode.SettingID]uint32
	tables   [2][]hpack.Entry
	tree     *priority.Tree
	levels   *priority.Urgencies
}

type ledgerStream struct {
	state   h2decode.State
	windows [2]int64
}

func newLedger(p *play) *ledger {
	l := &ledger{p: p, tree: priority.NewTree(priority.Limits{}), levels: priority.NewUrgencies(priority.Limits{})}
	l.now = moment{windows: [2]int64{65535, 65535}, streams: make(map[uint32]ledgerStream)}
	l.settings = [2]map[h2decode.SettingID]uint32{{}, {}}
	l.end() // before the first frame
	p.watchers = append(p.watchers, l.event)
	return l
}

// end takes a copy of the state: the frame has taken all its effect.
func (l *ledger) end() {
	m := l.now
	m.streams = maps.Clone(m.streams)
	for side := range m.settings {
		m.settings[side] = maps.Clone(l.settings[side])
	}
	m.tree, m.levels = l.tree.Clone(), l.levels.Clone()
	l.moments = append(l.moments, m)
	l.frame = nil
}

func (l *ledger) event(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.FrameDecoded:
		if l.frame != nil {
			l.end()
		}
		l.frameDecoded(e)
	case *h2decode.StreamChanged:
		l.changed(e)
	case *h2decode.SettingsAcknowledged:
		l.acknowledged(e)
	}
}

func (l *ledger) frameDecoded(e *h2decode.FrameDecoded) {
	l.frame = e
	l.now.time = max(l.now.time, e.Time)
	id := e.Header.Stream
	s, open := l.now.streams[id]
	switch p := e.Payload.(type) {
	case *h2decode.DataFrame:
		l.now.windows[e.From] -= int64(e.Header.Length)
		s.windows[e.From] -= int64(e.Header.Length)
	case *h2decode.WindowUpdateFrame:
		if id == 0 {
			l.now.windows[e.From.Other()] += int64(p.Increment)
		}
		s.windows[e.From.Other()] += int64(p.Increment)
	case *h2decode.PriorityFrame:
		l.tree.Apply(priority.Op{Kind: priority.OpPrioritize, Stream: id, DependsOn: p.DependsOn, Weight: uint16(p.Weight), Exclusive: p.Exclusive})
	case *h2decode.PriorityUpdateFrame:
		params, _ := priority.ParseField(p.FieldValue)
		l.levels.Apply(priority.Signal{Kind: priority.SignalUpdate, Stream: p.Prioritized, Params: params})
	}
	if open {
		l.now.streams[id] = s
	}
	for side := range l.now.tables {
		l.now.tables[side] = nil
		for _, entry := range l.p.conn.Table(h2decode.Side(side)).All() {
			l.now.tables[side] = append(l.now.tables[side], entry)
		}
	}
}

func (l *ledger) changed(e *h2decode.StreamChanged) {
	s := l.now.streams[e.Stream]
	if e.Old == h2decode.Idle {
		for side := range s.windows {
			s.windows[side] = 65535
			if v, set := l.settings[1-side][h2decode.SettingInitialWindowSize]; set {
				s.windows[side] = int64(v)
			}
		}
		l.open(e.Stream)
	}
	s.state = e.New
	l.now.streams[e.Stream] = s
	if e.New == h2decode.Closed {
		delete(l.now.streams, e.Stream)
		l.tree.Apply(priority.Op{Kind: priority.OpClose, Stream: e.Stream})
		l.levels.Apply(priority.Signal{Kind: priority.SignalClose, Stream: e.Stream})
	}
}

// open puts a stream into the models.
func (l *ledger) open(stream uint32) {
	params := priority.DefaultParams()
	switch p := l.frame.Payload.(type) {
	case *h2decode.PushPromiseFrame:
		l.tree.Apply(priority.Op{Kind: priority.OpPush, Stream: stream, DependsOn: l.frame.Header.Stream})
	case *h2decode.HeadersFrame:
		op := priority.Op{Kind: priority.OpOpen, Stream: stream}
		if p.HasPriority {
			op.DependsOn, op.Weight, op.Exclusive = p.Priority.DependsOn, uint16(p.Priority.Weight), p.Priority.Exclusive
		}
		l.tree.Apply(op)
		for _, f := range l.frame.Block.Fields {
			if string(f.Name) == "priority" {
				params, _ = priority.ParseField(f.Value)
			}
		}
	}
	l.levels.Apply(priority.Signal{Kind: priority.SignalOpen, Stream: stream, Params: params})
}

func (l *ledger) acknowledged(e *h2decode.SettingsAcknowledged) {
	owner := e.From.Other()
	for _, setting := range e.Settings {
		old, set := l.settings[owner][setting.ID]
		if !set {
			old = 65535
		}
		l.settings[owner][setting.ID] = setting.Value
		if setting.ID == h2decode.SettingInitialWindowSize {
			for id, s := range l.now.streams {
				s.windows[e.From] += int64(setting.Value) - int64(old)
				l.now.streams[id] = s
			}
		}
	}
}

// traffic plays random frames, legal and not.
type traffic struct {
	*play
	rand *rand.Rand
	next [2]uint32 // the identifier of the next stream of each side
	mute bool      // nobody says anything of priorities, and nothing is promised
}

func newTraffic(t testing.TB, seed uint64) *traffic {
	return &traffic{play: newPlay(t, h2decode.Config{}), rand: rand.New(rand.NewPCG(seed, 0)), next: [2]uint32{1, 2}}
}

// stream is an identifier: mostly of a stream that is open or was.
func (tr *traffic) stream() uint32 {
	if tr.rand.IntN(20) == 0 {
		return tr.rand.Uint32N(tr.next[client] + 40)
	}
	return max(1, tr.next[client]-2*min(tr.rand.Uint32N(8), tr.next[client]/2))
}

func (tr *traffic) play1() {
	from := h2decode.Side(tr.rand.IntN(2))
	var packet [][]byte
	for range 1 + tr.rand.IntN(4) {
		packet = append(packet, tr.frame(from))
	}
	tr.send(from, packet...)
}

func (tr *traffic) frame(from h2decode.Side) []byte {
	switch k := tr.rand.IntN(100); {
	case k < 30:
		return tr.data(from)
	case k < 50:
		stream := tr.stream()
		if tr.rand.IntN(3) == 0 {
			stream = 0
		}
		return updateFrame(stream, tr.rand.Uint32N(1<<[]int{4, 14, 16, 31}[tr.rand.IntN(4)]))
	case k < 56:
		id := []h2decode.SettingID{h2decode.SettingInitialWindowSize, h2decode.SettingInitialWindowSize, h2decode.SettingMaxFrameSize}[tr.rand.IntN(3)]
		return settingsFrame(h2decode.Setting{ID: id, Value: tr.rand.Uint32N(100000)})
	case k < 62:
		return ackFrame()
	case k < 66:
		return resetFrame(tr.stream(), h2decode.Cancel)
	case k < 68:
		return pingFrame(h2decode.Flags(tr.rand.IntN(2)), fmt.Sprint(tr.rand.IntN(3)))
	case from == client:
		return tr.fromClient(k)
	default:
		return tr.fromServer(k)
	}
}

func (tr *traffic) data(from h2decode.Side) []byte {
	flags := h2decode.Flags(0)
	if tr.rand.IntN(6) == 0 {
		flags = h2decode.FlagEndStream
	}
	f := &h2decode.DataFrame{Data: make([]byte, tr.rand.IntN(16000))}
	if tr.rand.IntN(3) == 0 {
		f.Padding = h2decode.Padding{Padded: true}
		f.PadLength = uint8(tr.rand.IntN(256))
	}
	return h2decode.AppendFrame(nil, h2decode.TypeData, flags, tr.stream(), f)
}

func (tr *traffic) fromClient(k int) []byte {
	if tr.mute {
		k = 99
	}
	place := h2decode.PriorityFrame{DependsOn: tr.stream(), Weight: 1 + tr.rand.IntN(256), Exclusive: tr.rand.IntN(3) == 0}
	value := fmt.Sprintf("u=%d, i", tr.rand.IntN(8))
	switch {
	case k < 74:
		return priorityFrame(tr.stream()|1, place)
	case k < 78:
		return priorityUpdate(tr.stream()|1, value)
	}
	stream := tr.next[client]
	tr.next[client] += 2
	end := h2decode.Flags(tr.rand.IntN(2))
	id := fmt.Sprint("value ", tr.rand.IntN(200))
	switch {
	case k < 84:
		return tr.dependent(stream, place, ":method", "GET", "x-id", id)
	case k < 88:
		return tr.request(stream, end, "priority", value)
	}
	return tr.request(stream, end, "x-id", id)
}

func (tr *traffic) fromServer(k int) []byte {
	if tr.mute {
		k = 82
	}
	end := h2decode.Flags(tr.rand.IntN(2))
	switch {
	case k < 74:
		promised := tr.next[server]
		tr.next[server] += 2
		return tr.promise(tr.stream()|1, promised, ":method", "GET", ":path", fmt.Sprint("/", promised))
	case k < 80:
		return tr.headers(server, tr.next[server]-2, end, ":status", "200")
	case k < 82:
		return tr.headers(server, tr.stream()|1, 0, ":status", "103")
	}
	return tr.response(tr.stream()|1, end, "x-id", fmt.Sprint("answer ", tr.rand.IntN(200)))
}

// The state at any instant equals what replaying everything from the start
// gives, whatever the traffic. For every second seed priorities are spoken of
// only after many streams have closed.
func TestStateEqualsReplayFromTheStart(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			tr := newTraffic(t, seed)
			l := newLedger(tr.play)
			tr.client([]byte(h2decode.Preface))
			for i := range 800 {
				tr.mute = seed%2 == 1 && i < 700
				tr.play1()
				if tr.rand.IntN(50) == 0 {
					tr.recorder.Publish() // snapshots in between change nothing
				}
			}
			l.end()
			c := tr.now()
			if c.Len() != len(l.moments)-1 {
				t.Fatalf("%d frames kept of %d", c.Len(), len(l.moments)-1)
			}
			for n := range l.moments {
				compareMoment(t, c, uint64(n), &l.moments[n])
				if t.Failed() {
					return
				}
			}
			compareTimes(t, c, l, tr.rand)
		})
	}
}

// At finds the last frame before which none is later.
func compareTimes(t *testing.T, c *Conn, l *ledger, random *rand.Rand) {
	t.Helper()
	for range 200 {
		at := l.moments[random.IntN(len(l.moments))].time + random.Int64N(2*ms) - ms
		want := 0
		for want+1 < len(l.moments) && l.moments[want+1].time <= at {
			want++
		}
		if got := c.At(at).Frame; got != uint64(want) {
			t.Errorf("at %d: frame %d, want %d", at, got, want)
		}
	}
}

func compareMoment(t *testing.T, c *Conn, n uint64, m *moment) {
	t.Helper()
	s := c.AtFrame(n)
	for side := range s.Windows {
		if s.Windows[side] != (h2decode.Window{Octets: m.windows[side], Known: true}) {
			t.Errorf("after frame %d: connection window of %s %v, want %d", n, h2decode.Side(side), s.Windows[side], m.windows[side])
		}
		compareSettings(t, n, s.Settings(h2decode.Side(side)), m.settings[side])
		compareTable(t, n, s.Table(h2decode.Side(side)), m.tables[side])
	}
	if len(s.Streams) != len(m.streams) {
		t.Errorf("after frame %d: streams %v, want %v", n, s.Streams, m.streams)
	}
	for _, stream := range s.Streams {
		want := m.streams[stream.Stream]
		got := ledgerStream{state: stream.State, windows: [2]int64{stream.Windows[0].Octets, stream.Windows[1].Octets}}
		if got != want || !stream.Windows[0].Known || !stream.Windows[1].Known {
			t.Errorf("after frame %d: stream %+v, want %v", n, stream, want)
		}
	}
	if n%11 == 0 { // these take longer
		for _, stream := range s.Streams {
			if c.Exchange(stream.Exchange).ID != stream.Stream {
				t.Errorf("after frame %d: stream %d has the exchange of another", n, stream.Stream)
			}
		}
		if !s.Tree().Equal(m.tree) {
			t.Errorf("after frame %d: tree of %d streams, want %d", n, s.Tree().Len(), m.tree.Len())
		}
		if !s.Urgencies().Equal(m.levels) {
			t.Errorf("after frame %d: urgencies of %d streams, want %d", n, s.Urgencies().Len(), m.levels.Len())
		}
	}
}

func compareSettings(t *testing.T, n uint64, got []SettingInForce, want map[h2decode.SettingID]uint32) {
	t.Helper()
	values := make(map[h2decode.SettingID]uint32)
	for _, s := range got {
		values[s.ID] = s.Value
		if !s.Known {
			t.Errorf("after frame %d: %s is not known", n, s.ID)
		}
	}
	if !maps.Equal(values, want) {
		t.Errorf("after frame %d: settings %v, want %v", n, values, want)
	}
}

func compareTable(t *testing.T, n uint64, got Table, want []hpack.Entry) {
	t.Helper()
	var entries []hpack.Entry
	for i := range got.Len() {
		entries = append(entries, got.Entry(i))
	}
	if !slices.EqualFunc(entries, want, func(a, b hpack.Entry) bool {
		return string(a.Name) == string(b.Name) && string(a.Value) == string(b.Value) && a.NameTrust == b.NameTrust && a.ValueTrust == b.ValueTrust
	}) {
		t.Errorf("after frame %d: table of %d entries, want %d", n, len(entries), len(want))
	}
}
