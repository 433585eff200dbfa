package h2decode

import (
	"slices"
	"testing"
)

func TestSettingsApplyWhenAcknowledged(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(Setting{SettingHeaderTableSize, 0}), settingsFrame(Setting{SettingMaxFrameSize, 20000}))
	if got, _ := s.conn.halves[Client].table.Limit(); got != 4096 {
		t.Errorf("table limit %d before the acknowledgment", got)
	}
	s.client(ackFrame())
	if got, _ := s.conn.halves[Client].table.Limit(); got != 0 {
		t.Errorf("table limit %d after it", got)
	}
	c := s.finish()
	if len(c.Settings[Server]) != 1 {
		t.Errorf("in force: %v; the second SETTINGS was not acknowledged", c.Settings[Server])
	}
}

// Captures may show the acknowledgment before what it acknowledges.
func TestAcknowledgmentCapturedTooEarly(t *testing.T) {
	s := newScript(t, Config{})
	s.client([]byte(Preface), settingsFrame())
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.offset[Server] = uint64(len(wire)) // the client's TCP has acknowledged it
	s.client(ackFrame())
	s.offset[Server] = 0
	s.server(wire)
	if c := s.finish(); len(c.Settings[Server]) != 1 {
		t.Errorf("in force: %v", c.Settings[Server])
	}
}

// An ACK that its sender cannot have sent for a SETTINGS frame, because that
// came whole only later, is not its acknowledgment.
func TestStrayAcknowledgments(t *testing.T) {
	s := newScript(t, Config{})
	s.client([]byte(Preface), settingsFrame(), ackFrame(), ackFrame()) // acknowledges nothing, twice
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.server(wire[:len(wire)-1])
	s.client(ackFrame()) // TCP has acknowledged all but the last octet
	s.server(wire[len(wire)-1:])
	if c := s.finish(); c.Settings[Server] != nil {
		t.Errorf("in force: %v, which nobody acknowledged", c.Settings[Server])
	}
}

// The acknowledgment's origin is where it stood, though what it acknowledges
// came behind it.
func TestOriginOfAnEarlyAcknowledgment(t *testing.T) {
	s := newScript(t, Config{})
	s.client([]byte(Preface), settingsFrame())
	wire := settingsFrame(Setting{SettingEnablePush, 0})
	s.offset[Server] = uint64(len(wire))
	at := s.offset[Client]
	s.client(ackFrame())
	s.offset[Server] = 0
	told := false
	s.sink = func(e Event) {
		if e, ok := e.(*SettingsAcknowledged); ok {
			told = true
			if e.From != Client || e.Offset != at {
				t.Errorf("origin %+v, want the client's octet %d", e.Origin, at)
			}
		}
	}
	s.server(wire)
	if !told {
		t.Error("not told")
	}
}

// RFC 9113, Section 6.5.3: settings are processed in the order in which they
// stand, so the last of a kind wins.
func TestSettingsRepeatedInOneFrame(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(Setting{SettingMaxFrameSize, 20000}, Setting{SettingEnablePush, 0}, Setting{SettingMaxFrameSize, 30000}))
	s.client(ackFrame())
	want := []Setting{{SettingEnablePush, 0}, {SettingMaxFrameSize, 30000}}
	if c := s.finish(); !slices.Equal(c.Settings[Server], want) {
		t.Errorf("in force: %v, want %v", c.Settings[Server], want)
	}
}

// RFC 7541, Section 4.2: the least size between two blocks must be signalled,
// even where it is set and raised again in one frame.
func TestHeaderTableSizeThatFallsAndRisesInOneFrame(t *testing.T) {
	for _, signalled := range []bool{false, true} {
		s := begun(t, Config{})
		s.client(s.headers(Client, 1, 0, "x-a", "1"))
		s.server(settingsFrame(Setting{SettingHeaderTableSize, 0}, Setting{SettingHeaderTableSize, 4096}))
		s.client(ackFrame())
		violations := 0
		s.sink = func(e Event) {
			if e, ok := e.(*FrameDecoded); ok && e.Block != nil {
				violations += len(e.Block.Violations)
			}
		}
		block := []byte{0x82}
		if signalled {
			block = []byte{0x20, 0x3f, 0xe1, 0x1f, 0x82} // size updates to 0 and to 4096
		}
		s.client(fragment(3, FlagEndHeaders, block...))
		if want := 1; signalled == (violations > 0) || !signalled && violations != want {
			t.Errorf("signalled %v: %d violations", signalled, violations)
		}
	}
}

// A SETTINGS frame with a hole is acknowledged like any other: the next
// acknowledgment is not taken for the one after it, and nothing is said to be
// in force that may not be.
func TestGapInsideSettings(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(Setting{SettingMaxFrameSize, 20000}))
	s.client(ackFrame())
	wire := settingsFrame(Setting{SettingHeaderTableSize, 1 << 20})
	s.server(wire[:HeaderLength+2])
	s.lose(Server, 4)
	s.server(settingsFrame(Setting{SettingEnablePush, 0}))
	s.events = nil
	s.client(ackFrame())
	s.want("10 client #9 SETTINGS 0 ACK", "10 client acknowledges settings that are not known")
	s.sink = func(e Event) {
		if e, ok := e.(*FrameDecoded); ok && e.Block != nil && len(e.Block.Violations) > 0 {
			t.Errorf("violations %v: the limit is not known", e.Block.Violations)
		}
	}
	s.client(fragment(1, FlagEndHeaders, 0x3f, 0xe1, 0x7f, 0x82)) // a size update to 16384
	s.client(ackFrame())
	if c := s.finish(); !slices.Equal(c.Settings[Server], []Setting{{SettingEnablePush, 0}}) {
		t.Errorf("in force: %v", c.Settings[Server])
	}
}

// Millions of SETTINGS that nobody acknowledges take no more memory than a few;
// and where acknowledgments come in the end, each is for its own frame.
func TestSettingsFlood(t *testing.T) {
	s := begun(t, Config{})
	const n = 3 * maxPendingFrames
	for i := range uint32(n) {
		s.server(settingsFrame(Setting{SettingMaxFrameSize, i}, Setting{0xf000, i}))
	}
	pending := &s.conn.halves[Server].settings
	if len(pending.pending) > maxPendingFrames || pending.values > maxPendingSettings {
		t.Errorf("%d frames with %d settings wait", len(pending.pending), pending.values)
	}
	var known, unknown int
	s.sink = func(e Event) {
		if e, ok := e.(*SettingsAcknowledged); ok && e.Incomplete {
			unknown++
		} else if ok {
			known++
			if want := uint32(unknown + known - 1); e.Settings[0].Value != want {
				t.Fatalf("acknowledgment %d is for frame %d", want, e.Settings[0].Value)
			}
		}
	}
	for range n {
		s.client(ackFrame())
	}
	if known != maxPendingFrames || unknown != n-maxPendingFrames {
		t.Errorf("%d acknowledged, %d not known", known, unknown)
	}
	if pending.values != 0 || pending.pending != nil {
		t.Errorf("left: %+v", pending)
	}
}

func TestSettingsOfOneFrameAboveTheLimit(t *testing.T) {
	s := begun(t, Config{})
	s.server(settingsFrame(make([]Setting, maxPendingSettings+1)...))
	s.client(ackFrame())
	if c := s.finish(); c.Settings[Server] != nil || s.events[len(s.events)-1] != "6 client acknowledges settings that are not known" {
		t.Errorf("in force %v; told %q", c.Settings[Server], s.events)
	}
}

// Unknown settings are kept up to a limit, known ones always.
func TestUnknownSettings(t *testing.T) {
	s := begun(t, Config{})
	var many []Setting
	for i := range 500 {
		many = append(many, Setting{SettingID(0x1000 + i), 1})
	}
	s.server(settingsFrame(append(many, Setting{SettingMaxFrameSize, 1 << 20})...))
	s.client(ackFrame())
	got := s.finish().Settings[Server]
	if len(got) > 1+len(settingNames)+maxUnknownSettings || got[0] != (Setting{SettingMaxFrameSize, 1 << 20}) {
		t.Errorf("%d in force, the first %v", len(got), got[0])
	}
}

// RFC 7540, Section 3.2.1: the settings in an upgrade are in force with the 101
// response, for what the server sends.
func TestSettingsOfAnUpgrade(t *testing.T) {
	s := newScript(t, Config{})
	s.conn.Upgrade(&Upgrade{
		Packet: 3, AnswerPacket: 4, AnswerTime: 4e6, DataBytes: 10,
		Settings: AppendSetting(AppendSetting(nil, Setting{SettingHeaderTableSize, 100}), Setting{SettingEnablePush, 0}),
	})
	s.want(
		"3 client stream 1: idle → open",
		"3 client stream 1: open → half-closed-client",
		"4 server acknowledges [{SETTINGS_HEADER_TABLE_SIZE 100} {SETTINGS_ENABLE_PUSH 0}]",
	)
	if limit, _ := s.conn.halves[Server].table.Limit(); limit != 100 {
		t.Errorf("the server's table is limited to %d", limit)
	}
	if limit, _ := s.conn.halves[Client].table.Limit(); limit != 4096 {
		t.Errorf("the client's table is limited to %d", limit)
	}
	if got := s.conn.streams.get(1).Request.DataBytes; got != 10 {
		t.Errorf("%d octets of data", got)
	}
}

// Each side's settings limit what the other sends; SentAt is when they came.
func TestSettingsOfBothSides(t *testing.T) {
	s := begun(t, Config{})
	s.client(settingsFrame(Setting{SettingHeaderTableSize, 1}))
	s.server(settingsFrame(Setting{SettingHeaderTableSize, 2}))
	s.sink = func(e Event) {
		if e, ok := e.(*SettingsAcknowledged); ok {
			if want := map[Side]int64{Server: 5e6, Client: 6e6}[e.From]; e.SentAt != want {
				t.Errorf("acknowledged by %v, sent at %d, want %d", e.From, e.SentAt, want)
			}
		}
	}
	s.server(ackFrame())
	s.client(ackFrame())
	for side, want := range []uint32{2, 1} {
		if got, _ := s.conn.halves[side].table.Limit(); got != want {
			t.Errorf("table of what %v sends: %d, want %d", Side(side), got, want)
		}
	}
}
