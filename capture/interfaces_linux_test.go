package capture

import (
	"net/netip"
	"slices"
	"testing"
)

func TestDevices(t *testing.T) {
	devices, err := Devices()
	if err != nil {
		t.Fatal(err)
	}
	if len(devices) == 0 || devices[0].Name != AnyInterface || devices[0].LinkType != LinkTypeLinuxSLL2 {
		t.Fatalf("%+v", devices)
	}
	at := slices.IndexFunc(devices, func(d Device) bool { return d.Name == "lo" })
	if at < 0 {
		t.Skip("needs a loopback interface")
	}
	lo := devices[at]
	if !lo.Loopback || !lo.LinkKnown || lo.LinkType != LinkTypeEthernet {
		t.Errorf("%+v", lo)
	}
	if lo.Up && !slices.Contains(lo.Addresses, netip.MustParsePrefix("127.0.0.1/8")) {
		t.Errorf("%v", lo.Addresses)
	}
}

func TestLookUp(t *testing.T) {
	if d, err := lookUp(AnyInterface); err != nil || d.index != 0 || d.link != LinkTypeLinuxSLL2 {
		t.Errorf("%+v, %v", d, err)
	}
	for _, name := range []string{"nosuch0", "", "a-name-that-no-interface-can-have"} {
		if d, err := lookUp(name); err == nil {
			t.Errorf("%q: %+v", name, d)
		}
	}
}
