package h2decode

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A ledger keeps the flow-control windows by what RFC 9113, Section 6.9 says of
// each frame, from the frames and the acknowledgments of settings alone.
type ledger struct {
	newest     [2]uint32
	initial    [2]int64 // by the side that sends
	connection [2]int64
	streams    map[uint32]*ledgerStream
	shifted    [2]int64 // all that WindowsShifted told
	check      func(e *FrameDecoded, connection, stream Window)
	moved      func(stream uint32, sender Side, at int64, window int64)
}

type ledgerStream struct {
	window [2]int64
	ended  [2]bool
}

func newLedger() *ledger {
	return &ledger{
		initial: [2]int64{65535, 65535}, connection: [2]int64{65535, 65535}, streams: make(map[uint32]*ledgerStream),
		check: func(*FrameDecoded, Window, Window) {}, moved: func(uint32, Side, int64, int64) {},
	}
}

func (l *ledger) Event(e Event) {
	switch e := e.(type) {
	case *FrameDecoded:
		l.frame(e)
	case *WindowsShifted:
		l.shifted[e.From] += e.Delta
	case *SettingsAcknowledged:
		now := l.initial[e.From]
		for _, setting := range e.Settings { // of a repeated one the last counts
			if setting.ID == SettingInitialWindowSize {
				now = int64(setting.Value)
			}
		}
		delta := now - l.initial[e.From]
		l.initial[e.From] = now
		for id, s := range l.streams {
			s.window[e.From] += delta
			if delta != 0 {
				l.moved(id, e.From, e.Time, s.window[e.From])
			}
		}
	}
}

func (l *ledger) frame(e *FrameDecoded) {
	id := e.Header.Stream
	s := l.streams[id]
	switch e.Header.Type {
	case TypeData:
		l.move(e, id, e.From, -int64(e.Header.Length))
		l.move(e, 0, e.From, -int64(e.Header.Length))
		l.compare(e, e.From)
	case TypeWindowUpdate:
		l.move(e, id, e.From.Other(), int64(e.Payload.(*WindowUpdateFrame).Increment))
		l.compare(e, e.From.Other())
	case TypeHeaders:
		if s == nil && e.From == Client && id%2 == 1 && id > l.newest[Client] {
			l.newest[Client] = id
			l.streams[id] = &ledgerStream{window: l.initial}
		}
	case TypeRSTStream:
		delete(l.streams, id)
	}
	ends := e.Header.Flags.Has(FlagEndStream) && (e.Header.Type == TypeData || e.Header.Type == TypeHeaders)
	if s := l.streams[id]; s != nil && ends {
		s.ended[e.From] = true
		if s.ended[Client] && s.ended[Server] {
			delete(l.streams, id)
		}
	}
}

func (l *ledger) move(e *FrameDecoded, id uint32, sender Side, n int64) {
	if id == 0 {
		l.connection[sender] += n
		l.moved(0, sender, e.Time, l.connection[sender])
	} else if s := l.streams[id]; s != nil {
		s.window[sender] += n
		l.moved(id, sender, e.Time, s.window[sender])
	}
}

func (l *ledger) compare(e *FrameDecoded, sender Side) {
	var stream Window
	if s := l.streams[e.Header.Stream]; s != nil {
		stream = Window{s.window[sender], true}
	}
	l.check(e, Window{l.connection[sender], true}, stream)
}

// A traffic makes frames that move windows, at random.
type traffic struct {
	*script
	random  *rand.Rand
	ledger  *ledger
	next    uint32
	lawful  bool // DATA fits in the windows
	pending [2]int
}

func newTraffic(t *testing.T, seed uint64) *traffic {
	tr := &traffic{script: begun(t, Config{}), random: rand.New(rand.NewPCG(seed, 6)), ledger: newLedger(), next: 1}
	tr.sink = func(e Event) { tr.ledger.Event(e) }
	return tr
}

// act has one side send one frame.
func (tr *traffic) act() {
	side := Side(tr.random.IntN(2))
	tr.packet += uint64(tr.random.IntN(4) * tr.random.IntN(200))
	switch tr.random.IntN(14) {
	case 0:
		tr.open()
	case 1, 2, 3:
		tr.update(side)
	case 4:
		tr.settings(side)
	case 5:
		if tr.pending[side.Other()] > 0 {
			tr.pending[side.Other()]--
			tr.send(side, ackFrame())
		}
	case 6:
		if id := tr.some(); id != 0 && tr.random.IntN(4) == 0 {
			tr.send(side, resetFrame(id, Cancel))
		}
	default:
		tr.data(side)
	}
}

// some is a stream that is open; 0: there is none.
func (tr *traffic) some() uint32 {
	var ids []uint32
	for id := range tr.ledger.streams {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return 0
	}
	slices.Sort(ids)
	return ids[tr.random.IntN(len(ids))]
}

func (tr *traffic) open() {
	if len(tr.ledger.streams) < 4 {
		tr.client(tr.headers(Client, tr.next, 0, get...))
		tr.server(tr.headers(Server, tr.next, 0, ":status", "200"))
		tr.next += 2
	}
}

func (tr *traffic) update(side Side) {
	id := tr.some()
	if tr.random.IntN(3) == 0 {
		id = 0
	}
	increment := uint32(tr.random.IntN(1<<tr.random.IntN(16)) + 1)
	if !tr.lawful && tr.random.IntN(10) == 0 {
		increment = tr.random.Uint32() & streamMask
	}
	tr.send(side, AppendFrame(nil, TypeWindowUpdate, 0, id, &WindowUpdateFrame{Increment: increment}))
}

// settings announces one new initial size, or two.
func (tr *traffic) settings(side Side) {
	var settings []Setting
	for range 1 + tr.random.IntN(2) {
		settings = append(settings, Setting{SettingInitialWindowSize, uint32(tr.random.IntN(3) * tr.random.IntN(40000))})
	}
	tr.pending[side]++
	tr.send(side, settingsFrame(settings...))
}

// data sends DATA, padded at times, which ends the side of its stream at times.
func (tr *traffic) data(side Side) {
	id := tr.some()
	if id == 0 || tr.ledger.streams[id].ended[side] {
		return
	}
	p := &DataFrame{Data: make([]byte, tr.random.IntN(1<<tr.random.IntN(15)))}
	if tr.random.IntN(3) == 0 {
		p.Padding = Padding{Padded: true, Octets: make([]byte, tr.random.IntN(256))}
	}
	var flags Flags
	if tr.random.IntN(20) == 0 {
		flags = FlagEndStream
	}
	frame := AppendFrame(nil, TypeData, flags, id, p)
	window := min(tr.ledger.streams[id].window[side], tr.ledger.connection[side])
	if tr.lawful && int64(len(frame)-HeaderLength) > window {
		if window <= 0 {
			return
		}
		frame = AppendFrame(nil, TypeData, flags, id, &DataFrame{Data: make([]byte, window)})
	}
	tr.send(side, frame)
}

// Random traffic, whether it keeps to the windows or not: what each frame leaves
// of them is what an independent ledger says, negative sizes and those above
// the greatest included.
func TestWindowsAgreeWithAnIndependentLedger(t *testing.T) {
	negative, compared := 0, 0
	for seed := range uint64(400) {
		tr := newTraffic(t, seed)
		tr.lawful = seed%2 == 0
		tr.ledger.check = func(e *FrameDecoded, connection, stream Window) {
			compared++
			if stream.Octets < 0 {
				negative++
			}
			if want := (Windows{true, connection, stream}); e.Windows != want {
				t.Errorf("seed %d, %s: windows %+v, want %+v", seed, describeFrame(e), e.Windows, want)
			}
		}
		for range 300 {
			tr.act()
		}
		tr.compareAll(seed)
		if t.Failed() {
			return
		}
	}
	if compared < 10000 || negative < 1000 {
		t.Errorf("%d windows compared, %d of them negative: the traffic is too tame", compared, negative)
	}
}

// compareAll compares what the connection says of all windows when it is asked.
func (tr *traffic) compareAll(seed uint64) {
	for sender := range Side(2) {
		if got := tr.conn.Window(0, sender); got != (Window{tr.ledger.connection[sender], true}) {
			tr.t.Errorf("seed %d: the connection's window for the %s is %+v, want %d", seed, sender, got, tr.ledger.connection[sender])
		}
		if got, want := tr.ledger.shifted[sender], tr.ledger.initial[sender]-65535; got != want {
			tr.t.Errorf("seed %d: windows of the %s were shifted by %d, want %d", seed, sender, got, want)
		}
		n := 0
		for id, got := range tr.conn.OpenWindows(sender) {
			n++
			if s := tr.ledger.streams[id]; s == nil || got != (Window{s.window[sender], true}) || got != tr.conn.Window(id, sender) {
				tr.t.Errorf("seed %d: stream %d's window for the %s is %+v, want %+v", seed, id, sender, got, s)
			}
			if capacity := tr.conn.Capacity(id, sender); capacity < got.Octets {
				tr.t.Errorf("seed %d: stream %d's capacity is %d, below its window %d", seed, id, capacity, got.Octets)
			}
		}
		if n != len(tr.ledger.streams) {
			tr.t.Errorf("seed %d: %d streams have windows, want %d", seed, n, len(tr.ledger.streams))
		}
	}
}

// windows writes what each frame leaves of the windows that it moves: the
// connection's, then the stream's; "?" is one that is not known.
func (s *script) windows() *[]string {
	told := new([]string)
	size := func(w Window) string {
		if !w.Known {
			return "?"
		}
		return fmt.Sprint(w.Octets)
	}
	s.sink = func(e Event) {
		switch e := e.(type) {
		case *FrameDecoded:
			if e.Windows.Moved {
				*told = append(*told, fmt.Sprintf("%s %d: %s %s", e.Header.Type, e.Header.Stream, size(e.Windows.Connection), size(e.Windows.Stream)))
			}
		case *WindowsShifted:
			*told = append(*told, fmt.Sprintf("%s shifted by %d", e.From, e.Delta))
		}
	}
	return told
}

func updateFrame(stream, increment uint32) []byte {
	return AppendFrame(nil, TypeWindowUpdate, 0, stream, &WindowUpdateFrame{Increment: increment})
}

// What moves windows, and what does not.
func TestWindows(t *testing.T) {
	initial := func(v uint32) []byte { return settingsFrame(Setting{SettingInitialWindowSize, v}) }
	for _, test := range []struct {
		name string
		play func(s *script)
		want []string
	}{
		{"padding counts with its length octet", func(s *script) {
			s.client(AppendFrame(nil, TypeData, 0, 1, &DataFrame{Data: []byte("abc"), Padding: Padding{Padded: true, Octets: make([]byte, 6)}}))
		}, []string{"DATA 1: 65525 65525"}},
		{"DATA on a stream that is not open counts against the connection", func(s *script) {
			s.client(resetFrame(1, Cancel), dataFrame(1, 0, "abc"), dataFrame(9, 0, "abc"))
		}, []string{"DATA 1: 65532 ?", "DATA 9: 65529 ?"}},
		{"an update is of the peer's windows", func(s *script) {
			s.client(dataFrame(1, 0, "abc"), updateFrame(1, 10), updateFrame(0, 20))
			s.server(updateFrame(1, 3))
		}, []string{"DATA 1: 65532 65532", "WINDOW_UPDATE 1: 65535 65545", "WINDOW_UPDATE 0: 65555 ?", "WINDOW_UPDATE 1: 65532 65535"}},
		{"an initial size counts from its acknowledgment on (RFC 9113, Section 6.9.2)", func(s *script) {
			s.client(initial(1000))
			s.server(dataFrame(1, 0, "abc"))
			s.server(ackFrame(), dataFrame(1, 0, "abc"))
		}, []string{"DATA 1: 65532 65532", "server shifted by -64535", "DATA 1: 65529 994"}},
		{"a window may be negative, and so grow", func(s *script) {
			s.server(dataFrame(1, 0, strings.Repeat("x", 100)))
			s.client(initial(50))
			s.server(ackFrame())
			s.client(updateFrame(1, 30), updateFrame(1, 30))
		}, []string{"DATA 1: 65435 65435", "server shifted by -65485", "WINDOW_UPDATE 1: 65435 -20", "WINDOW_UPDATE 1: 65435 10"}},
		{"an initial size is that of new streams, and not the connection's", func(s *script) {
			s.client(initial(7))
			s.server(ackFrame())
			s.client(s.headers(Client, 3, 0, get...))
			s.server(dataFrame(3, 0, "abc"), updateFrame(3, 1))
		}, []string{"server shifted by -65528", "DATA 3: 65532 4", "WINDOW_UPDATE 3: 65535 65536"}},
		{"an update of the wrong length moves nothing", func(s *script) {
			s.client(AppendFrame(nil, TypeWindowUpdate, 0, 1, &UnknownFrame{Payload: []byte{1}}))
			s.server(dataFrame(1, 0, "abc"))
		}, []string{"DATA 1: 65532 65532"}},
		{"DATA with a hole has its length", func(s *script) {
			frame := dataFrame(1, 0, "abcdef")
			s.client(frame[:HeaderLength+2])
			s.lose(Client, 4)
			s.client(dataFrame(1, 0, "x"))
		}, []string{"DATA 1: 65529 65529", "DATA 1: 65528 65528"}},
		{"an update with a hole leaves its window unknown, and no other", func(s *script) {
			frame := updateFrame(1, 10)
			s.client(frame[:HeaderLength+2])
			s.lose(Client, 2)
			s.server(dataFrame(1, 0, "abc"))
			s.client(dataFrame(1, 0, "abc"))
		}, []string{"DATA 1: 65532 ?", "DATA 1: 65532 65532"}},
		{"lost frames leave all windows unknown but those of new streams", func(s *script) {
			s.client(updateFrame(0, 1)[:4])
			s.lose(Client, 9)
			s.server(dataFrame(1, 0, "abc"), updateFrame(1, 1))
		}, []string{"DATA 1: ? ?", "WINDOW_UPDATE 1: ? ?"}},
		{"settings with a hole leave the streams' windows unknown", func(s *script) {
			frame := initial(10)
			s.client(frame[:HeaderLength+2])
			s.lose(Client, len(frame)-HeaderLength-2)
			s.server(ackFrame(), dataFrame(1, 0, "abc"))
			s.client(dataFrame(1, 0, "abc"))
		}, []string{"DATA 1: 65532 ?", "DATA 1: 65532 65532"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begun(t, Config{})
			s.client(s.headers(Client, 1, 0, get...))
			told := s.windows()
			test.play(s)
			if !slices.Equal(*told, test.want) {
				t.Errorf("told\n\t%s\nwant\n\t%s", strings.Join(*told, "\n\t"), strings.Join(test.want, "\n\t"))
			}
		})
	}
}

// Of a connection that was joined in the middle no window is known.
func TestWindowsOfALateStart(t *testing.T) {
	s := newScript(t, Config{Late: true})
	told := s.windows()
	s.client(s.headers(Client, 1, 0, get...), dataFrame(1, 0, "abc"))
	if want := []string{"DATA 1: ? ?"}; !slices.Equal(*told, want) {
		t.Errorf("told %q, want %q", *told, want)
	}
	if w := s.conn.Window(99, Client); w.Known {
		t.Errorf("the window of a stream that is not open is %+v", w)
	}
}

// A capacity is the greatest size that a window had; a new initial size moves it
// as it moves the window.
func TestCapacity(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, get...))
	for i, step := range []struct {
		play               func()
		stream, connection int64
	}{
		{func() { s.server(dataFrame(1, 0, "abc")) }, 65535, 65535},
		{func() { s.client(updateFrame(1, 2), updateFrame(0, 2)) }, 65535, 65535},
		{func() { s.client(updateFrame(1, 11), updateFrame(0, 21)) }, 65545, 65555},
		{func() { s.client(settingsFrame(Setting{SettingInitialWindowSize, 65545})); s.server(ackFrame()) }, 65555, 65555},
	} {
		step.play()
		if stream, connection := s.conn.Capacity(1, Server), s.conn.Capacity(0, Server); stream != step.stream || connection != step.connection {
			t.Errorf("step %d: capacities %d and %d, want %d and %d", i, stream, connection, step.stream, step.connection)
		}
	}
	if n := s.conn.Capacity(99, Server); n != 0 {
		t.Errorf("the capacity of a stream that is not open is %d", n)
	}
}

// FuzzWindows has each octet move a window, and compares what is left with an
// independent ledger.
func FuzzWindows(f *testing.F) {
	f.Add([]byte("\x00\x10\x20\x30\x01\x11\x21\x31"))
	f.Add([]byte("\x06\x47\x87\xc7\x00\x40\x80\x06\x07"))
	f.Fuzz(func(t *testing.T, moves []byte) {
		s := begun(t, Config{})
		l := newLedger()
		l.check = func(e *FrameDecoded, connection, stream Window) {
			if want := (Windows{true, connection, stream}); e.Windows != want {
				t.Errorf("%s: windows %+v, want %+v", describeFrame(e), e.Windows, want)
			}
		}
		s.sink = l.Event
		for i, b := range moves {
			s.fuzzMove(i, b)
		}
	})
}

// fuzzMove plays what an octet stands for: its low bits say what, the next which
// stream, the highest who.
func (s *script) fuzzMove(i int, b byte) {
	side, id := Side(b>>7), uint32(b>>4&3)*2+1
	switch b & 0xf {
	case 0:
		s.client(s.headers(Client, id, 0, get...))
	case 1:
		s.server(s.headers(Server, id, 0, ":status", "200"))
	case 2:
		s.send(side, updateFrame(0, uint32(i)<<b&streamMask))
	case 3:
		s.send(side, updateFrame(id, uint32(i)<<b&streamMask))
	case 4:
		s.send(side, resetFrame(id, Cancel))
	case 5:
		s.send(side, dataFrame(id, FlagEndStream, "x"))
	case 6:
		s.send(side, settingsFrame(Setting{SettingInitialWindowSize, uint32(i) * 1000}))
	case 7:
		s.send(side, ackFrame())
	default:
		s.send(side, dataFrame(id, 0, strings.Repeat("x", i&0xff<<(b&7))))
	}
}
