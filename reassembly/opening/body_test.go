package opening

import (
	"testing"

	"h2scope/reassembly"
)

// TestFraming is RFC 9112, Section 6.3, rule by rule.
func TestFraming(t *testing.T) {
	length := headInfo{length: 5, hasLength: true}
	chunked := headInfo{coded: true, chunked: true}
	both := headInfo{length: 5, hasLength: true, coded: true, chunked: true}
	gzip := headInfo{length: 5, hasLength: true, coded: true}
	invalid := headInfo{hasLength: true, invalid: true}
	const none, counted, chunks, unknown = "none", "counted", "chunked", "unknown"
	kind := func(b body, ok bool) string {
		switch {
		case !ok:
			return unknown
		case b.state == chunkSize:
			return chunks
		case b.state == bodyLength && b.left == 5:
			return counted
		}
		return none
	}
	for _, test := range []struct {
		rule    string
		info    headInfo
		code    int // 0 for a request
		toHEAD  bool
		framing string
	}{
		{"1: to HEAD", length, 200, true, none},
		{"1: 204", chunked, 204, false, none},
		{"1: 304", length, 304, false, none},
		{"3: both", both, 200, false, chunks},
		{"3: both, request", both, 0, false, chunks},
		{"4: chunked", chunked, 200, false, chunks},
		{"4: chunked, request", chunked, 0, false, chunks},
		{"4: not chunked", gzip, 200, false, unknown},
		{"4: not chunked, request", gzip, 0, false, unknown},
		{"5: invalid length", invalid, 200, false, unknown},
		{"5: invalid length, request", invalid, 0, false, unknown},
		{"6: length", length, 200, false, counted},
		{"6: length, request", length, 0, false, counted},
		{"7: request without", headInfo{}, 0, false, none},
		{"8: response without", headInfo{}, 200, false, unknown},
	} {
		var b body
		var ok bool
		if test.code == 0 {
			b, ok = requestBody(test.info)
		} else {
			b, ok = responseBody(test.info, test.code, test.toHEAD)
		}
		if got := kind(b, ok); got != test.framing {
			t.Errorf("%s: %s, want %s", test.rule, got, test.framing)
		}
	}
}

// readBody reads as far as octets go.
func readBody(b *body, s *stream) outcome {
	for b.state != bodyDone {
		if out := b.read(s); out != progress {
			return out
		}
	}
	return progress
}

func TestChunkedBody(t *testing.T) {
	for _, test := range []struct {
		in     string
		want   outcome
		octets uint64
		left   string
	}{
		{"0\r\n\r\nnext", progress, 0, "next"},
		{"3\r\nabc\r\n0\r\n\r\n", progress, 3, ""},
		{"3\nabc\n0\n\nnext", progress, 3, "next"},
		{"0003;x=\"y\" \r\nabc\r\n00\r\nA: b\r\nC: d\r\n\r\nnext", progress, 3, "next"},
		{"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", progress, 20, ""},
		{"3\r\nab", wait, 2, ""},
		{"3\r\nabc\r", wait, 3, "\r"},
		{"3\r\nabc\r\n0\r\n\r", wait, 3, "\r"},
		{"\r\n", lost, 0, "\r\n"},
		{"0x3\r\n", lost, 0, "0x3\r\n"},
		{"+3\r\n", lost, 0, "+3\r\n"},
		{"3\r\nabcd\r\n", lost, 3, "d\r\n"},
		{"8000000000000000\r\n", lost, 0, "8000000000000000\r\n"},
	} {
		s, b := newStream(), &body{state: chunkSize}
		s.push(chunkAt(0, 1, test.in), 1)
		if out := readBody(b, s); out != test.want || b.octets != test.octets || string(s.octets()) != test.left {
			t.Errorf("%q: outcome %d, %d octets, left %q", test.in, out, b.octets, s.octets())
		}
	}
}

// TestBodyGap: a gap is passed where the length tells that it lies inside.
func TestBodyGap(t *testing.T) {
	for _, test := range []struct {
		name   string
		start  body
		before string
		gap    uint64
		after  string
		want   outcome
		octets uint64
	}{
		{"inside", body{state: bodyLength, left: 10}, "abc", 4, "def", progress, 10},
		{"up to the end", body{state: bodyLength, left: 10}, "abc", 7, "", progress, 10},
		{"all of it", body{state: bodyLength, left: 10}, "", 10, "", progress, 10},
		{"over the end", body{state: bodyLength, left: 10}, "abc", 8, "", lost, 0},
		{"behind the end", body{state: bodyLength, left: 3}, "abc", 8, "", progress, 3},
		{"in a chunk", body{state: chunkData, left: 10}, "abc", 7, "\r\n0\r\n\r\n", progress, 10},
		{"over a chunk's end", body{state: chunkData, left: 10}, "abc", 8, "\n0\r\n\r\n", lost, 0},
		{"in a chunk's size", body{state: chunkSize}, "1", 1, "\r\n", lost, 0},
		{"in trailers", body{state: trailers}, "a: b\r\nc:", 1, "\r\n\r\n", lost, 0},
	} {
		s, b := newStream(), test.start
		n := uint64(len(test.before))
		if n > 0 {
			s.push(chunkAt(0, 1, test.before), 1)
		}
		s.pushGap(&reassembly.Gap{Offset: n, Length: test.gap, Packet: 2}, 2)
		if test.after != "" {
			s.push(chunkAt(n+test.gap, 3, test.after), 3)
		}
		if out := readBody(&b, s); out != test.want || out == progress && b.octets != test.octets {
			t.Errorf("%s: outcome %d, %d octets", test.name, out, b.octets)
		}
	}
}
