package filter

import (
	"strings"
	"testing"
)

var tokenKindNames = [...]string{
	tokenEnd: "end", tokenOperator: "operator", tokenWord: "word", tokenNumber: "number",
	tokenIPv4: "IPv4", tokenIPv6: "IPv6", tokenMAC: "MAC", tokenName: "name",
}

// The longest token is taken, as libpcap's scanner does: "len-5" is a name.
func TestScan(t *testing.T) {
	for _, test := range []struct{ expression, want string }{
		{"", "end"},
		{"tcp port 80", "word:tcp word:port number:80 end"},
		{"a&&b||!c", "name:a operator:and name:b operator:or operator:not name:c end"},
		{"len==5", "word:len operator:= number:5 end"},
		{"length>=0x1F", "word:len operator:>= number:0x1F end"},
		{"len-5", "name:len-5 end"},
		{"len - 5", "word:len operator:- number:5 end"},
		{"tcp-syn|tcp-fin", "number:tcp-syn operator:| number:tcp-fin end"},
		{"tcp-", "word:tcp operator:- end"},
		{"80-90", "name:80-90 end"},
		{"ip[2:2]", "word:ip operator:[ number:2 operator:: number:2 operator:] end"},
		{"1.2", "IPv4:1.2 end"},
		{"1.2.3.4", "IPv4:1.2.3.4 end"},
		{"1.2.3.4.", "name:1.2.3.4. end"},
		{"1.2.3.4.5", "name:1.2.3.4.5 end"},
		{"10.0.0.0/8", "IPv4:10.0.0.0 operator:/ number:8 end"},
		{"::", "IPv6::: end"},
		{"2001:db8::1/64", "IPv6:2001:db8::1 operator:/ number:64 end"},
		{"::ffff:1.2.3.4", "IPv6:::ffff:1.2.3.4 end"},
		{"1:2:3:4:5:6", "MAC:1:2:3:4:5:6 end"},
		{"1:2:3:4:5:6:7:8", "IPv6:1:2:3:4:5:6:7:8 end"},
		{"01-02-03-04-05-06", "MAC:01-02-03-04-05-06 end"},
		{"1.2.3.4.5.6", "MAC:1.2.3.4.5.6 end"},
		{"0102.0304.0506", "MAC:0102.0304.0506 end"},
		{"010203040506", "MAC:010203040506 end"},
		{"01020304050", "number:01020304050 end"},
		{"0102-0304-0506", "name:0102-0304-0506 end"},
		{"01-02-03-04-05-0g", "name:01-02-03-04-05-0g end"},
		{"0x", "name:0x end"},
		{`\tcp)`, "name:tcp operator:) end"},
		{`\tcp!`, "name:tcp operator:not end"},
		{"link slip wlan", "word:ether word:ether word:ether end"},
		{"TCP", "name:TCP end"},
		{"\ttcp\r\n", "word:tcp end"},
		{"www.example.com", "name:www.example.com end"},
		{"1<<2>>3<4>5", "number:1 operator:<< number:2 operator:>> number:3 operator:< number:4 operator:> number:5 end"},
	} {
		tokens, err := scan(test.expression)
		if err != nil {
			t.Errorf("%q: %v", test.expression, err)
			continue
		}
		var got []string
		for _, token := range tokens {
			text := tokenKindNames[token.kind]
			if token.text != "" {
				text += ":" + token.text
			}
			got = append(got, text)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%q: %s, want %s", test.expression, strings.Join(got, " "), test.want)
		}
	}
}

func TestScanOffsets(t *testing.T) {
	tokens, err := scan(` tcp  port(80 or\x)`)
	if err != nil {
		t.Fatal(err)
	}
	want := []int{1, 6, 10, 11, 14, 16, 18, 19}
	for i, token := range tokens {
		if token.offset != want[i] {
			t.Errorf("token %d, %q, at %d, want %d", i, token.text, token.offset, want[i])
		}
	}
}

func TestParseMAC(t *testing.T) {
	want := [6]byte{0x0a, 0x0b, 0x0c, 0x01, 0x02, 0x03}
	for _, good := range []string{"a:b:c:1:2:3", "0A:0b:0C:01:02:03", "a-b-c-1-2-3", "a.b.c.1.2.3", "0a0b.0c01.0203", "0a0b0c010203"} {
		if mac, ok := parseMAC(good); !ok || mac != want {
			t.Errorf("%q: %x, %v", good, mac, ok)
		}
	}
	for _, bad := range []string{"", "a", "a:b:c:1:2", "a:b:c:1:2:3:4", "a:b:c:1:2:333", "a:b:c:1:2:", "a:b-c:1:2:3", "0a0b:0c01:0203", "0a0b0c01020", "0a0b0c0102033", "g:b:c:1:2:3"} {
		if mac, ok := parseMAC(bad); ok {
			t.Errorf("%q: %x", bad, mac)
		}
	}
}
