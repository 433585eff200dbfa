package keylog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// TestForms: every way in which a right line may be written.
func TestForms(t *testing.T) {
	r, v := hexOf(0xab, 32), hexOf(0xcd, 48)
	for name, text := range map[string]string{
		"LF":                   "CLIENT_RANDOM " + r + " " + v + "\n",
		"CRLF":                 "CLIENT_RANDOM " + r + " " + v + "\r\n",
		"CR":                   "# Mac OS 9\rCLIENT_RANDOM " + r + " " + v + "\r",
		"no line end":          "CLIENT_RANDOM " + r + " " + v,
		"upper case":           "CLIENT_RANDOM " + strings.ToUpper(r) + " " + strings.ToUpper(v) + "\n",
		"spaces":               "  CLIENT_RANDOM   " + r + "\t " + v + " \t\n",
		"comments":             "# a comment\n#\n  # another\n\n \n\r\nCLIENT_RANDOM " + r + " " + v + "\n# end",
		"byte order mark":      "\xef\xbb\xbfCLIENT_RANDOM " + r + " " + v + "\n",
		"comment with a NUL":   "# \x00\xff\nCLIENT_RANDOM " + r + " " + v + "\n",
		"twice":                strings.Repeat("CLIENT_RANDOM "+r+" "+v+"\n", 2),
		"behind a long unread": "ECH_CONFIG " + r + " " + strings.Repeat("fe", 65535) + "\nCLIENT_RANDOM " + r + " " + v + "\n",
	} {
		s := NewStore()
		warnings, err := s.Read(strings.NewReader(text), "keys.log")
		if err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", name, warnings, err)
		}
		expect(t, name, find(t, s, 0xab).Master(), "cd*48")
		if conns, secrets := s.Len(); conns != 1 || secrets != 1 {
			t.Errorf("%s: %d connections, %d secrets", name, conns, secrets)
		}
	}
}

// TestBadLines: each kind is a warning with its number, and the good line behind
// it counts.
func TestBadLines(t *testing.T) {
	r := hexOf(0xab, 32)
	for _, test := range []struct{ line, reason string }{
		{"hello world", reasonNoLine},
		{"client_random " + r + " " + hexOf(1, 48), reasonNoLine},
		{"\x00\x01\x02", reasonNoLine},
		{r, reasonNoLine},
		{r + " " + r, reasonNoLine},
		{"NEW_LABEL " + r, reasonNoLine},
		{"NEW_LABEL " + r + " xyz", reasonNoLine},
		{"1_LABEL " + r + " 00", reasonNoLine},
		{"CLIENT_TRAFFIC_SECRET_", reasonNoLine},
		{"CLIENT_TRAFFIC_SECRET_n " + r + " xx", reasonNoLine},
		{"CLIENT_TRAFFIC_SECRET_4294967295 " + r + " xx", reasonNoLine},
		{"CLIENT_RANDOM", "CLIENT_RANDOM: " + reasonWords},
		{"CLIENT_RANDOM " + r, "CLIENT_RANDOM: " + reasonWords},
		{"CLIENT_RANDOM " + r + " " + hexOf(1, 48) + " 00", "CLIENT_RANDOM: " + reasonWords},
		{"CLIENT_RANDOM " + r[2:] + " " + hexOf(1, 48), "CLIENT_RANDOM: " + reasonRandom},
		{"CLIENT_RANDOM zz" + r[2:] + " " + hexOf(1, 48), "CLIENT_RANDOM: " + reasonRandom},
		{"CLIENT_RANDOM " + r + " " + hexOf(1, 47), "CLIENT_RANDOM: " + reasonMaster},
		{"CLIENT_RANDOM " + r + " " + hexOf(1, 48) + "0", "CLIENT_RANDOM: " + reasonMaster},
		{"CLIENT_RANDOM " + r + " " + hexOf(1, 304), "CLIENT_RANDOM: " + reasonMaster},
		{"CLIENT_RANDOM " + r + " " + hexOf(1, 47) + "0x", "CLIENT_RANDOM: " + reasonMaster},
		{"CLIENT_TRAFFIC_SECRET_0 " + r + " " + hexOf(1, 31), "CLIENT_TRAFFIC_SECRET_N: " + reasonTraffic},
		{"SERVER_HANDSHAKE_TRAFFIC_SECRET " + r + " " + hexOf(1, 31) + "-1", "SERVER_HANDSHAKE_TRAFFIC_SECRET: " + reasonTraffic},
		{"EXPORTER_SECRET " + r, "EXPORTER_SECRET: " + reasonWords},
		{"RSA " + r + " " + hexOf(1, 48), "RSA: " + reasonEncrypted},
		{"RSA " + r[:16] + " " + hexOf(1, 47), "RSA: " + reasonMaster},
		{"RSA " + hexOf(0xee, 8) + " " + hexOf(2, 48), "RSA: " + reasonConflict},
		{"CLIENT_RANDOM " + strings.Repeat(" ", maxLine), reasonTooLong},
	} {
		s := NewStore()
		text := "RSA " + hexOf(0xee, 8) + " " + hexOf(1, 48) + "\n\n" + test.line + "\n" + line("CLIENT_RANDOM", 0xab, 0xcd, 48)
		warnings, err := s.Read(strings.NewReader(text), "keys.log")
		want := Warning{File: "keys.log", Line: 3, Reason: test.reason}
		if err != nil || len(warnings) != 1 || warnings[0] != want {
			t.Errorf("%.60q: %v %v, want %v", test.line, warnings, err, want)
		}
		expect(t, test.reason, find(t, s, 0xab).Master(), "cd*48")
	}
}

// TestNotKeyLog: an error where there are lines and none is good.
func TestNotKeyLog(t *testing.T) {
	noise := make([]byte, 1<<16)
	for i := range noise {
		noise[i] = byte(rand.New(rand.NewPCG(uint64(i), 1)).Uint32())
	}
	for name, test := range map[string]struct {
		text string
		bad  bool
	}{
		"empty":          {"", false},
		"comments":       {"# nothing yet\n\n", false},
		"unknown labels": {"NEW_LABEL 00 01\n", false},
		"skipped labels": {line("EXPORTER_SECRET", 1, 2, 32), false},
		"one good":       {"what?\n" + line("CLIENT_RANDOM", 1, 2, 48), false},
		"text":           {"Dear diary,\nI have seen no TLS today.\n", true},
		"binary":         {string(noise), true},
		"zeros":          {strings.Repeat("\x00", 1<<20), true},
		"UTF-16":         {"\xff\xfeC\x00L\x00I\x00E\x00N\x00T\x00\n\x00", true},
		"cut line":       {line("CLIENT_RANDOM", 1, 2, 48)[:100], true},
	} {
		warnings, err := NewStore().Add([]byte(test.text), name)
		if errors.Is(err, ErrNotKeyLog) != test.bad || (err != nil) != test.bad || test.bad && len(warnings) == 0 {
			t.Errorf("%s: %v, %d warnings", name, err, len(warnings))
		}
	}
}

func TestUnreadable(t *testing.T) {
	s := NewStore()
	if _, err := s.ReadFile(filepath.Join(t.TempDir(), "none.log")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that it does not exist", err)
	}
	text := line("CLIENT_RANDOM", 1, 1, 48) + "bad\n"
	broken := io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF))
	warnings, err := s.Read(broken, "keys.log")
	if !errors.Is(err, io.ErrUnexpectedEOF) || len(warnings) != 1 {
		t.Errorf("%v %v", warnings, err)
	}
	expect(t, "before the error", find(t, s, 1).Master(), "01*48")
}

// TestManyBadLines: the first hundred are told one by one.
func TestManyBadLines(t *testing.T) {
	text := line("CLIENT_RANDOM", 1, 1, 48) + strings.Repeat("bad\n", 1000)
	warnings, err := NewStore().Add([]byte(text), "keys.log")
	if err != nil || len(warnings) != 101 || warnings[99].Line != 101 {
		t.Fatalf("%d warnings, %v", len(warnings), err)
	}
	if got := warnings[100].String(); got != "keys.log: 900 more lines can't be read" {
		t.Error(got)
	}
}

// TestPieces: the result does not depend on where a reader cuts.
func TestPieces(t *testing.T) {
	text := "\xef\xbb\xbf# begin\r\n" + line("CLIENT_RANDOM", 1, 1, 48) + "bad\r\r\n\n\rworse\r\n" + line("CLIENT_RANDOM", 2, 2, 48) + "\r\n" + line("CLIENT_RANDOM", 3, 3, 48)[:150]
	const want = "[k:3: not a line of a key log k:7: not a line of a key log k:10: CLIENT_RANDOM: secret is not 96 hex digits] 2 2"
	for name, r := range map[string]io.Reader{
		"whole":       strings.NewReader(text),
		"octets":      iotest.OneByteReader(strings.NewReader(text)),
		"halves":      iotest.HalfReader(strings.NewReader(text)),
		"with an EOF": iotest.DataErrReader(strings.NewReader(text)),
	} {
		s := NewStore()
		warnings, err := s.Read(r, "k")
		conns, secrets := s.Len()
		if got := fmt.Sprint(warnings, conns, secrets); got != want || err != nil {
			t.Errorf("%s: %s %v, want %s", name, got, err, want)
		}
	}
}

func TestSkipped(t *testing.T) {
	s := read(t, line("EXPORTER_SECRET", 1, 1, 32)+line("EARLY_EXPORTER_SECRET", 1, 1, 32)+
		"ECH_SECRET "+hexOf(1, 32)+" 00\nECH_CONFIG "+hexOf(1, 32)+" fe0d\n"+
		line("QUIC_CLIENT_TRAFFIC_SECRET_0", 1, 1, 32)+"RSA2 00 00\n")
	if known, unknown := s.Skipped(); known != 4 || unknown != 2 {
		t.Errorf("%d known, %d unknown", known, unknown)
	}
	if conns, secrets := s.Len(); conns != 0 || secrets != 0 {
		t.Errorf("%d connections, %d secrets", conns, secrets)
	}
}

func TestLabelString(t *testing.T) {
	for l := ClientRandom; l <= ECHConfig; l++ {
		if got, _ := parseLabel([]byte(l.String())); got != l {
			t.Errorf("%s reads as %v", l, got)
		}
	}
	for _, l := range []Label{0, ECHConfig + 1} {
		if !strings.HasPrefix(l.String(), "label ") {
			t.Error(l)
		}
	}
}

func TestGenerations(t *testing.T) {
	for word, want := range map[string]uint32{
		"0": 0, "1": 1, "65536": 65536, "4294967294": 4294967294, "007": 7, "N": UnknownGeneration,
	} {
		if l, g := parseLabel([]byte("SERVER_TRAFFIC_SECRET_" + word)); l != ServerTrafficSecret || g != want {
			t.Errorf("%s: %v %d", word, l, g)
		}
	}
	for _, word := range []string{"", "n", "NN", "-1", "+1", "1_0", "0x1", "4294967295", "4294967296", "99999999999999999999"} {
		if l, _ := parseLabel([]byte("CLIENT_TRAFFIC_SECRET_" + word)); l != 0 {
			t.Errorf("%q is the generation of %v", word, l)
		}
	}
}

// TestLongLine: a line beyond the limit costs no more memory than one at it, is
// one warning, and the lines around it count.
func TestLongLine(t *testing.T) {
	const octets = 64 << 20
	long := io.LimitReader(endless('a'), octets)
	s := NewStore()
	warnings, err := s.Read(io.MultiReader(strings.NewReader(line("CLIENT_RANDOM", 1, 1, 48)), long,
		strings.NewReader("\n"+line("CLIENT_RANDOM", 2, 2, 48))), "k")
	if err != nil || fmt.Sprint(warnings) != "[k:2: line too long]" {
		t.Errorf("%v %v", warnings, err)
	}
	expect(t, "before", find(t, s, 1).Master(), "01*48")
	expect(t, "behind", find(t, s, 2).Master(), "02*48")

	l := newLines(NewStore(), "k")
	for range 100 {
		l.write([]byte(strings.Repeat("a", 1<<16)))
	}
	if cap(l.begun) > 2*maxLine {
		t.Errorf("%d octets are held of a line", cap(l.begun))
	}
}

// endless is a file of one octet, again and again.
type endless byte

func (e endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(e)
	}
	return len(b), nil
}
