package fields_test

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/fields"
)

// oracle are expressions that Wireshark knows. To Wireshark a packet is one, with
// the values of all its frames: so those that stand here have one relation, or
// such that the values of two frames cannot mix, and a negation names what no
// frame of the packet may match.
var oracle = []struct {
	expression string
	unless     string
}{
	{"http2.type == 1", ""},
	{"http2.type == HEADERS", ""},
	{`http2.type == "HEADERS"`, ""},
	{"http2.type == 0x4", ""},
	{"http2.type in {3, 7..8}", ""},
	{"http2.type != 4", "http2.type == 4"},
	{"http2.type and not http2.type in {4, 6}", "http2.type in {4, 6}"},
	{"http2.type eq 0 or http2.type eq 8", ""},
	{"http2.type == 5 || http2.type == 3 && http2.type", ""},
	{"http2.streamid > 0", ""},
	{"http2.streamid ge 5", ""},
	{"http2.streamid == 0", ""},
	{"http2.length > 100", ""},
	{"http2.length <= 4", ""},
	{"http2.flags & 4", ""},
	{"http2.flags == 0x25", ""},
	{"http2.flags.end_stream", ""},
	{"http2.flags.end_stream == 1", ""},
	{"http2.flags.end_stream == false", ""},
	{"http2.flags.eh == True", ""},
	{"http2.flags.padded == true", ""},
	{"http2.flags.priority == 1", ""},
	{"http2.flags.ack.settings == 1", ""},
	{"http2.flags.ack.ping == 1", ""},
	{"http2.pad_length == 7", ""},
	{"http2.exclusive == 0", ""},
	{"http2.stream_dependency > 0", ""},
	{"http2.headers.weight > 15", ""},
	{"http2.headers.weight_real == 16", ""},
	{"http2.headers", ""},
	{"http2.header", ""},
	{`http2.header.name == "user-agent"`, ""},
	{`http2.header.name contains "content"`, ""},
	{`http2.header.value matches "^[0-9]+$"`, ""},
	{"http2.header.index > 0", ""},
	{"http2.header_table_size_update.header_table_size >= 0", ""},
	{"http2.headers.method == GET", ""},
	{`http2.headers.method != "GET"`, `http2.headers.method == "GET"`},
	{`http2.headers.method in {"POST", "HEAD"}`, ""},
	{`http2.headers.path contains "index"`, ""},
	{`http2.headers.path matches r"\d$"`, ""},
	{`http2.headers.path matches "INDEX"`, ""},
	{`http2.headers.path < "/b"`, ""},
	{"http2.headers.authority", ""},
	{`http2.headers.scheme == "http"`, ""},
	{"http2.headers.status == 200", ""},
	{"http2.headers.status >= 400", ""},
	{"http2.headers.content_length > 1000", ""},
	{"http2.headers.content_type", ""},
	{"http2.settings", ""},
	{"http2.settings.id == 4", ""},
	{"http2.settings.initial_window_size", ""},
	{"http2.settings.max_concurrent_streams >= 100", ""},
	{"http2.settings.enable_push == 0", ""},
	{"http2.rst_stream.error == CANCEL", ""},
	{"http2.rst_stream.error == 8", ""},
	{"http2.goaway.error == 0", ""},
	{"http2.goaway.last_stream_id > 0", ""},
	{`http2.goaway.addata contains "e"`, ""},
	{"http2.ping", ""},
	{"http2.pong", ""},
	{"http2.push_promise.promised_stream_id", ""},
	{"http2.window_update.window_size_increment > 100", ""},
	{"http2.priority_update_stream_id", ""},
	{`http2.priority_update_field_value contains "u="`, ""},
	{"http2.type and ip.src == 127.0.0.0/8", ""},
	{"http2.type and ip.addr == 10.0.0.0/8", ""},
	{"http2.type and ip.addr != 10.0.0.0/8", ""},
	{"http2.type and tcp.stream == 0", ""},
	{"http2.type and tcp.stream in {1..3}", ""},
	{"http2.type and tcp.dstport < 10000", ""},
	{"http2.type and tcp.port == 8101", ""},
	{"http2.type and frame.number > 20", ""},
	{"http2.type and frame.time_epoch > 1700000000.5", ""},
	{`http2.type and frame.time < "2020-01-01 00:00:00"`, ""},
}

// oracleCaptures are cleartext ones, in order of time, that Wireshark decodes
// whole, with the ports on which their HTTP/2 is.
var oracleCaptures = []struct {
	folder string
	ports  []int
}{
	{"01-nghttp-h2c-push", []int{8101}},
	{"09-base-h2c", []int{9102}},
	{"12-madeyoureset", []int{8904}},
	{"12-rapid-reset", []int{8901}},
	{"13-rfc9218", []int{8951, 8952}},
	{"10-portreuse", []int{9156}},
	{"11-base", []int{9201}},
	{"14-padding", []int{9001}},
}

func TestPacketsAreThoseOfTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	for _, c := range oracleCaptures {
		t.Run(c.folder, func(t *testing.T) {
			file := corpusCapture(t, c.folder)
			p := newPackets(t)
			run(t, file, p)
			want := tshark(t, file, c.ports)
			for i, o := range oracle {
				got := p.matching(i)
				if !slices.Equal(got, want[i]) {
					t.Errorf("%s\nmatches packets %v\ntshark says     %v", o.expression, got, want[i])
				}
			}
		})
	}
}

// packets judges the frames of a capture by all expressions.
type packets struct {
	matches, spoilt []*matches // by expression; spoilt are those of unless
}

// matches are the packets with a frame that matches.
type matches struct {
	judge   *fields.Judge
	packets map[uint64]bool
}

func newPackets(t *testing.T) *packets {
	p := new(packets)
	for _, o := range oracle {
		p.matches = append(p.matches, newMatches(t, o.expression))
		p.spoilt = append(p.spoilt, newMatches(t, cmp.Or(o.unless, "not http2")))
	}
	return p
}

func newMatches(t *testing.T, expression string) *matches {
	f, err := fields.Compile(expression)
	if err != nil {
		t.Fatal(err.(*fields.Error).Show(expression))
	}
	return &matches{fields.NewLiveJudge(f), make(map[uint64]bool)}
}

func (p *packets) Event(dst []byte, e h2decode.Event) []byte {
	for _, m := range slices.Concat(p.matches, p.spoilt) {
		v := m.judge.Event(e)
		if f, ok := e.(*h2decode.FrameDecoded); ok && v == fields.True {
			m.packets[f.Packet] = true
		}
	}
	return dst
}

func (p *packets) matching(expression int) []uint64 {
	found := slices.Sorted(maps.Keys(p.matches[expression].packets))
	return slices.DeleteFunc(found, func(n uint64) bool { return p.spoilt[expression].packets[n] })
}

func run(t *testing.T, file string, r h2scope.Renderer) {
	t.Helper()
	src, err := capture.Open([]string{file}, capture.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	renderer := func() h2scope.Renderer { return r }
	if err := h2scope.Run(context.Background(), src, h2scope.Config{Messages: true}, renderer, io.Discard); err != nil {
		t.Fatal(err)
	}
}

// tshark gives the packets that each expression matches: a listener for each in
// one run.
func tshark(t *testing.T, file string, ports []int) [][]uint64 {
	t.Helper()
	var script strings.Builder
	script.WriteString("local function tap(i, filter)\n local l = Listener.new('frame', filter)\n function l.packet(p) print(i, p.number) end\nend\n")
	for i, o := range oracle {
		fmt.Fprintf(&script, "tap(%d, [==[%s]==])\n", i, o.expression)
	}
	listeners := filepath.Join(t.TempDir(), "listeners.lua")
	if err := os.WriteFile(listeners, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"-q", "-o", "tcp.reassemble_out_of_order:TRUE", "-X", "lua_script:" + listeners, "-r", file}
	for _, port := range ports {
		args = append(args, "-d", fmt.Sprintf("tcp.port==%d,http2", port))
	}
	out, err := exec.Command("tshark", args...).Output()
	if err != nil {
		t.Skipf("needs a tshark that runs Lua: %v", err)
	}
	all := make([][]uint64, len(oracle))
	for line := range strings.Lines(string(out)) {
		var i int
		var packet uint64
		if _, err := fmt.Sscan(line, &i, &packet); err != nil {
			t.Fatalf("tshark says %q", line)
		}
		all[i] = append(all[i], packet)
	}
	for _, packets := range all {
		slices.Sort(packets)
	}
	return all
}

// passes judges the events of a capture, first by themselves, then with what a
// first pass has learnt.
type passes struct {
	t      *testing.T
	judges []*fields.Judge
	first  [][]fields.Verdict // by judge and event; nil in the first pass
	told   [][]fields.Verdict
}

func (p *passes) Event(dst []byte, e h2decode.Event) []byte {
	for i, j := range p.judges {
		v := j.Event(e)
		p.told[i] = append(p.told[i], v)
		if p.first == nil {
			continue
		}
		if early := p.first[i][len(p.told[i])-1]; v == fields.Unknown || early != fields.Unknown && early != v {
			p.t.Errorf("expression %d, %T: %s after %s", i, e, v, early)
		}
	}
	return dst
}

// On real captures, with gaps and without keys, a second pass knows, and takes
// nothing back.
func TestSecondPassOverCaptures(t *testing.T) {
	var filters []*fields.Filter
	for _, f := range fields.All() {
		for _, expression := range []string{f.Name, "not " + f.Name, "http2.type == HEADERS and " + f.Name} {
			filter, err := fields.Compile(expression)
			if err != nil {
				t.Fatal(err)
			}
			filters = append(filters, filter)
		}
	}
	for _, folder := range []string{"01-nghttp-h2c-push", "02-upgrade-h2c", "09-mangled-gap-headers", "10-midstream-h2c", "10-portreuse"} {
		t.Run(folder, func(t *testing.T) {
			file := corpusCapture(t, folder)
			first := &passes{t: t, told: make([][]fields.Verdict, len(filters))}
			second := &passes{t: t, told: make([][]fields.Verdict, len(filters))}
			for _, f := range filters {
				first.judges = append(first.judges, fields.NewJudge(f))
			}
			run(t, file, first)
			for _, j := range first.judges {
				second.judges = append(second.judges, j.Again())
			}
			second.first = first.told
			run(t, file, second)
		})
	}
}

// Every name that is said to be Wireshark's is.
func TestWiresharkHasTheNames(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	out, err := exec.Command("tshark", "-G", "fields").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		columns := strings.Split(line, "\t")
		names[strings.TrimSpace(columns[2])] = true
	}
	for _, f := range fields.All() {
		if f.Wireshark && !names[f.Name] {
			t.Errorf("Wireshark has no %s", f.Name)
		}
	}
}

// corpusCapture finds a capture beside the repository, whose root has go.mod.
func corpusCapture(t *testing.T, folder string) string {
	t.Helper()
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	found, _ := filepath.Glob(filepath.Join(root, "..", "shared", "corpus", folder, "capture.*"))
	if len(found) == 0 {
		t.Skip("needs ../shared: corpus")
	}
	return found[0]
}
