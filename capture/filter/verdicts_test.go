package filter

import (
	"bufio"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/verdicts.txt anew with the tcpdump that is installed")

// verdicts are what tcpdump said, for machines without it. A line is
//
//	packet LINK OCTETS
//	verdict LINK BITS EXPRESSION
//
// with a bit for each of the link type's packets, the first one lowest.
type verdicts struct {
	packets map[uint16][][]byte
	lines   []verdict
}

type verdict struct {
	link       uint16
	matches    uint64
	expression string
}

func (v *verdicts) file() string { return filepath.Join("testdata", "verdicts.txt") }

func readVerdicts(t *testing.T) *verdicts {
	t.Helper()
	v := &verdicts{packets: make(map[uint16][][]byte)}
	file, err := os.Open(v.file())
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.SplitN(lines.Text(), " ", 4)
		number, err := strconv.ParseUint(fields[1], 10, 16)
		if err != nil {
			t.Fatal(err)
		}
		link := uint16(number)
		if fields[0] == "packet" {
			packet, err := hex.DecodeString(fields[2])
			if err != nil {
				t.Fatal(err)
			}
			v.packets[link] = append(v.packets[link], packet)
			continue
		}
		matches, err := strconv.ParseUint(fields[2], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		v.lines = append(v.lines, verdict{link, matches, fields[3]})
	}
	return v
}

// makeVerdicts asks tcpdump about random expressions.
func makeVerdicts(t *testing.T) {
	t.Helper()
	needTcpdump(t)
	var b strings.Builder
	packets := make(map[uint16][][]byte)
	for _, link := range testLinks[1:] {
		packets[link] = somePackets(uint64(link)+77, link, 64)
		for _, packet := range packets[link] {
			fmt.Fprintf(&b, "packet %d %x\n", link, packet)
		}
	}
	for seed := range uint64(600) {
		link := testLinks[seed%uint64(len(testLinks))]
		expression := newExpressionMaker(seed + 4000).expression(int(seed % 3))
		vm, wrong := reference(t, link, expression)
		if wrong != nil {
			continue
		}
		matches := uint64(0)
		for i, packet := range packets[link] {
			if runs(t, vm, packet) {
				matches |= 1 << i
			}
		}
		fmt.Fprintf(&b, "verdict %d %x %s\n", link, matches, expression)
	}
	if err := os.WriteFile(new(verdicts).file(), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// tcpdump's verdicts on random packets, as they were written down.
func TestVerdictsOfTcpdump(t *testing.T) {
	if *update {
		makeVerdicts(t)
	}
	v := readVerdicts(t)
	if len(v.lines) < 200 {
		t.Fatalf("only %d verdicts", len(v.lines))
	}
	for _, line := range v.lines {
		f, err := Parse(line.expression)
		if err != nil {
			t.Errorf("%q: %v", line.expression, err)
			continue
		}
		for i, packet := range v.packets[line.link] {
			if got, want := f.Match(line.link, packet, len(packet)), line.matches>>i&1 == 1; got != want {
				t.Errorf("%q on link type %d: Match %v, tcpdump %v for % x", line.expression, line.link, got, want, packet)
			}
		}
	}
}
