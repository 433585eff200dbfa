package capture

import (
	"testing"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
)

// TestGopacketLayers shows why the layers of this package are its own: each of
// gopacket v1.1.19's here panics on a few hostile octets, or loses what the
// dissector finds in the same packet. Where gopacket is right it is the
// reference, in TestDissectLikeGopacket.
func TestGopacketLayers(t *testing.T) {
	v4 := tcp4(testPayload)
	panics := map[string]struct {
		layer interface {
			DecodeFromBytes([]byte, gopacket.DecodeFeedback) error
		}
		data []byte
	}{
		"GRE cut":                 {&layers.GRE{}, hex("b000")},
		"ERSPAN II cut":           {&layers.ERSPANII{}, hex("1001")},
		"PFLOG of 60 octets":      {&layers.PFLog{}, zeros(60)},
		"radiotap cut":            {&layers.RadioTap{}, hex("0000 0900 02000080")},
		"GTP-U extension cut":     {&layers.GTPv1U{}, hex("34ff 0004 00001234 0000 00 85")},
		"SLL with a long address": {&layers.LinuxSLL{}, hex("0000 0001 ffff", zeros(10))},
	}
	for name, test := range panics {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic: gopacket's layer can be used")
				}
			}()
			_ = test.layer.DecodeFromBytes(test.data, gopacket.NilDecodeFeedback)
		})
	}
	for name, test := range map[string]struct {
		first gopacket.Decoder
		data  []byte
	}{
		"IPv6 length 0 (segmentation offload)": {layers.LayerTypeIPv6, change(tcp6(testPayload), 4, 0, 0)},
		"802.11 without check sequence":        {layers.LinkTypeIEEE802_11, hex(dot11("08", "01", llcSNAP+"0800"), v4)},
		"Geneve with 252 octets of options":    {layers.LayerTypeGeneve, hex("3f00 0800 00000700", zeros(252), v4)},
		"MPLS pseudowire":                      {layers.LayerTypeMPLS, hex("00012140 00000000", eth(0x0800, v4...))},
	} {
		t.Run(name, func(t *testing.T) {
			p := gopacket.NewPacket(test.data, test.first, gopacket.Default)
			if tcp, ok := p.Layer(layers.LayerTypeTCP).(*layers.TCP); ok && string(tcp.Payload) == testPayload {
				t.Error("found: gopacket's layer can be used")
			}
		})
	}
}
