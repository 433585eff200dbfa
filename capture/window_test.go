package capture

import (
	"bytes"
	"io"
	"runtime"
	"sync"
	"testing"
	"time"

	"h2scope/capture/pcapng"
)

// numbered is a capture whose packet n is filled with the octet n.
func numbered(n, size int) []byte {
	h := pcapng.FileHeader{}
	b := h.Append(nil)
	for i := range n {
		b = h.AppendRecord(b, pcapng.Record{Time: int64(i), Captured: uint32(size), Length: uint32(size)})
		b = append(b, bytes.Repeat([]byte{byte(i)}, size)...)
	}
	return b
}

// TestWindowHeldByOthers has other goroutines look at packets while the
// reader goes on, and release them in any order.
func TestWindowHeldByOthers(t *testing.T) {
	const n, size = 4000, 1400
	src, err := NewReader(bytes.NewReader(numbered(n, size)), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	batches := make(chan []Packet, 4)
	for range 3 {
		workers.Go(func() {
			for batch := range batches {
				for i := range batch {
					p := &batch[i]
					if p.Data[0] != byte(p.Number-1) || p.Data[size-1] != byte(p.Number-1) {
						t.Errorf("packet %d has the octets of another", p.Number)
					}
					p.Window.Release()
				}
			}
		})
	}
	var batch []Packet
	for {
		var p Packet
		if err := src.Next(&p); err == io.EOF {
			break
		}
		p.Window.Hold()
		if batch = append(batch, p); len(batch) == 50 {
			batches <- batch
			batch = nil
		}
	}
	src.Close()
	batches <- batch
	close(batches)
	workers.Wait()
}

// TestWindowsComeBack counts the windows made for a capture of 100 windows.
func TestWindowsComeBack(t *testing.T) {
	src, err := NewReader(bytes.NewReader(numbered(100*windowSize/1400, 1400)), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*Window]bool{}
	var p Packet
	for src.Next(&p) == nil {
		seen[p.Window] = true
	}
	// 1,024 packets of 1,400 octets are 6 windows.
	if len(seen) > 10 {
		t.Errorf("%d windows were made", len(seen))
	}
	src.Close()
	if free := len(src.(*source).pool.free); free < len(seen) {
		t.Errorf("%d of %d windows came back", free, len(seen))
	}
}

// TestPiecesShareWindows has a pipe that gives a packet with each read.
func TestPiecesShareWindows(t *testing.T) {
	const n, size = 5000, 100
	file := numbered(n, size)
	src, err := NewReader(&pieces{file, 16 + size}, "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*Window]bool{}
	var p Packet
	for src.Next(&p) == nil {
		seen[p.Window] = true
	}
	if len(seen) > 3 {
		t.Errorf("%d windows for %d octets", len(seen), len(file))
	}
}

// pieces gives size octets at a time.
type pieces struct {
	rest []byte
	size int
}

func (r *pieces) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.rest[:min(r.size, len(r.rest))])
	r.rest = r.rest[n:]
	return n, nil
}

// TestWindowsComeBackAtClose is for a source that is closed in the middle.
func TestWindowsComeBackAtClose(t *testing.T) {
	src, err := NewReader(bytes.NewReader(numbered(10*windowSize/1400, 1400)), "test", Config{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[*Window]bool{}
	var p Packet
	for range 1000 {
		src.Next(&p)
		seen[p.Window] = true
	}
	p.Window.Hold()
	src.Close()
	if err := src.Next(&Packet{}); err != io.EOF {
		t.Errorf("Next after Close: %v", err)
	}
	pool := src.(*source).pool
	before := len(pool.free)
	p.Window.Release()
	if len(pool.free) != before+1 || len(pool.free) < len(seen) {
		t.Errorf("%d windows came back, %d with the one that was held", before, len(pool.free))
	}
}

func TestReleaseTooOften(t *testing.T) {
	w := (&windowPool{}).get(1)
	w.Release()
	defer func() {
		if recover() == nil {
			t.Error("nothing said")
		}
	}()
	w.Release()
}

func TestNilWindow(t *testing.T) {
	var w *Window
	w.Hold()
	w.Release()
}

// TestNoGoroutineStays reads half of each format and closes it.
func TestNoGoroutineStays(t *testing.T) {
	file := numbered(10000, 100)
	files := compressed(t, file)
	files["pcap"] = file
	before := runtime.NumGoroutine()
	for name, octets := range files {
		src, err := NewReader(bytes.NewReader(octets), name, Config{})
		if err != nil {
			t.Fatal(err)
		}
		for range 5000 {
			if err := src.Next(&Packet{}); err != nil {
				t.Fatal(err)
			}
		}
		src.Close()
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		runtime.Gosched()
	}
}
