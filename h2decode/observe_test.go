package h2decode

import "testing"

// TestBegun: the frame that a side has begun, and where its octets end.
func TestBegun(t *testing.T) {
	s := begun(t, Config{})
	if b, ok := s.conn.Begun(Client); ok {
		t.Errorf("begun %+v between frames", b)
	}
	at := s.offset[Client]
	s.client(dataFrame(1, 0, "hello")[:12])
	b, ok := s.conn.Begun(Client)
	want := FrameHeader{Length: 5, Type: TypeData, Stream: 1}
	if !ok || b.Header != want || b.From != Client || b.Offset != at || b.Packet != s.packet || b.Missing != 0 {
		t.Errorf("begun %+v, %v", b, ok)
	}
	if seen := s.conn.Seen(Client); seen != at+12 {
		t.Errorf("seen %d octets, want %d", seen, at+12)
	}
	s.lose(Client, 1)
	if b, _ = s.conn.Begun(Client); b.Missing != 1 || s.conn.Seen(Client) != at+13 {
		t.Errorf("begun %+v behind a hole, seen %d", b, s.conn.Seen(Client))
	}
	s.client([]byte("o"))
	if b, ok = s.conn.Begun(Client); ok {
		t.Errorf("begun %+v behind the frame's end", b)
	}
}

// TestUncleanPadding: padding octets are to be zero (RFC 9113, Section 6.1).
func TestUncleanPadding(t *testing.T) {
	for _, test := range []struct {
		padding []byte
		want    bool
	}{{nil, false}, {[]byte{0, 0}, false}, {[]byte{0, 1}, true}, {[]byte{1, 0}, true}} {
		frame := AppendFrame(nil, TypeData, 0, 1, &DataFrame{Data: []byte("abc"), Padding: Padding{Padded: true, Octets: test.padding}})
		p, err := ParsePayload(ParseFrameHeader(frame), frame[HeaderLength:])
		if err != nil || p.(*DataFrame).Unclean != test.want {
			t.Errorf("%v: %+v, %v", test.padding, p, err)
		}
		for cut := range frame {
			var told []bool
			s := begun(t, Config{})
			s.sink = func(e Event) {
				if f, ok := e.(*FrameDecoded); ok {
					told = append(told, f.Payload.(*DataFrame).Unclean)
				}
			}
			s.client(frame[:cut])
			s.client(frame[cut:])
			if len(told) != 1 || told[0] != test.want {
				t.Errorf("%v cut at %d: told %v", test.padding, cut, told)
			}
		}
	}
}
