package hello

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

// corpus is the folder of captures.
func corpus(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus")
	if _, err := os.Stat(path); err != nil {
		t.Skip("needs ../shared: corpus")
	}
	return path
}

// directions puts together the octets of each direction of a capture without
// loss, in the order in which they begin.
func directions(t *testing.T, path string) (all []*[]byte) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := pcapgo.NewNgReader(file, pcapgo.DefaultNgReaderOptions)
	if err != nil {
		t.Fatal(err)
	}
	type direction struct {
		octets *[]byte
		next   uint32
	}
	open := map[string]*direction{}
	for {
		data, _, err := r.ReadPacketData()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		p := gopacket.NewPacket(data, r.LinkType(), gopacket.NoCopy)
		tcp, _ := p.TransportLayer().(*layers.TCP)
		if tcp == nil {
			continue
		}
		key := fmt.Sprint(p.NetworkLayer().NetworkFlow(), tcp.TransportFlow())
		d := open[key]
		if tcp.SYN {
			d = &direction{octets: new([]byte), next: tcp.Seq + 1}
			open[key] = d
			all = append(all, d.octets)
		}
		if d != nil && tcp.Seq == d.next {
			*d.octets = append(*d.octets, slices.Clone(tcp.Payload)...)
			d.next += uint32(len(tcp.Payload))
		}
	}
}

func lines(all []string) []string { slices.Sort(all); return all }

// decimal and hexadecimal are lists as tshark writes them.
func decimal(list []uint16) string {
	return strings.Trim(strings.Join(strings.Fields(fmt.Sprint(list)), ","), "[]")
}
func hexadecimal(list []uint16) string {
	return strings.ReplaceAll("0x"+string(appendHexList(nil, list)), ",", ",0x")
}

// tshark has the fields of all messages of a type.
func tshark(t *testing.T, path string, kind int, fields ...string) []string {
	t.Helper()
	args := []string{"-n", "-r", path, "-Y", fmt.Sprintf("tls.handshake.type == %d", kind), "-T", "fields", "-E", "separator=|"}
	for _, f := range fields {
		args = append(args, "-e", "tls.handshake."+f)
	}
	out, err := exec.Command("tshark", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSuffix(string(out), "\n")
	return lines(strings.Split(text, "\n"))
}

var tlsCaptures = []string{
	"03a-tls13-suites", "03b-tls12-aead", "03c-tls12-cbc-etm", "03e-tls-features", "04-chromium-nginx", "05-node-tls",
	"06-grpc-tls", "09-base-tls", "15-bodies", "16-caddy",
}

// TestCorpusClientHellos compares every ClientHello with Wireshark's reading: the
// fields, and JA3 with its own.
func TestCorpusClientHellos(t *testing.T) {
	dir := corpus(t)
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	for _, name := range tlsCaptures {
		path := filepath.Join(dir, name, "capture.pcapng")
		want := tshark(t, path, msgClientHello, "random", "ja3_full", "ja3", "extensions_server_name", "extensions_alpn_str",
			"ciphersuite", "extension.type", "extensions_supported_group", "extensions.supported_version", "extensions_key_share_group")
		var got []string
		for _, octets := range directions(t, path) {
			for _, body := range ofKind(messages(*octets), msgClientHello) {
				h := parseClient(t, body)
				text, sum := h.JA3()
				got = append(got, strings.Join([]string{
					fmt.Sprintf("%x", h.Random), text, sum, h.ServerName, strings.Join(h.ALPN, ","), hexOrNone(h.CipherSuites), decimal(h.Extensions),
					hexOrNone(h.Groups), hexOrNone(h.SupportedVersions), decimal(h.KeyShares),
				}, "|"))
				if len(h.Malformed) > 0 {
					t.Errorf("%s: malformed %v", name, h.Malformed)
				}
			}
		}
		if !slices.Equal(lines(got), want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

func hexOrNone(list []uint16) string {
	if len(list) == 0 {
		return ""
	}
	return hexadecimal(list)
}

// TestCorpusServerHellos does the same for the servers.
func TestCorpusServerHellos(t *testing.T) {
	dir := corpus(t)
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("needs tshark")
	}
	for _, name := range tlsCaptures {
		path := filepath.Join(dir, name, "capture.pcapng")
		want := tshark(t, path, msgServerHello, "random", "ciphersuite", "extension.type", "extensions_alpn_str", "extensions.supported_version")
		var got []string
		for _, octets := range directions(t, path) {
			for _, body := range ofKind(messages(*octets), msgServerHello) {
				h, err := ParseServerHello(body)
				if err != nil {
					t.Fatal(err)
				}
				version := ""
				if slices.Contains(h.Extensions, extSupportedVersions) {
					version = hex16(h.SelectedVersion)
				}
				got = append(got, strings.Join([]string{
					fmt.Sprintf("%x", h.Random), hex16(h.CipherSuite), decimal(h.Extensions), h.ALPN, version,
				}, "|"))
				if len(h.Malformed) > 0 {
					t.Errorf("%s: malformed %v", name, h.Malformed)
				}
			}
		}
		if !slices.Equal(lines(got), want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestCorpusJA4: what others have measured of the same software, of which the
// name, the ALPN and with it the count of extensions may differ.
func TestCorpusJA4(t *testing.T) {
	dir := corpus(t)
	for name, want := range map[string]string{
		"04-chromium-nginx": "8daaf6152771", // the suites; extensions come and go with the version
		"05-node-tls":       "a33745022dd6_1f22a2ca17c4",
		"09-base-tls":       "f57a46bbacb6_ab7e3b40a677", // crypto/tls
		"16-caddy":          "e8f1e7e78f70_b26ce05bbdd6", // curl with OpenSSL
	} {
		first := *directions(t, filepath.Join(dir, name, "capture.pcapng"))[0]
		h := parseClient(t, ofKind(messages(first), msgClientHello)[0])
		if got := h.JA4(); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
