package tui

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
	"h2scope/hpack"
)

// exchangeOctets is a request, and a response with a body in frames of so many
// octets.
func (r *recording) exchange(stream uint32, fields []string, body []byte, per int) {
	request := hpack.NewEncoder(4096)
	block := func(pairs ...string) (b []byte) {
		for i := 0; i+1 < len(pairs); i += 2 {
			b = request.AppendField(b, pairs[i], pairs[i+1], hpack.WithoutIndexing)
		}
		return b
	}
	r.send(h2decode.Client, frameOf(h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, stream,
		&h2decode.HeadersFrame{Fragment: block(":method", "GET", ":scheme", "http", ":authority", "a.test", ":path", "/")}))
	r.send(h2decode.Server, frameOf(h2decode.TypeHeaders, h2decode.FlagEndHeaders, stream, &h2decode.HeadersFrame{Fragment: block(append([]string{":status", "200"}, fields...)...)}))
	for part := range slices.Chunk(body, per) {
		r.send(h2decode.Server, frameOf(h2decode.TypeData, 0, stream, &h2decode.DataFrame{Data: part}))
	}
	r.send(h2decode.Server, frameOf(h2decode.TypeData, h2decode.FlagEndStream, stream, &h2decode.DataFrame{}))
}

// TestBodyIsReadPageByPage: of a long body the first page is read, and another
// one each time that the end of what is there is reached.
func TestBodyIsReadPageByPage(t *testing.T) {
	r := record()
	r.begin()
	var text strings.Builder
	lines := 0
	for ; text.Len() < 5*bodyPage/2; lines++ {
		fmt.Fprintf(&text, "line %07d of the body\n", lines)
	}
	r.exchange(1, []string{"content-type", "text/plain"}, []byte(text.String()), 16384)
	m := r.press(r.model(Size{80, 24}), "3", "]")
	for page := range 3 {
		if want := uint64(min((page+1)*bodyPage/16384*16384, text.Len())); m.Body.got != want {
			t.Fatalf("page %d: %d octets were read, want %d", page, m.Body.got, want)
		}
		m = r.press(m, "End")
	}
	m = r.press(m, "End")
	if screen := Draw(m).String(); !strings.Contains(screen, fmt.Sprintf("line %07d", lines-1)) {
		t.Errorf("the last line of the body is not shown:\n%s", screen)
	}
}

// TestBodyThatWasNotKeptSaysSo shows the octets up to the first that are missing,
// and why the rest is.
func TestBodyThatWasNotKeptSaysSo(t *testing.T) {
	o := Octets{Ranges: []OctetRange{{0, 11}, {11, 11}}, Err: fmt.Errorf("the spool is full")}
	o.Parts = [][]byte{frameOf(h2decode.TypeData, 0, 1, &h2decode.DataFrame{Data: []byte("ab")}), nil}
	data, trouble := dataOf(o)
	if string(data) != "ab" || trouble != "behind octet 2: the spool is full" {
		t.Errorf("got %q, %q", data, trouble)
	}
}

// hostile is what a peer may send to harm who looks at it.
var hostile = []string{
	"\x1b[2J\x1b]0;title\a", "[red]tview[-] [\"region\"]", "wide 日本語 \U0001f600", "combining e\u0301\u0323",
	"\u202eright to left\u2066", "\xff\xfe invalid", "\x00\r\n\t\b\x7f", strings.Repeat("64 KB ", 64<<10/6),
}

// asks sends a request for a path that a peer may send to harm.
func (r *recording) asks(stream uint32, path string) {
	request := hpack.NewEncoder(4096)
	var block []byte
	for _, f := range [][2]string{{":method", "GET\x1b[1m"}, {":scheme", "http"}, {":authority", "a\x07.test"}, {":path", path}} {
		block = request.AppendField(block, f[0], f[1], hpack.WithoutIndexing)
	}
	frame := frameOf(h2decode.TypeHeaders, h2decode.FlagEndHeaders|h2decode.FlagEndStream, stream, &h2decode.HeadersFrame{Fragment: block})
	r.send(h2decode.Client, frame)
}

// TestHostileTextInside: whatever fields and bodies hold, each cell of every view
// has a character that is safe to show, and nothing vanishes.
func TestHostileTextInside(t *testing.T) {
	r := record()
	r.begin()
	var fields []string
	for i, text := range hostile {
		fields = append(fields, fmt.Sprintf("x-hostile-%d", i), text, "name\x1b[31m"+text, "value")
	}
	r.exchange(1, append(fields, "content-type", "text/\x1b[2Jplain", "content-encoding", "\x1b[2J"), []byte(strings.Join(hostile, "\n")), 16384)
	for i, text := range hostile[:len(hostile)-1] { // the last is longer than a frame
		r.asks(uint32(2*i+3), text)
	}
	r.send(h2decode.Server, frameOf(h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{DebugData: []byte(hostile[0])}))
	for _, size := range []Size{{80, 24}, {120, 40}, {200, 50}} {
		m := r.model(size)
		for _, keys := range [][]string{{"3"}, {"3", "]"}, {"]"}, {"]"}, {"4", "Tab"}, {"End"}, {"Tab", "End"}, {"5"}, {"6"}, {"7"}, {"]"}, {"End"}, {"1"}, {"8"}, {"9"}, {"End"}, {"2"}, {"Down"}, {"Down"}, {"Home"}} {
			m = r.press(m, keys...)
			c := Draw(m)
			for y := range c.H {
				for x := range c.W {
					if at := c.At(x, y).Rune; at != 0 && (!printable.Safe(at) || printable.Width(string(at)) == 0) {
						t.Fatalf("%v after %v: %q is drawn at %d, %d", size, keys, at, x, y)
					}
				}
			}
		}
		lines := fieldLinesOf(m, size.W)
		for i, text := range hostile {
			safe := printable.String(text)
			if !strings.Contains(lines, strings.ReplaceAll(safe, " ", "")) {
				t.Errorf("hostile value %d has vanished", i)
			}
		}
	}
}

// fieldLinesOf is the fields of the exchange as they are shown, all lines in one,
// without spaces.
func fieldLinesOf(m *Model, width int) string {
	c, x, _ := m.exchange()
	var b strings.Builder
	for _, l := range fieldLines(c, &x, width) {
		for _, part := range l[:min(3, len(l))] { // without how it stood on the wire
			b.WriteString(part.text)
		}
	}
	return strings.ReplaceAll(b.String(), " ", "")
}

// TestBlockBeforeIsWhatASearchFinds moves the clock about, and compares with a
// search over all frames.
func TestBlockBeforeIsWhatASearchFinds(t *testing.T) {
	r := record()
	r.begin()
	for i := range uint32(20) {
		r.exchange(2*i+1, nil, make([]byte, 1000), 100+int(i)*40)
	}
	c := r.conn()
	rnd := rand.New(rand.NewPCG(1, 2))
	m := new(memo)
	frame := int64(0)
	for range 2000 {
		frame += rnd.Int64N(9) - 4
		if rnd.IntN(20) == 0 {
			frame = rnd.Int64N(int64(c.Len()))
		}
		frame = max(0, min(frame, int64(c.Len())))
		if got, want := m.blockBefore(c, uint64(frame)), blockBeside(c, uint64(frame)+1, -1); got != want {
			t.Fatalf("up to frame %d: block %d, want %d", frame, got, want)
		}
	}
}

func TestWindowBeside(t *testing.T) {
	s := windowSeries{frames: []uint32{0, 3, 7}}
	for _, test := range []struct {
		frame uint64
		by    int
		want  uint64
	}{{0, 1, 3}, {3, 1, 7}, {7, 1, 0}, {9, -1, 7}, {7, -1, 3}, {3, -1, 0}, {0, -1, 0}} {
		if got := s.beside(test.frame, test.by); got != test.want {
			t.Errorf("beside %d by %d: got %d, want %d", test.frame, test.by, got, test.want)
		}
	}
}

func TestBranchesOfTheTree(t *testing.T) {
	for _, test := range []struct {
		depths []int
		want   []string
	}{
		{[]int{1}, []string{"`-"}},
		{[]int{1, 1}, []string{"|-", "`-"}},
		{[]int{1, 2, 3, 2, 1}, []string{"|-", "| |-", "| | `-", "| `-", "`-"}},
		{[]int{1, 2, 3}, []string{"`-", "  `-", "    `-"}},
		{[]int{1, 2, 1, 2}, []string{"|-", "| `-", "`-", "  `-"}},
	} {
		var p priorities
		for _, d := range test.depths {
			p.rows = append(p.rows, priorityRow{lead: strings.Repeat(" ", d)})
		}
		p.branch(true)
		for i, r := range p.rows {
			if r.lead != test.want[i] {
				t.Errorf("%v: row %d has %q, want %q", test.depths, i, r.lead, test.want[i])
			}
		}
	}
	deep := priorities{rows: make([]priorityRow, 0, 40)}
	for d := range 40 {
		deep.rows = append(deep.rows, priorityRow{lead: strings.Repeat(" ", d+1)})
	}
	deep.branch(true)
	if got, want := deep.rows[39].lead, strings.Repeat("  ", maxIndent-1)+"`-(depth 40) "; got != want {
		t.Errorf("depth 40: got %q, want %q", got, want)
	}
}

// TestMemoGivesWhatItsKeyAsksFor: a slot holds the last key's value only.
func TestMemoGivesWhatItsKeyAsksFor(t *testing.T) {
	var s slot[int, int]
	made := 0
	for _, key := range []int{0, 0, 1, 1, 0} {
		if got := s.get(key, func() int { made++; return key * 10 }); got != key*10 {
			t.Errorf("key %d: got %d", key, got)
		}
	}
	if made != 3 {
		t.Errorf("made %d times, want 3", made)
	}
}

// TestInsideOfACaptureThatGrows presses keys at random in the views that look
// inside while frames come, streams open and close and the screen changes its
// size: the clock never points behind what is there, and all can be drawn.
func TestInsideOfACaptureThatGrows(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var keys []string
	for _, b := range bindings {
		if b.Command != QuitProgram && b.Command != OpenCommand && b.Command != OpenFilter && b.Command != ExportSelected {
			keys = append(keys, b.Keys[0])
		}
	}
	r := record()
	m := r.model(Size{80, 24})
	r.begin()
	for i := range uint32(300) {
		switch i % 5 {
		case 0:
			r.exchange(2*i+1, []string{"x-new", fmt.Sprint(i)}, make([]byte, rnd.IntN(30_000)), 8192)
		case 1: // the windows that these exchanges used up
			r.send(h2decode.Client, frameOf(h2decode.TypeWindowUpdate, 0, 0, &h2decode.WindowUpdateFrame{Increment: 1 + rnd.Uint32N(40_000)}))
		case 2:
			r.send(h2decode.Client, frameOf(h2decode.TypePriority, 0, 2*i+1, &h2decode.PriorityFrame{DependsOn: 2 * rnd.Uint32N(i+1), Weight: 1 + rnd.IntN(256), Exclusive: i%2 == 0}))
		case 3:
			m = r.fetch(m.Update(Resized{Size{20 + rnd.IntN(200), 5 + rnd.IntN(50)}}))
		}
		r.recorder.Publish()
		m = r.fetch(m.Update(Ticked{Snapshot: r.capture.Snapshot(), Status: Status{Name: "growing"}, Budget: 100}))
		for range 8 {
			m = r.fetch(m.Update(Pressed{keys[rnd.IntN(len(keys))]}))
			Draw(m)
			if c := m.conn(); c != nil && m.Frame > uint64(c.Len()) {
				t.Fatalf("the clock is at frame %d of %d", m.Frame, c.Len())
			}
		}
	}
}
