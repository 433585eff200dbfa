package h2decode

import "testing"

func TestGapInsideDataKeepsTheConnectionInStep(t *testing.T) {
	s := begun(t, Config{Data: true})
	s.client(s.headers(Client, 1, 0, get...))
	s.events = nil
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 5)
	s.client(frame[HeaderLength+7:], dataFrame(1, FlagEndStream, "end"))
	s.want(
		`6 client data 1: "01" missing 0`,
		`7 client data 1: "" missing 5`,
		"7 client gap at 74 of 5, 0 skipped, capture-loss, resynced 8",
		`8 client data 1: "789" missing 0`,
		"8 client #6 DATA 1 from packet 6 missing 5",
		`8 client data 1: "end" missing 0`,
		"8 client #7 DATA 1 END_STREAM",
		"8 client stream 1: open → half-closed-client",
	)
}

func TestGapThatEndsWithItsFrame(t *testing.T) {
	s := begun(t, Config{})
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 8)
	s.client(AppendFrame(nil, TypePing, 0, 0, &PingFrame{}))
	s.want(
		"6 client #5 DATA 1 from packet 5 missing 8",
		"6 client gap at 53 of 8, 0 skipped, capture-loss, resynced 7",
		"7 client #6 PING 0",
	)
}

// A hole in a field block: the fields before it are shown, what follows in the
// block is not, and what the table held before is uncertain from then on.
func TestGapInsideHeaders(t *testing.T) {
	s := begun(t, Config{})
	s.client(s.headers(Client, 1, 0, "x-a", "1"))
	s.events = nil
	frame := s.headers(Client, 3, FlagEndStream, ":method", "GET", "x-b", "2", "x-c", "3")
	s.client(frame[:HeaderLength+1])
	s.lose(Client, 3)
	s.client(frame[HeaderLength+4:])
	s.client(s.headers(Client, 5, 0, "x-d", "4", "x-d", "4", "x-a", "1"))
	s.want(
		"7 client gap at 68 of 3, 0 skipped, capture-loss, resynced 8",
		"8 client #6 HEADERS 3 END_STREAM END_HEADERS from packet 6 missing 3 {:method: GET …}",
		"8 client stream 3: idle → open",
		"8 client stream 3: open → half-closed-client",
		"9 client #7 HEADERS 5 END_HEADERS {x-d: 4, x-d: 4, [65] unknown}",
		"9 client stream 5: idle → open",
	)
}

// Where the gap reaches beyond the frame in work, nothing tells where the next
// frame begins: what follows is passed over, and said so.
func TestGapAcrossFrames(t *testing.T) {
	s := begun(t, Config{})
	frame := dataFrame(1, 0, "0123456789")
	s.client(frame[:HeaderLength+2])
	s.lose(Client, 20)
	s.client(make([]byte, 100))
	s.lose(Client, 7)
	s.client(make([]byte, 11))
	s.finish()
	s.want(
		"6 client #5 DATA 1 from packet 5 missing 8",
		"6 client gap at 53 of 27, 111 skipped, capture-loss, resynced 0",
	)
}
