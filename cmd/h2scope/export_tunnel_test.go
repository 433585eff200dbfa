package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"h2scope/h2decode/content/tunnel/tunneltest"
	"h2scope/samples/endpoint/wire"
)

// tunnelCapture writes a capture of a connection with a tunnel in a tunnel.
func tunnelCapture(t *testing.T) string {
	t.Helper()
	steps := tunneltest.Connect("b.example:80", tunneltest.Connect("c.example:80", tunneltest.Exchange("/deep.txt", "innermost")))
	c := new(wire.Capture)
	conn := c.Open(netip.MustParseAddrPort("192.0.2.1:50000"), netip.MustParseAddrPort("192.0.2.2:8443"))
	at := int64(1_700_000_000_000_000_000)
	conn.Handshake(at, time.Millisecond)
	for _, s := range steps {
		at += 1e6
		from := wire.Side(s.From)
		conn.Send(wire.Packet{Time: at, From: from, Acked: conn.Sent(from.Other()), Payload: s.Octets}, wire.EthernetSegment)
	}
	conn.Close(at+1e6, wire.Client)
	name := filepath.Join(t.TempDir(), "tunnel.pcapng")
	f, err := os.Create(name)
	check(t, err)
	check(t, c.Write(f, nil))
	check(t, f.Close())
	return name
}

// What is inside of tunnels is in each format that has contents, and the formats
// agree, whatever the number of workers.
func TestExportsOfTunnels(t *testing.T) {
	file := tunnelCapture(t)
	har := outputOf(t, file, "export", "--to", "har", "-j", "1")
	if again := outputOf(t, file, "export", "--to", "har", "-j", "4"); !bytes.Equal(again, har) {
		t.Error("4 workers write another archive")
	}
	checkHAR(t, har)
	var urls []string
	for _, e := range readArchive(t, har).Log.Entries {
		urls = append(urls, e.ConnectionID+" "+e.Request.URL)
	}
	if want := []string{"1 connect://b.example:80", "1/1 connect://c.example:80", "1/1/1 http://b.example/deep.txt"}; !slices.Equal(urls, want) {
		t.Errorf("%q", urls)
	}

	type tunnel struct {
		Protocol string
		Frames   []struct{ Type string }
		Streams  []struct{ Path string }
		Tunnels  []tunnel
	}
	var document struct {
		Connections []struct{ Streams []struct{ Tunnel *tunnel } }
	}
	check(t, json.Unmarshal(outputOf(t, file, "export", "--to", "json"), &document))
	outer := document.Connections[0].Streams[0].Tunnel
	if outer == nil || outer.Protocol != "h2" || len(outer.Tunnels) != 1 || len(outer.Tunnels[0].Streams) != 1 || outer.Tunnels[0].Streams[0].Path != "/deep.txt" {
		t.Errorf("%+v", outer)
	}

	folder := t.TempDir()
	list, err := csv.NewReader(bytes.NewReader(outputOf(t, file, "export", "--to", "bodies", "-o", folder))).ReadAll()
	check(t, err)
	const name = "c1-s1-tunnel/s1-tunnel/s1-response-deep.txt"
	if last := list[len(list)-1]; last[0] != name || last[1] != "9" {
		t.Errorf("%q", list)
	}
	octets, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if string(octets) != "innermost" || err != nil {
		t.Errorf("%q, %v", octets, err)
	}
}

// A filter selects the tunnel; what is inside goes with it.
func TestFilteredTunnels(t *testing.T) {
	file := tunnelCapture(t)
	for filter, entries := range map[string]int{"http2.streamid == 1": 3, "http2.streamid == 3": 0} {
		if got := readArchive(t, outputOf(t, file, "export", "--to", "har", "-Y", filter)).Log.Entries; len(got) != entries {
			t.Errorf("%s: %d entries", filter, len(got))
		}
	}
}
