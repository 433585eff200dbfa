package capture

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"h2scope/capture/pcapng"
)

// TestMerge takes packets by time, and by the order of files where times are
// equal.
func TestMerge(t *testing.T) {
	first := pcapOf(pcapng.FileHeader{LinkType: 1}, []want{{1000, "a1", 2, 0}, {3000, "a3", 2, 0}, {3000, "a3 again", 8, 0}})
	second := newSection(pcapng.BigEndian).iface(pcapng.InterfaceDescription{LinkType: 113}).
		packet(0, 3000, "b3", "remark").packet(0, 2000, "b2").b
	third := pcapOf(pcapng.FileHeader{LinkType: 1}, nil)
	fourth := compressed(t, pcapOf(pcapng.FileHeader{LinkType: 276}, []want{{0, "d0", 2, 0}, {3000, "d3", 2, 0}}))["zstd"]

	names := []string{writeTemp(t, first), "-", writeTemp(t, third), writeTemp(t, fourth)}
	src, err := Open(names, Config{Stdin: bytes.NewReader(second)})
	if err != nil {
		t.Fatal(err)
	}
	got := collect(t, src)
	wantPackets(t, got, []want{
		{0, "d0", 2, 2}, {1000, "a1", 2, 0}, {2000, "b2", 2, 3},
		{3000, "a3", 2, 0}, {3000, "a3 again", 8, 0}, {3000, "b3", 2, 3}, {3000, "d3", 2, 2},
	})
	wantKinds(t, src.Notices())
	if c := src.Comments(); len(c) != 1 || c[0] != (Comment{6, "remark", "-"}) {
		t.Errorf("comments %+v", c)
	}
	if f := src.Files(); len(f) != 4 || f[1] != "-" {
		t.Errorf("files %q", f)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

// TestMergeMany is as deep as the heap gets.
func TestMergeMany(t *testing.T) {
	var names []string
	var all []want
	for i := range 37 {
		var packets []want
		for j := range 20 {
			packets = append(packets, want{int64(j*37+(i*11)%37) * 1000, "x", 1, i})
		}
		names = append(names, writeTemp(t, pcapOf(pcapng.FileHeader{}, packets)))
		all = append(all, packets...)
	}
	src, err := Open(names, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	got := collect(t, src)
	if len(got) != len(all) {
		t.Fatalf("%d packets, want %d", len(got), len(all))
	}
	for i, p := range got {
		if p.time != int64(i)*1000 || p.iface != (i%37)*27%37 { // 11*27 = 1 modulo 37
			t.Fatalf("packet %d: %+v", i, p)
		}
	}
}

// TestMergeReadError gives what the other files have, then the error.
func TestMergeReadError(t *testing.T) {
	broken := errors.New("input/output error")
	stdin := io.MultiReader(bytes.NewReader(pcapOf(pcapng.FileHeader{}, threePackets[:1])), iotest.ErrReader(broken))
	src, err := Open([]string{"-", writeTemp(t, pcapOf(pcapng.FileHeader{}, threePackets))}, Config{Stdin: stdin})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	n := 0
	for p := (Packet{}); err == nil; n++ {
		err = src.Next(&p)
	}
	if n-1 != 4 || !errors.Is(err, broken) {
		t.Errorf("%d packets, then %v", n-1, err)
	}
}

// TestNoFiles is no capture, and no error.
func TestNoFiles(t *testing.T) {
	src, err := Open(nil, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := src.Next(&Packet{}); err != io.EOF {
		t.Error(err)
	}
}

// TestOpenClosesAtError leaves no file open where one can't be read.
func TestOpenClosesAtError(t *testing.T) {
	fds := func() int {
		d, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("needs /proc/self/fd")
		}
		return len(d)
	}
	good, bad := writeTemp(t, pcapOf(pcapng.FileHeader{}, nil)), writeTemp(t, []byte("no capture at all"))
	before := fds()
	if _, err := Open([]string{good, good, bad}, Config{}); !errors.Is(err, ErrNotCapture) {
		t.Errorf("%v", err)
	}
	if after := fds(); after != before {
		t.Errorf("%d files open, %d before", after, before)
	}
}
