package export

import (
	"bytes"
	"testing"

	"h2scope/h2decode"
)

// streamRecords are the records of streams in rendered lines.
func streamRecords(rendered []byte) (all [][]byte) {
	for line := range bytes.Lines(rendered) {
		if bytes.HasPrefix(line, []byte(`{"record":"stream"`)) {
			all = append(all, line)
		}
	}
	return all
}

// How long contents are without their codings is said where codings are undone,
// and of what is whole only.
func TestBodyBytes(t *testing.T) {
	r := NewDecodedRecords(StreamRecords, 100)
	var out []byte
	for _, e := range calls() {
		out = r.Event(out, e)
	}
	got := streamRecords(out)
	for _, line := range got {
		checkRecord(t, line)
	}
	if len(got) != 2 || !bytes.Contains(got[0], []byte(`"data_bytes":7,"body_bytes":7,`)) ||
		!bytes.Contains(got[0], []byte(`"data_bytes":12,"body_bytes":12,`)) || bytes.Contains(got[1], []byte("body_bytes")) {
		t.Errorf("got %s", got)
	}
	if plain := render(StreamRecords, calls()...); bytes.Contains(plain, []byte("body_bytes")) {
		t.Errorf("no codings were to be undone: %s", plain)
	}
}

// A record of a stream says the same where a filter keeps the frames from the
// output that it is made of.
func TestUnmatchedFramesAreCounted(t *testing.T) {
	want := streamRecords(render(AllRecords, calls()...))
	r := NewRecords(AllRecords)
	var out []byte
	for _, e := range calls() {
		if closed, is := e.(*h2decode.StreamClosed); is && closed.Stream.ID == 5 {
			out = r.Event(out, e)
		} else {
			r.Unmatched(e)
		}
	}
	if !bytes.Equal(out, want[0]) {
		t.Errorf("got %s, want %s", out, want[0])
	}
}
