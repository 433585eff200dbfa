package filter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// sameAsTcpdump compares an expression with a name in it over packets. Names
// that this machine's tcpdump does not know are passed over.
func sameAsTcpdump(t *testing.T, expression string, packets [][]byte) {
	t.Helper()
	vm, wrong := reference(t, testEthernet, expression)
	if wrong != nil && strings.Contains(wrong.Error(), "unknown") {
		return
	}
	f, err := Parse(expression)
	if err != nil || wrong != nil {
		t.Errorf("%q: %v, tcpdump: %v", expression, err, wrong)
		return
	}
	if d := disagreement(t, f, testEthernet, expression, vm, packets); d != "" {
		t.Error(d)
	}
}

func somePackets(seed uint64, link uint16, count int) [][]byte {
	maker, packets := newPacketMaker(seed), make([][]byte, count)
	for i := range packets {
		packets[i] = maker.packet(link)
	}
	return packets
}

// The ports that have names are those of tcpdump for the protocols given. It
// may have them for more: that is up to /etc/services.
func TestServicesAreTcpdumps(t *testing.T) {
	needTcpdump(t)
	for _, name := range slices.Sorted(maps.Keys(services)) {
		var packets [][]byte
		transports := []protocol{services[name].transport}
		if transports[0] == anyProtocol {
			transports = []protocol{tcp, udp}
		}
		for _, transport := range transports {
			packet := tcpFrame(50000, services[name].port, 0)
			packet[23] = byte(protocols[transport].number)
			packets = append(packets, packet)
		}
		sameAsTcpdump(t, "port "+name, packets)
	}
}

func TestProtocolNamesAreTcpdumps(t *testing.T) {
	needTcpdump(t)
	packets := somePackets(1, testEthernet, 300)
	for _, name := range slices.Sorted(maps.Keys(ipProtocols)) {
		packet := tcpFrame(1, 2, 0)
		packet[23] = byte(ipProtocols[name])
		sameAsTcpdump(t, `ip proto \`+name, append(packets, packet))
	}
	for _, name := range slices.Sorted(maps.Keys(etherProtocols)) {
		sameAsTcpdump(t, `ether proto \`+name, packets)
	}
}

func TestConstantsAreTcpdumps(t *testing.T) {
	needTcpdump(t)
	packets := [][]byte{nil, {1}}
	for _, name := range slices.Sorted(maps.Keys(constants)) {
		sameAsTcpdump(t, fmt.Sprintf("%s = %d", name, constants[name]), packets)
	}
}

// Each protocol that can be a word is one, and says its name.
func TestProtocolWords(t *testing.T) {
	for p := ether; p <= esp; p++ {
		if !isWord(p.String()) || protocolNamed(p.String()) != p {
			t.Errorf("protocol %d, %q", p, p)
		}
	}
	for _, name := range []string{"", "http", "prot", "vxlan"} {
		if isWord(name) {
			t.Errorf("%q is a word", name)
		}
	}
}
