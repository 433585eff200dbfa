package packets

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/capture"
	"h2scope/capture/pcapng"
)

// made is a capture of n packets, on two interfaces by turns.
func made(n int) Capture {
	next := uint64(0)
	return Capture{
		Next: func(p *Packet) error {
			if next++; next > uint64(n) {
				return io.EOF
			}
			*p = Packet{Number: next, Time: int64(next) * 1_000_000_007, Interface: int(next % 2), Data: []byte{byte(next), 1, 2}, Length: 100}
			return nil
		},
		Interface: func(i int) pcapng.InterfaceDescription {
			return pcapng.InterfaceDescription{LinkType: uint16(1 + 100*i), Name: [...]string{"eth0", "tun0"}[i], Snaplen: 3}
		},
		Comments: func(packet uint64) []string {
			return map[uint64][]string{0: {"of the file"}, 2: {"of packet 2"}, 3: {"of packet 3", "again"}}[packet]
		},
		KeyLog:      []byte("CLIENT_RANDOM 00 11\n"),
		Application: "h2scope",
	}
}

// read is what package capture reads of a file.
func read(t *testing.T, file []byte) (packets []capture.Packet, src capture.Source) {
	t.Helper()
	src, err := capture.NewReader(bytes.NewReader(file), "made", capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for {
		var p capture.Packet
		err := src.Next(&p)
		if errors.Is(err, io.EOF) {
			return packets, src
		}
		if err != nil {
			t.Fatal(err)
		}
		p.Data = bytes.Clone(p.Data)
		packets = append(packets, p)
	}
}

func TestWrite(t *testing.T) {
	s := NewSelection(nil)
	for packet := range uint64(8) {
		s.Packet(packet+1, 1+packet%3, nil)
	}
	s.Packet(9, 0, nil)
	s.Choose(2, 3)
	var file bytes.Buffer
	counts, err := Write(&file, made(20), s)
	if err != nil || counts != (Counts{Packets: 6, Fragments: 1}) {
		t.Fatalf("%+v, %v", counts, err)
	}
	got, src := read(t, file.Bytes())
	var octets []byte
	for _, p := range got {
		octets = append(octets, p.Data[0])
		if p.Time != int64(p.Data[0])*1_000_000_007 || p.Length != 100 || len(p.Data) != 3 {
			t.Errorf("packet %d: %+v", p.Data[0], p)
		}
		if name := src.Interfaces()[p.Interface].Name; name != [...]string{"eth0", "tun0"}[p.Data[0]%2] {
			t.Errorf("packet %d came in on %s", p.Data[0], name)
		}
	}
	if want := []byte{2, 3, 5, 6, 8, 9}; !slices.Equal(octets, want) {
		t.Errorf("packets %v, want %v", octets, want)
	}
	if secrets := src.Secrets(); len(secrets) != 1 || string(secrets[0].Data) != "CLIENT_RANDOM 00 11\n" || secrets[0].Type != pcapng.TLSKeyLog {
		t.Errorf("secrets %+v", secrets)
	}
	var comments []string
	for _, c := range src.Comments() {
		comments = append(comments, c.Text)
	}
	slices.Sort(comments)
	if got := strings.Join(comments, ","); got != "again,of packet 2,of packet 3,of the file" {
		t.Errorf("comments %s", got)
	}
}

// What is behind the last packet of a connection is not read.
func TestEndsWithTheLastConnection(t *testing.T) {
	s := NewSelection(nil)
	s.Packet(3, 1, nil)
	s.Choose(1)
	c, asked := made(1000), 0
	next := c.Next
	c.Next = func(p *Packet) error { asked++; return next(p) }
	if _, err := Write(io.Discard, c, s); err != nil || asked != 3 {
		t.Errorf("%d packets were read, %v", asked, err)
	}
}

func TestErrors(t *testing.T) {
	s := NewSelection(nil)
	s.Packet(5, 1, nil)
	s.Packet(1, 1, nil)
	s.Choose(1)
	c := made(5)
	lost := errors.New("the file is gone")
	next := c.Next
	c.Next = func(p *Packet) error {
		if err := next(p); p.Number == 3 || err != nil {
			return lost
		}
		return nil
	}
	var file bytes.Buffer
	counts, err := Write(&file, c, s)
	if !errors.Is(err, lost) || counts.Packets != 1 {
		t.Errorf("%+v, %v", counts, err)
	}
	if packets, _ := read(t, file.Bytes()); len(packets) != 1 {
		t.Errorf("%d packets are there of what was read", len(packets))
	}
	if _, err := Write(full{}, made(5), s); err == nil {
		t.Error("no error of the writer")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

// Wireshark's own reader takes the file.
func TestTshark(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		t.Skip("needs tshark")
	}
	s := NewSelection(nil)
	for packet := range uint64(5) {
		s.Packet(packet+1, 1, nil)
	}
	s.Choose(1)
	path := filepath.Join(t.TempDir(), "made.pcapng")
	var file bytes.Buffer
	if _, err := Write(&file, made(5), s); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tshark, "-n", "-r", path, "-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment").Output()
	if err != nil {
		t.Fatal(err)
	}
	const want = "tun0\t\neth0\tof packet 2\ntun0\tof packet 3,again\neth0\t\ntun0\t\n"
	if string(out) != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

// Where nothing is chosen there is a file all the same, without packets.
func TestNothingChosen(t *testing.T) {
	var file bytes.Buffer
	counts, err := Write(&file, made(5), NewSelection(nil))
	if packets, _ := read(t, file.Bytes()); err != nil || counts != (Counts{}) || len(packets) != 0 {
		t.Errorf("%+v, %v, %d packets", counts, err, len(packets))
	}
}
