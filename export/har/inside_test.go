package har

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// A shown archive is what tests look at of one with tunnels.
type shown struct {
	Log struct {
		Entries []struct {
			Pageref, Connection string
			ConnectionID        string `json:"_connectionId"`
			ServerIPAddress     string
			Request             struct {
				Method, URL string
				Headers     []header
			}
			Response struct {
				Status  int
				Content struct{ Text string }
			}
			Timings timings
			Time    milliseconds
			Tunnel  *tunneled `json:"_tunnel"`
			Comment string
		}
		Pages []page
	}
}

// tunnelArchive is the archive of a connection that is played.
func tunnelArchive(t *testing.T, cfg Config, steps []tunneltest.Step) *shown {
	t.Helper()
	h := New(cfg)
	var out bytes.Buffer
	if err := h.Head(&out); err != nil {
		t.Fatal(err)
	}
	w, to := h.Worker(), h.Pipe(&out)
	tunneltest.Play(steps, sinkFunc(func(e h2decode.Event) {
		if _, err := to.Write(w.Event(nil, e)); err != nil {
			t.Error(err)
		}
	}))
	if err := h.Foot(&out); err != nil {
		t.Fatal(err)
	}
	a := new(shown)
	if err := json.Unmarshal(out.Bytes(), a); err != nil {
		t.Fatalf("%v in %.300s", err, out.Bytes())
	}
	return a
}

// sinkFunc is a function that takes events.
type sinkFunc func(h2decode.Event)

// Event calls it.
func (f sinkFunc) Event(e h2decode.Event) { f(e) }

func (a *shown) lines() (lines []string) {
	for i := range a.Log.Entries {
		e := &a.Log.Entries[i]
		line := fmt.Sprintf("%s %s %s %d", e.ConnectionID, e.Request.Method, e.Request.URL, e.Response.Status)
		if e.Tunnel != nil {
			line += " " + strings.TrimSpace(e.Tunnel.Protocol+" "+e.Tunnel.Reason)
		}
		lines = append(lines, line)
	}
	return lines
}

// What is inside of a tunnel stands behind its entry, with a page of its own.
func TestEntriesInsideTunnels(t *testing.T) {
	inner := tunneltest.Connect("c.example:80", tunneltest.Exchange("/x", "innermost"))
	a := tunnelArchive(t, Config{MaxBody: 1 << 20}, slices.Concat(tunneltest.Connect("b.example:443", inner), tunneltest.End()))
	want := []string{
		"1 CONNECT connect://b.example:443 200 h2",
		"1/1 CONNECT connect://c.example:80 200 h2",
		"1/1/1 GET http://b.example/x 200",
	}
	if got := a.lines(); !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
	for i, e := range a.Log.Entries {
		if e.Pageref != a.Log.Pages[i].ID || e.Pageref != "connection_"+e.ConnectionID || e.Connection != "50000" || e.ServerIPAddress != "192.0.2.2" {
			t.Errorf("%+v, page %+v", e, a.Log.Pages[i])
		}
	}
	if len(a.Log.Pages) != 3 || a.Log.Pages[2].Title != "connection 1/1/1, in a tunnel: 192.0.2.1:50000 to c.example:80" {
		t.Errorf("%+v", a.Log.Pages)
	}
	// The innermost connection is set up by the CONNECT before it: a millisecond.
	last := a.Log.Entries[2]
	if last.Response.Content.Text != "innermost" || last.Timings.Connect != 1 || last.Timings.SSL != -1 {
		t.Errorf("%+v", last)
	}
}

func TestTunnelsThatAreNotOpened(t *testing.T) {
	for name, test := range map[string]struct {
		inner []tunneltest.Step
		want  string
	}{
		"octets":   {[]tunneltest.Step{{From: h2decode.Client, Octets: []byte{0, 1}}}, "octets"},
		"HTTP/1.1": {[]tunneltest.Step{{From: h2decode.Client, Octets: []byte("GET / HTTP/1.1\r\n")}}, "http/1.1"},
		"TLS":      {[]tunneltest.Step{{From: h2decode.Client, Octets: []byte("\x16\x03\x01\x02\x00\x01")}}, "tls there is no key log"},
		"a beginning that is lost": {[]tunneltest.Step{{From: h2decode.Client, Octets: []byte{'P'}}, {From: h2decode.Client, Lost: 20}, {From: h2decode.Client, Octets: []byte{0}}},
			"octets the capture lacks the first octets of the client"},
	} {
		a := tunnelArchive(t, Config{MaxBody: 1 << 20}, tunneltest.Connect("b.example:443", test.inner))
		if got := a.lines(); !slices.Equal(got, []string{"1 CONNECT connect://b.example:443 200 " + test.want}) || len(a.Log.Pages) != 1 {
			t.Errorf("%s: %q, pages %+v", name, got, a.Log.Pages)
		}
	}
}

// Credentials inside are taken out like others.
func TestRedactionInsideTunnels(t *testing.T) {
	k := tunneltest.NewTalk()
	inner := append(tunneltest.Begin(), tunneltest.Step{From: h2decode.Client, Octets: k.Headers(h2decode.Client, 1, h2decode.FlagEndStream,
		":method", "GET", ":scheme", "https", ":authority", "b.example", ":path", "/?access_token=hidden", "authorization", "Bearer hidden")})
	a := tunnelArchive(t, Config{MaxBody: 1 << 20, Redact: redact.Credentials()}, tunneltest.Connect("b.example:443", inner))
	if text := fmt.Sprint(a); strings.Contains(text, "hidden") || !strings.Contains(text, "access_token") {
		t.Error(text)
	}
}

// Bombs inside of a tunnel are limited all together, and what is left out is said.
func TestBombsInsideTunnels(t *testing.T) {
	if testing.Short() {
		t.Skip("decodes 80 MiB")
	}
	const count, size = 10, 8 << 20
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	if _, err := w.Write(bytes.Repeat([]byte("x"), size)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	k := tunneltest.NewTalk()
	steps := tunneltest.Begin()
	for id := uint32(1); id < 2*count; id += 2 {
		steps = append(steps, tunneltest.Step{From: h2decode.Client, Octets: k.Get(id, "/bomb")},
			tunneltest.Step{From: h2decode.Server, Octets: k.Answer(id, bomb.String(), "content-type", "text/plain", "content-encoding", "gzip")})
	}
	a := tunnelArchive(t, Config{MaxBody: size}, tunneltest.Connect("b.example:443", steps))
	shown := len(a.Log.Entries) - 1
	if shown != 8 || a.Log.Entries[0].Comment != "2 more exchanges inside the tunnel are beyond a limit" {
		t.Errorf("%d entries, %q", shown, a.Log.Entries[0].Comment)
	}
	if text := a.Log.Entries[1].Response.Content.Text; len(text) != size {
		t.Errorf("%d octets of the first", len(text))
	}
}
