package h2decode

import (
	"fmt"
	"strings"
	"testing"
)

// exchanges plays requests on the streams from first to last, a packet for each
// message, and gives the octets of the responses' DATA frames.
func (s *script) exchanges(first, last uint32) {
	for id := first; id <= last; id += 2 {
		s.client(s.headers(Client, id, FlagEndStream, append(get, "x-request", fmt.Sprint(id))...))
		s.server(s.headers(Server, id, 0, ":status", "200", "x-answer", fmt.Sprint(id)))
		s.server(dataFrame(id, FlagEndStream, strings.Repeat("d", 100+int(id))))
	}
}

// framesOf are the lines that tell of frames of a side, without packets and
// numbers.
func framesOf(lines []string, side Side) (frames []string) {
	for _, line := range lines {
		if _, frame, ok := strings.Cut(line, " "+side.String()+" #"); ok {
			_, frame, _ = strings.Cut(frame, " ")
			frame, _, _ = strings.Cut(frame, " {") // fields are as certain as the table
			frames = append(frames, frame)
		}
	}
	return frames
}

// The frames behind a gap are found where segments begin with them: from the
// one on that is proven nothing is lost, and each is told from the packet that
// it came in.
func TestFramesBehindAGapAreFound(t *testing.T) {
	for _, side := range []Side{Client, Server} {
		whole, cut := begun(t, Config{}), begun(t, Config{})
		for _, s := range []*script{whole, cut} {
			s.exchanges(1, 9)
			frame := s.headers(side, 11, FlagEndStream, "x-lost", "1")
			if s == whole {
				s.send(side, frame)
			} else {
				s.lose(side, len(frame))
			}
			s.exchanges(13, 91)
			s.finish()
		}
		all, found := framesOf(whole.events, side), framesOf(cut.events, side)
		var gaps []string
		for _, line := range cut.events {
			if strings.Contains(line, "gap at") {
				gaps = append(gaps, line)
			}
		}
		if len(gaps) != 1 || strings.Contains(gaps[0], "resynced 0") {
			t.Fatalf("%s: gaps %q", side, gaps)
		}
		if lost := len(all) - len(found); lost < 1 || lost > 16 {
			t.Errorf("%s: %d of %d frames are lost", side, lost, len(all))
		}
		for i := range 20 {
			got, want := found[len(found)-1-i], all[len(all)-1-i]
			if got != want {
				t.Errorf("%s: frame %d from the end: %s\nwant %s", side, i, got, want)
			}
		}
		t.Logf("%s: %d of %d frames; %s", side, len(found), len(all), gaps[0])
	}
}
