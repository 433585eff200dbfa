package samples_test

import (
	"bytes"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/wire"
)

// update writes the captures and the records anew.
var update = flag.Bool("update", false, "write captures and records anew")

// A recipe says how a sample is written.
type recipe struct {
	name, script string
	segment      int   // octets in a segment at most; 0: as on Ethernet
	lost         []int // data segments that the capture lacks, from 1
}

var recipes = []recipe{
	{name: "connection-stall"},
	{name: "gaps", script: "visits", segment: 536, lost: []int{9, 44}},
	{name: "grpc-call"},
	{name: "push-story-right"},
	{name: "push-story-wrong"},
	{name: "rapid-reset"},
	{name: "slow-page"},
	{name: "stream-stall"},
	{name: "upgrade"},
	{name: "websocket"},
}

// start is when all of them begin.
var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// write writes the capture of a recipe.
func (r *recipe) write(t *testing.T) []byte {
	t.Helper()
	name := r.script
	if name == "" {
		name = r.name
	}
	script, ok := endpoint.Find(name)
	if !ok {
		t.Fatalf("there is no script %q", name)
	}
	segment := r.segment
	if segment == 0 {
		segment = wire.EthernetSegment
	}
	var c wire.Capture
	script.Transcribe().Capture(&c, endpoint.Link{
		Client: netip.MustParseAddrPort("192.0.2.10:50000"), Server: netip.MustParseAddrPort("198.51.100.20:80"),
		Start: start.UnixNano(), RoundTrip: 5 * time.Millisecond, Segment: segment, Lost: r.lost,
	})
	var file bytes.Buffer
	if err := c.Write(&file, nil); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// A sample that a script writes is the same octets each time.
func TestCaptures(t *testing.T) {
	for _, r := range recipes {
		t.Run(r.name, func(t *testing.T) {
			path := filepath.Join(r.name, "capture.pcapng")
			octets := r.write(t)
			if *update {
				if err := os.WriteFile(path, octets, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			kept, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(kept, octets) {
				t.Errorf("%s is not what its script writes: go generate ./samples writes it anew", path)
			}
		})
	}
}
