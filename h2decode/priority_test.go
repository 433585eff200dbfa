package h2decode

import "testing"

// The Priority field of RFC 9218, Section 4: u from 0 to 7, i a boolean; what
// is out of range or of another type is ignored, and of a repeated member the
// last counts (RFC 8941, Section 3.2).
func TestPriorityFieldOfRFC9218Section4(t *testing.T) {
	tests := []struct {
		value       string
		urgency     uint8
		incremental bool
	}{
		{"", 3, false},
		{"u=5, i", 5, true},
		{"i, u=0", 0, true},
		{"i=?1", 3, true},
		{"i=?0", 3, false},
		{"i=1", 3, false},
		{"u=8", 3, false},
		{"u=-1", 3, false},
		{"u=a", 3, false},
		{"u", 3, false},
		{"u=1, u=9", 3, false},
		{"u=9, u=1", 1, false},
		{"i, i=?0", 3, false},
		{"u=2;foo=bar, x=1, i;y", 2, true},
		{" u=1\t,\ti ", 1, true},
	}
	for _, test := range tests {
		var p StreamPriority
		p.setUrgency([]byte(test.value))
		if !p.HasUrgency || p.Urgency != test.urgency || p.Incremental != test.incremental {
			t.Errorf("%q: %+v, want u=%d, i=%v", test.value, p, test.urgency, test.incremental)
		}
	}
}

// A value that cannot be parsed says nothing: what was said before stands
// (RFC 9218, Section 7).
func TestUnparsablePriority(t *testing.T) {
	for _, value := range []string{"U=1, I", "u=1,,i", "u=1 i", "=", "\xff"} {
		p := StreamPriority{HasUrgency: true, Urgency: 6, Incremental: true}
		if p.setUrgency([]byte(value)); p.Urgency != 6 || !p.Incremental {
			t.Errorf("%q: %+v", value, p)
		}
	}
}

func TestPriorities(t *testing.T) {
	s := begun(t, Config{})
	s.client(priorityFrame(1, 0, 201), urgencyFrame(1, "u=1"))
	s.client(s.headers(Client, 1, 0, append(get, "priority", "u=5, i")...))
	if p := s.conn.streams.get(1).Priority; !p.HasTree || p.Tree.Weight != 201 || p.Urgency != 1 || p.Incremental {
		t.Errorf("hints before HEADERS: %+v", p)
	}
	s.client(priorityFrame(1, 3, 16), urgencyFrame(1, "u=7;x, i, bogus"))
	if p := s.conn.streams.get(1).Priority; p.Tree.DependsOn != 3 || p.Urgency != 7 || !p.Incremental {
		t.Errorf("after updates: %+v", p)
	}
	s.client(s.headers(Client, 3, 0, append(get, "priority", "u=9, i=?0")...))
	if p := s.conn.streams.get(3).Priority; !p.HasUrgency || p.Urgency != 3 || p.Incremental {
		t.Errorf("a value out of range is the default: %+v", p)
	}
}

// Only the client says how its streams are to be served (RFC 7540, Section 5.3;
// RFC 9218, Section 7).
func TestPrioritiesOfTheServerMeanNothing(t *testing.T) {
	s := begun(t, Config{})
	s.client(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{
		HasPriority: true, Priority: PriorityFrame{Weight: 7}, Fragment: []byte{0x82},
	}))
	s.server(AppendFrame(nil, TypeHeaders, FlagEndHeaders, 1, &HeadersFrame{
		HasPriority: true, Priority: PriorityFrame{Weight: 200}, Fragment: []byte{0x88},
	}))
	s.server(priorityFrame(1, 0, 100), urgencyFrame(1, "u=0"))
	if p := s.conn.streams.get(1).Priority; p.Tree.Weight != 7 || p.HasUrgency {
		t.Errorf("told %+v", p)
	}
}

// A priority for a stream that was and is no more is for none.
func TestPriorityOfAClosedStream(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 3, 0, get...), resetFrame(3, Cancel))
	s.client(priorityFrame(3, 0, 1), priorityFrame(1, 0, 1), urgencyFrame(0, "u=1"), urgencyFrame(3, "u=1"))
	if len(s.conn.streams.hints) != 0 {
		t.Errorf("kept %v", s.conn.streams.hints)
	}
}

func priorityFrame(stream, dependsOn uint32, weight int) []byte {
	return AppendFrame(nil, TypePriority, 0, stream, &PriorityFrame{DependsOn: dependsOn, Weight: weight})
}

func urgencyFrame(stream uint32, value string) []byte {
	return AppendFrame(nil, TypePriorityUpdate, 0, 0, &PriorityUpdateFrame{Prioritized: stream, FieldValue: []byte(value)})
}
