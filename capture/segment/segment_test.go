package segment

import (
	"fmt"
	"net/netip"
	"testing"
)

func TestEndpoint(t *testing.T) {
	for _, text := range []string{"192.0.2.1:443", "[2001:db8::1]:8080"} {
		e := EndpointFrom(netip.MustParseAddrPort(text))
		if e.String() != text || EndpointFrom(e.AddrPort()) != e {
			t.Errorf("%s became %v", text, e)
		}
	}
}

func TestFlags(t *testing.T) {
	if f := SYN | ACK; !f.Has(SYN) || !f.Has(SYN|ACK) || f.Has(SYN|FIN) || f != 0x12 {
		t.Errorf("flags %#x", f)
	}
}

func ExampleEndpoint_String() {
	e := EndpointFrom(netip.MustParseAddrPort("[::ffff:192.0.2.1]:443"))
	fmt.Println(e)
	// Output: 192.0.2.1:443
}
