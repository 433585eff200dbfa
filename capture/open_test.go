package capture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"h2scope/capture/pcapng"
)

func ExampleNewReader() {
	var file bytes.Buffer
	w := pcapng.NewPcapWriter(&file, pcapng.FileHeader{LinkType: 1})
	w.Packet(1_700_000_000_000_000_000, []byte("fourteen octets and more"), 1500)
	w.Flush()

	src, err := NewReader(&file, "example", Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer src.Close()
	var p Packet
	for src.Next(&p) == nil {
		fmt.Println(p.Number, time.Unix(0, p.Time).UTC().Format(time.RFC3339Nano), len(p.Data), "of", p.Length)
	}
	// Output:
	// 1 2023-11-14T22:13:20Z 24 of 1500
}

// TestErrors has what the command prints.
func TestErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	write := func(name string, octets []byte) {
		if err := os.WriteFile(name, octets, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	empty := compressed(t, nil)
	text := compressed(t, []byte("no capture, but compressed"))
	write("empty", nil)
	write("empty.gz", empty["gzip"])
	write("short", []byte("a"))
	write("page.html", []byte("<!DOCTYPE html><title>404</title>"))
	write("notes.txt", []byte("Überhaupt kein Mitschnitt.\n"))
	write("data.json", []byte("{\"log\": {\"version\": \"1.2\"}}"))
	write("keys.log", []byte("CLIENT_RANDOM 0011 2233\n"))
	write("binary", bytes.Repeat([]byte{0, 1, 0xfe, 0xff}, 100))
	write("capture.snoop", []byte("snoop\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x04"))
	write("capture.pcap.xz", []byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00"))
	write("text.zst", text["zstd"])
	write("text.lz4", text["lz4"])
	write("twice.gz", compressed(t, empty["gzip"])["gzip"])
	write("broken.gz", []byte("\x1f\x8b\xff\xff and so on, without sense"))
	write("broken.zst", []byte("\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	write("mangled.pcapng", []byte("\n\r\r\n\x1c\x00\x00\x00not the magic"))
	const notCapture = ": not a pcap or pcapng capture"
	tests := []struct {
		name, text string
		is         error
	}{
		{"missing.pcapng", ": no such file", fs.ErrNotExist},
		{".", ": is a directory", syscall.EISDIR},
		{"empty", ": empty file", ErrEmpty},
		{"empty.gz", ": empty file", ErrEmpty},
		{"short", notCapture + "; it looks like a text file", ErrNotCapture},
		{"page.html", notCapture + "; it looks like an HTML page", ErrNotCapture},
		{"notes.txt", notCapture + "; it looks like a text file", ErrNotCapture},
		{"data.json", notCapture + "; it looks like JSON", ErrNotCapture},
		{"keys.log", notCapture + "; it looks like a TLS key log", ErrNotCapture},
		{"binary", notCapture, ErrNotCapture},
		{"capture.snoop", notCapture + "; it looks like a snoop capture, which editcap converts", ErrNotCapture},
		{"capture.pcap.xz", notCapture + "; it looks like xz data, which has to be decompressed first", ErrNotCapture},
		{"text.zst", notCapture + "; it looks like a text file", ErrNotCapture},
		{"text.lz4", notCapture + "; it looks like a text file", ErrNotCapture},
		{"twice.gz", notCapture + "; it looks like gzip inside of compressed data", ErrNotCapture},
		{"broken.gz", notCapture + "; it looks like damaged gzip data", ErrNotCapture},
		{"broken.zst", notCapture + "; it looks like damaged zstd data", ErrNotCapture},
		{"mangled.pcapng", notCapture + "; it looks like a pcapng file with a damaged header", ErrNotCapture},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open([]string{test.name}, Config{})
			if err == nil || err.Error() != "open "+test.name+test.text || !errors.Is(err, test.is) {
				t.Errorf("%v", err)
			}
			var typed *Error
			if !errors.As(err, &typed) || typed.File != test.name {
				t.Errorf("%#v", err)
			}
			if (typed.Hint() != "") == (test.is == fs.ErrNotExist) {
				t.Errorf("hint %q", typed.Hint())
			}
		})
	}
}

func TestPermission(t *testing.T) {
	if os.Geteuid() == 0 {
		err := &Error{"open", "secret.pcap", syscall.EACCES}
		if err.Error() != "open secret.pcap: permission denied" {
			t.Error(err)
		}
		t.Skip("root may read everything")
	}
	name := filepath.Join(t.TempDir(), "secret.pcap")
	if err := os.WriteFile(name, []byte("x"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Open([]string{name}, Config{}); !errors.Is(err, fs.ErrPermission) || !strings.HasSuffix(err.Error(), ": permission denied") {
		t.Error(err)
	}
}

// TestCompressedByContent has names that say something else.
func TestCompressedByContent(t *testing.T) {
	for format, octets := range compressed(t, pcapOf(pcapng.FileHeader{}, threePackets)) {
		src, err := Open([]string{writeTemp(t, octets)}, Config{})
		if err != nil {
			t.Fatal(format, err)
		}
		wantPackets(t, collect(t, src), threePackets)
		wantKinds(t, src.Notices())
		if err := src.Close(); err != nil {
			t.Error(format, err)
		}
	}
}

// TestConcatenated has compressed pieces that follow one another, as log
// rotation and cat leave them.
func TestConcatenated(t *testing.T) {
	file := pcapOf(pcapng.FileHeader{}, threePackets)
	front, back := compressed(t, file[:50]), compressed(t, file[50:])
	for format := range front {
		got, notices := readAll(t, append(front[format], back[format]...), Config{})
		wantPackets(t, got, threePackets)
		wantKinds(t, notices)
	}
}

// TestFIFO is a file that can be read only once and has no size.
func TestFIFO(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := makeFIFO(name); err != nil {
		t.Skip("needs named pipes")
	}
	go func() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err == nil {
			f.Write(pcapOf(pcapng.FileHeader{}, threePackets))
			f.Close()
		}
	}()
	if s, err := FindSecrets([]string{name, "-"}, Config{}); err != nil || len(s) != 0 {
		t.Errorf("FindSecrets read it: %v", err)
	}
	src, err := Open([]string{name}, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	wantPackets(t, collect(t, src), threePackets)
}

// TestShrinkingFile loses its end while it is read, which kills a reader of
// mapped memory.
func TestShrinkingFile(t *testing.T) {
	name := writeTemp(t, numbered(3000, 1400))
	src, err := Open([]string{name}, Config{SortPackets: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var p Packet
	n := 0
	for ; ; n++ {
		if n == 10 {
			if err := os.Truncate(name, 1<<20); err != nil {
				t.Fatal(err)
			}
		}
		if err := src.Next(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if n != (1<<20-pcapng.FileHeaderLen)/1416 {
		t.Errorf("%d packets", n)
	}
	wantKinds(t, src.Notices(), Truncated)
}
