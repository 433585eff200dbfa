package h2scope_test

import (
	"bufio"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"h2scope/capture"
)

// A pdml is a protocol or a field in Wireshark's XML.
type pdml struct {
	Name   string `xml:"name,attr"`
	Show   string `xml:"show,attr"`
	Fields []pdml `xml:"field"`
}

// all gives the fields of a name below p, in order.
func (p *pdml) all(name string) (found []*pdml) {
	for i := range p.Fields {
		f := &p.Fields[i]
		if f.Name == name {
			found = append(found, f)
		}
		found = append(found, f.all(name)...)
	}
	return found
}

func (p *pdml) number(name string) uint64 {
	if f := p.all(name); len(f) > 0 {
		n, _ := strconv.ParseUint(f[0].Show, 0, 64)
		return n
	}
	return 0
}

// wireshark gives the frames that tshark shows of packets, by direction. Each
// port that HTTP/2 was on is told to it, as a user would.
func wireshark(t *testing.T, packets []capture.Packet, ports map[uint64]bool, keys string) map[string][]trueFrame {
	t.Helper()
	path := filepath.Join(t.TempDir(), "cut.pcap")
	writePcap(t, path, packets)
	args := []string{"-r", path, "-T", "pdml", "-J", "tcp http2", "-o", "tcp.reassemble_out_of_order:TRUE"}
	if keys != "" {
		args = append(args, "-o", "tls.keylog_file:"+keys)
	} else {
		for port := range ports {
			args = append(args, "-d", fmt.Sprintf("tcp.port==%d,http2", port))
		}
	}
	cmd := exec.Command("tshark", args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	frames := make(map[string][]trueFrame)
	for dec := xml.NewDecoder(bufio.NewReader(out)); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "packet" {
			var p struct {
				Protos []pdml `xml:"proto"`
			}
			if err := dec.DecodeElement(&p, &start); err != nil {
				t.Fatal(err)
			}
			addFrames(frames, p.Protos)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	return frames
}

// addFrames adds the frames of one packet.
func addFrames(frames map[string][]trueFrame, protos []pdml) {
	var f trueFrame
	for i := range protos {
		p := &protos[i]
		switch p.Name {
		case "tcp":
			f.FromPort, f.ToPort = uint16(p.number("tcp.srcport")), uint16(p.number("tcp.dstport"))
		case "http2":
			for _, s := range p.all("http2.stream") {
				f.Type, f.Flags = uint8(s.number("http2.type")), uint8(s.number("http2.flags"))
				f.Stream, f.Length = uint32(s.number("http2.streamid")), uint32(s.number("http2.length"))
				f.Fields = nil
				for _, h := range s.all("http2.header") {
					var field [2]string
					for j, name := range []string{"http2.header.name", "http2.header.value"} {
						if v := h.all(name); len(v) > 0 {
							field[j] = v[0].Show
						}
					}
					f.Fields = append(f.Fields, field)
				}
				if len(s.all("http2.type")) > 0 {
					frames[f.direction()] = append(frames[f.direction()], f)
				}
			}
		}
	}
}

func writePcap(t *testing.T, path string, packets []capture.Packet) {
	t.Helper()
	le := binary.LittleEndian
	out := le.AppendUint32(nil, 0xa1b23c4d) // nanoseconds
	out = append(out, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	out = le.AppendUint32(out, 1<<18)
	out = le.AppendUint32(out, uint32(packets[0].LinkType))
	for _, p := range packets {
		for _, v := range []int64{p.Time / 1e9, p.Time % 1e9, int64(len(p.Data)), int64(p.Length)} {
			out = le.AppendUint32(out, uint32(v))
		}
		out = append(out, p.Data...)
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A score is what a program shows: right is in order what was sent, wrong is not.
type score struct{ frames, wrongFrames, fields, wrongFields int }

func (s *score) add(o score) {
	s.frames += o.frames
	s.wrongFrames += o.wrongFrames
	s.fields += o.fields
	s.wrongFields += o.wrongFields
}

// scoreOf holds what is shown against what was sent: the longest sequence that
// both have is right. A field whose value is not shown is neither.
func scoreOf(got, want map[string][]trueFrame) (s score) {
	for direction, shown := range got {
		pairs := common(shown, want[direction])
		s.frames += len(pairs)
		s.wrongFrames += len(shown) - len(pairs)
		for _, pair := range pairs {
			for i, field := range pair[0].Fields {
				switch sent := pair[1].Fields; {
				case strings.HasPrefix(field[0], "<") || strings.HasPrefix(field[1], "<") || field[0] == "":
				case i < len(sent) && (join(sent[i:i+1]) == join([][2]string{field})):
					s.fields++
				default:
					s.wrongFields++
				}
			}
		}
	}
	return s
}

// common is the longest common subsequence, by frame headers.
func common(a, b []trueFrame) (pairs [][2]*trueFrame) {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			table[i][j] = max(table[i+1][j], table[i][j+1])
			if a[i].header() == b[j].header() {
				table[i][j] = max(table[i][j], 1+table[i+1][j+1])
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].header() == b[j].header() && table[i][j] == 1+table[i+1][j+1]:
			pairs = append(pairs, [2]*trueFrame{&a[i], &b[j]})
			i, j = i+1, j+1
		case table[i+1][j] >= table[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// notCertain is the name of a field that is not certain, which byPorts leaves out.
const notCertain = "<not certain>"

// byPorts gives what was told in the same terms. Of fields only what is exact
// has a value.
func byPorts(all map[string][]*shownHalf) map[string][]trueFrame {
	out := make(map[string][]trueFrame)
	for direction, halves := range all {
		var from, to string
		if _, err := fmt.Sscanf(strings.ReplaceAll(direction, " → ", " "), "%s %s", &from, &to); err != nil {
			panic(err) // it has no other form
		}
		for _, h := range halves {
			for i := range h.frames {
				f := trueFrame{FromPort: port(from), ToPort: port(to)}
				f.Type, f.Flags = uint8(h.frames[i].header.Type), uint8(h.frames[i].header.Flags)
				f.Stream, f.Length = h.frames[i].header.Stream, h.frames[i].header.Length
				for _, field := range h.frames[i].fields {
					shown := [2]string{string(field.Name), string(field.Value)}
					if field.Trust() != 0 {
						shown = [2]string{notCertain, ""}
					}
					f.Fields = append(f.Fields, shown)
				}
				out[f.direction()] = append(out[f.direction()], f)
			}
		}
	}
	return out
}

func port(address string) uint16 {
	n, _ := strconv.ParseUint(address[strings.LastIndexByte(address, ':')+1:], 10, 16)
	return uint16(n)
}

// measured are the captures that docs/gaps.md compares on.
var measured = []string{
	"page-load", "grpc-call", "rapid-reset", "a tunnel in small frames", "a tunnel in large frames", "a capture as a body",
	"01-nghttp-h2c-push", "02-upgrade-h2c", "09-base-h2c", "09-base-tls", "04-chromium-nginx", "05-node-tls", "06-grpc-tls",
	"11-base", "13-rfc9218", "14-padding", "14-tablesize", "16-caddy", "17-mixed",
}

// TestBesideWireshark measures how much h2scope and Wireshark show of captures
// that lack packets, and that begin late. It takes minutes, and writes the table
// in docs/gaps.md.
func TestBesideWireshark(t *testing.T) {
	cuts, err := strconv.Atoi(os.Getenv("H2SCOPE_WIRESHARK"))
	if err != nil {
		t.Skip("H2SCOPE_WIRESHARK says how many cuts of each capture are measured")
	}
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	var rows strings.Builder
	var sums [2]comparison
	for _, c := range wholes(t) {
		if !slices.Contains(measured, c.name) || !c.whollyShown(t) {
			continue
		}
		for kind, name := range []string{"packets deleted", "beginning deleted"} {
			sum := c.besideWireshark(t, cuts, kind == 1)
			fmt.Fprintf(&rows, "| %s | %s | %v |\n", c.name, name, &sum)
			sums[kind].add(&sum)
		}
	}
	fmt.Fprintf(&rows, "| **all** | packets deleted | %v |\n| **all** | beginning deleted | %v |\n", &sums[0], &sums[1])
	t.Log("\n" + rows.String())
	writeTable(t, "docs/gaps.md", rows.String())
}

// A comparison is what both programs show of the same captures.
type comparison struct {
	frames, fields  int // sent
	ours, wireshark score
}

func (c *comparison) add(o *comparison) {
	c.frames += o.frames
	c.fields += o.fields
	c.ours.add(o.ours)
	c.wireshark.add(o.wireshark)
}

func (c *comparison) String() string {
	show := func(s score) string {
		return fmt.Sprintf("%.1f%%, %d wrong | %.1f%%, %d wrong", percent(s.frames, c.frames), s.wrongFrames, percent(s.fields, c.fields), s.wrongFields)
	}
	return show(c.ours) + " | " + show(c.wireshark)
}

// whollyShown reports whether Wireshark shows all frames of the whole capture;
// the others would not be a fair measure.
func (c *wholeCapture) whollyShown(t *testing.T) bool {
	truth := byPorts(c.truth)
	ports, keys := c.help(t)
	n := 0
	for _, frames := range truth {
		n += len(frames)
	}
	shown := scoreOf(wireshark(t, c.packets, ports, keys), truth)
	if shown.frames < n {
		t.Logf("%s is left out: of the whole capture Wireshark shows %d of %d frames", c.name, shown.frames, n)
	}
	return shown.frames == n
}

// help is what Wireshark is told: the servers' ports, and the key log.
func (c *wholeCapture) help(t *testing.T) (ports map[uint64]bool, keys string) {
	ports = make(map[uint64]bool)
	for direction := range c.truth {
		_, to, _ := strings.Cut(direction, " → ")
		if p := port(to); p < 32768 {
			ports[uint64(p)] = true
		}
	}
	keys, err := filepath.Abs(filepath.Join("..", "shared", "corpus", c.name, "keys.log"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(keys); errors.Is(err, fs.ErrNotExist) {
		keys = ""
	}
	return ports, keys
}

// besideWireshark cuts a capture so many times.
func (c *wholeCapture) besideWireshark(t *testing.T, cuts int, late bool) (sum comparison) {
	truth := byPorts(c.truth)
	ports, keys := c.help(t)
	for seed := range cuts {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		kept := c.packets[1+r.IntN(len(c.packets)/2):]
		if !late {
			kept, _ = lose(r, c.packets)
		}
		for _, frames := range truth {
			sum.frames += len(frames)
			for i := range frames {
				sum.fields += len(frames[i].Fields)
			}
		}
		kept = renumbered(slices.Clone(kept))
		sum.ours.add(scoreOf(byPorts(watched(t, kept, c.cfg)), truth))
		sum.wireshark.add(scoreOf(wireshark(t, kept, ports, keys), truth))
	}
	return sum
}

// writeTable puts rows in the place of those behind a table's head.
func writeTable(t *testing.T, path, rows string) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const rule = "|---|---|---|---|---|---|\n"
	before, rest, ok := strings.Cut(string(old), rule)
	if !ok {
		t.Fatalf("%s has no table", path)
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	rows += "\n" + after
	if err := os.WriteFile(path, []byte(before+rule+rows), 0o644); err != nil {
		t.Fatal(err)
	}
}
