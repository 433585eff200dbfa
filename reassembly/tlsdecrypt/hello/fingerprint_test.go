package hello

import "testing"

// TestJA3Examples are those of Salesforce's publication.
func TestJA3Examples(t *testing.T) {
	for _, test := range []struct {
		hello     *ClientHello
		text, sum string
	}{
		{
			&ClientHello{
				Version: 769, CipherSuites: []uint16{47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4},
				Extensions: []uint16{0, 10, 11}, Groups: []uint16{23, 24, 25}, PointFormats: []byte{0},
			},
			"769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0", "ada70206e40642a3e4461f35503241d5",
		},
		{
			&ClientHello{Version: 769, CipherSuites: []uint16{4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99}},
			"769,4-5-10-9-100-98-3-6-19-18-99,,,", "de350869b8c85de67a350c8d186f11e6",
		},
	} {
		if text, sum := test.hello.JA3(); text != test.text || sum != test.sum {
			t.Errorf("%s %s, want %s %s", text, sum, test.text, test.sum)
		}
	}
}

// publishedHello is the example of JA4.md, with GREASE where Chrome has it.
func publishedHello() *ClientHello {
	return &ClientHello{
		Version: 0x0303,
		CipherSuites: []uint16{
			0x5a5a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
		},
		Extensions: []uint16{
			0x9a9a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0xbaba, 0x0015,
		},
		ALPN: []string{"h2", "http/1.1"}, SupportedVersions: []uint16{0xeaea, 0x0304, 0x0303},
		SignatureAlgorithms: []uint16{0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601},
	}
}

// TestJA4Examples are those of JA4.md, and changes of it one by one.
func TestJA4Examples(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(h *ClientHello)
		want   string
	}{
		{"published", func(*ClientHello) {}, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"GREASE among the algorithms", func(h *ClientHello) { h.SignatureAlgorithms = append([]uint16{0x1a1a}, h.SignatureAlgorithms...) }, "t13d1516h2_8daaf6152771_e5627efa2ab1"},
		{"no algorithms", func(h *ClientHello) { h.SignatureAlgorithms = nil }, "t13d1516h2_8daaf6152771_6d807ffa2a79"},
		{"no suites", func(h *ClientHello) { h.CipherSuites = []uint16{0x1a1a} }, "t13d0016h2_000000000000_e5627efa2ab1"},
		{"SNI and ALPN alone", func(h *ClientHello) { h.Extensions = []uint16{0, 16} }, "t12d1502h2_8daaf6152771_000000000000"},
		{"nothing", func(h *ClientHello) { *h = ClientHello{Version: 0x0301} }, "t10i000000_000000000000_000000000000"},
		{"highest version", func(h *ClientHello) { h.SupportedVersions = []uint16{0x0302, 0x0303, 0x0301} }, "t12d1516h2_8daaf6152771_e5627efa2ab1"},
		{"versions of GREASE alone", func(h *ClientHello) { h.SupportedVersions = []uint16{0xeaea} }, "t00d1516h2_8daaf6152771_e5627efa2ab1"},
	} {
		h := publishedHello()
		test.change(h)
		if got := h.JA4(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestJA4Parts(t *testing.T) {
	for alpn, want := range map[string]string{ // JA4.md, "ALPN Extension Value"
		"h2": "h2", "http/1.1": "h1", "x": "xx", "": "00", "\xab": "ab", "\xab\xcd": "ad", "\x30\xab": "3b",
		"\x30\x31\xab\xcd": "3d", "\x30\xab\xcd\x31": "01",
	} {
		if got := (&ClientHello{ALPN: []string{alpn}}).ja4ALPN(); got != want {
			t.Errorf("ALPN %q: %s, want %s", alpn, got, want)
		}
	}
	for version, want := range map[uint16]string{0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2", 0x1234: "00"} {
		if got := (&ClientHello{Version: version}).ja4Version(); got != want {
			t.Errorf("version %#x: %s, want %s", version, got, want)
		}
	}
	many := &ClientHello{Version: 0x0303, CipherSuites: make([]uint16, 120), Extensions: make([]uint16, 100)}
	if got := many.JA4()[:8]; got != "t12d9999" {
		t.Errorf("%s, want 99 of each", got)
	}
}

// TestGREASE is the list of RFC 8701, Section 2.
func TestGREASE(t *testing.T) {
	n := 0
	for v := range 1 << 16 {
		if isGREASE(uint16(v)) {
			if want := 0x0a0a + 0x1010*n; v != want {
				t.Errorf("%#04x, want %#04x", v, want)
			}
			n++
		}
	}
	if n != 16 {
		t.Errorf("%d values", n)
	}
}
