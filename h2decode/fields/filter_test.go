package fields

import (
	"testing"

	"h2scope/h2decode"
)

func match(t *testing.T, expression string, s *Subject) Verdict {
	t.Helper()
	f, err := Compile(expression)
	if err != nil {
		t.Fatal(err.(*Error).Show(expression))
	}
	return f.Match(s)
}

type verdicts struct {
	expression string
	want       bool
}

func check(t *testing.T, s *Subject, tests []verdicts) {
	t.Helper()
	for _, tt := range tests {
		if got := match(t, tt.expression, s); got != verdictOf(tt.want) {
			t.Errorf("%s: %s, want %t", tt.expression, got, tt.want)
		}
	}
}

func TestFrames(t *testing.T) {
	check(t, ofFrameOver(headersFrame()), []verdicts{
		{"", true}, {" \t\n", true},
		{"http2", true}, {"tcp", true}, {"ip", true}, {"ipv6", false}, {"tls", true},
		{"frame.number == 14", true}, {"frame.number eq 0xe", true}, {"frame.number in {1..13, 15}", false},
		{"frame.number & 2", true}, {"frame.number & 1", false},
		{"http2.type == HEADERS", true}, {"http2.type == headers", true}, {`http2.type == "HEADERS"`, true}, {"http2.type != 1", false}, {"http2.type in {DATA, HEADERS}", true},
		{"http2.type > DATA", true}, {"http2.type >= 2", false},
		{"http2.flags == 0x24", true},
		{"http2.flags.end_stream", true}, {"http2.flags.end_stream == true", false}, {"http2.flags.end_stream == 0", true}, {"http2.flags.end_stream != TRUE", true},
		{"http2.flags.ack.settings", false}, {"http2.flags.ack.settings == false", false}, {"http2.flags.ack.settings != true", false},
		{"http2.flags.eh == 1 && http2.flags.priority == 1", true},
		{"http2.headers.weight == 15 and http2.headers.weight_real == 16", true}, {"http2.exclusive == 1", false}, {"http2.stream_dependency == 3", true},
		{"http2.headers", true}, {"http2.data.data", false}, {"http2.data.data == false", true},
		{"h2.from == server", true}, {"h2.from == Client", false}, {"h2.frame == 9", true}, {"h2.conn == 2", true}, {"tcp.stream == 1", true},
		{"h2.late", false}, {"not h2.late", true}, {"h2.late == false", true}, {"h2.late != true", true}, {"h2.late == 1", false}, {"h2.late != false", false},
		{"h2.incomplete", true}, {"h2.incomplete == true", true}, {"h2.block_length == 52", true},
		{"h2.malformed", false}, {"h2.missing", false}, {"h2.first_packet", false}, {"h2.window.stream", false},
	})
}

func TestAddressesAndPorts(t *testing.T) {
	check(t, ofFrameOver(headersFrame()), []verdicts{
		{"ip.src == 198.51.100.1", true}, {"ip.src == 198.51.100.0/24", true}, {`ip.src == "198.51.100.7/24"`, true}, {"ip.dst == 192.0.2.7", true}, {"ip.src == 192.0.2.7", false},
		{"ip.addr == 192.0.2.7", true}, {"ip.addr == 10.0.0.0/8", false},
		{"ip.addr != 192.0.2.7", false}, {"ip.addr != 10.0.0.0/8", true}, {"not ip.addr == 192.0.2.0/24", false},
		{"ip.src in {198.51.100.0..198.51.100.5}", true}, {"ip.src in {10.0.0.0/8, 198.51.0.0/16}", true}, {"ip.src > 198.0.0.0", true},
		{"ipv6.src == 2001:db8::/32", false}, {"ipv6.src != 2001:db8::1", false}, {"h2.client == 2001:db8::/32", false},
		{"h2.client == 192.0.2.7", true}, {"h2.server == 198.51.100.0/24", true},
		{"tcp.srcport == 443", true}, {"tcp.dstport == 50000", true}, {"tcp.port == 50000", true}, {"tcp.port in {80, 443}", true}, {"tcp.port != 443", false},
		{"tcp.port not in {80, 8080}", true}, {"tcp.port not in {80, 443}", false},
	})
	check(t, &Subject{Conn: testConn(), Frame: frame(h2decode.TypePing, 0, 0, nil)}, []verdicts{
		{"ip.src == 192.0.2.7", true}, {"tcp.srcport == 50000", true}, {"tcp.dstport == 443", true},
	})
}

func TestFieldLines(t *testing.T) {
	check(t, ofFrameOver(headersFrame()), []verdicts{
		{"http2.header", true}, {"http2.headers.status == 404", true}, {"http2.headers.status in {400..499}", true}, {"http2.headers.status < 400", false},
		{`http2.header.name == "set-cookie"`, true}, {"http2.header.name contains cook", true}, {"http2.header.name contains COOK", false}, {"http2.header.name matches COOK", true},
		{`http2.header["set-cookie"] == "b=2"`, true}, {`http2.header["Set-Cookie"] == "b=2"`, true}, {`http2.header["set-cookie"] == "404"`, false},
		{`http2.header["set-cookie"] != "b=2"`, false}, {`http2.header["set-cookie"] != "c"`, true}, {`http2.header["cookie"] != "c"`, false}, {`not http2.header["cookie"] == "c"`, true},
		{`http2.headers.set_cookie matches "^b="`, true}, {`http2.headers.set_cookie ~ r"\d$"`, true}, {`http2.headers.set_cookie matches "^\\d"`, false},
		{`http2.header["x-cache"] == hit`, true}, {`http2.header["x-half"]`, false}, {`http2.header.name == "x-half"`, true},
		{"h2.trust == exact", true}, {"h2.trust == uncertain", true}, {"h2.trust >= unknown", true}, {"h2.trust != exact", false},
		{"h2.representation == indexed", true}, {"h2.representation == never-indexed", false},
		{"http2.header.index == 70", true}, {`http2.header.value == ""`, false}, {`http2.header.value in {"a".."b"}`, true},
		{`http2.headers.path`, false},
	})
	check(t, ofStreamOver(), []verdicts{
		{`http2.headers.path contains "index" and http2.headers.status == 404`, true},
		{"http2.headers.status == 103", true}, {"http2.headers.status in {103, 404}", true}, {"http2.headers.status != 103", false},
		{`http2.header["x-id"] == "7"`, true}, {`http2.header["x-checksum"]`, true}, {"http2.headers.content_length >= 1000", true},
	})
}

func TestStreams(t *testing.T) {
	tests := []verdicts{
		{"http2.streamid == 5", true}, {"h2.kind == request", true}, {"h2.kind == push", false}, {"h2.parent", false}, {"h2.state == closed", true}, {"h2.evicted", false},
		{"h2.method == GET", true}, {"h2.scheme == https", true}, {`h2.authority matches "example\\.org$"`, true}, {"h2.path contains index", true},
		{"h2.status == 404", true}, {"h2.status & 4", true}, {"h2.content_type == text/html", true},
		{"h2.duration == 2", true}, {"h2.duration > 1.5", true}, {"h2.duration > 2500ms", false}, {`h2.duration in {"1999ms".."2001ms"}`, true}, {"h2.duration < -1", false},
		{"h2.send == 0", true}, {"h2.wait == 1.5", true}, {"h2.receive == 500ms", true}, {"h2.blocked", false},
		{"h2.stalled", true}, {"h2.stalled > 200ms", true}, {"h2.stalled < 200ms", true}, {"h2.stalled.stream == 0.25", true}, {"h2.stalled.connection", false}, {"h2.stalled.tcp == 0.125", true},
		{"h2.reset", false}, {"h2.reset == CANCEL", false}, {"h2.urgency == 5", true}, {"h2.incremental == true", true},
		{"h2.request.complete", true}, {"h2.response.complete", false}, {"h2.response.data_length == 1000", true}, {"h2.frames == 6", true},
		{"h2.client.port == 50000", true}, {"h2.close == fin", true}, {"h2.transport == tls", true},
	}
	check(t, ofStreamOver(), append(tests, []verdicts{
		{"h2.missing == 10", true}, {"frame.number == 10", true}, {"http2.type", false}, {"http2.type != 1", false},
		{`frame.time == "2023-11-14 22:13:21"`, true}, {`frame.time > "2023-11-14T22:13:21.5Z"`, false}, {`frame.time >= "2023-11-14"`, true},
		{"frame.time_epoch == 1700000001.000000000", true}, {`frame.time == "2023-11-15 00:13:21+02:00"`, true},
	}...))
	// What a frame does not have itself is its stream's.
	check(t, ofFrameOver(headersFrame()), append(tests, verdicts{"h2.missing", false}))

	s := ofStreamOver()
	s.Stream.Reset = &h2decode.Reset{From: h2decode.Server, Code: h2decode.RefusedStream}
	check(t, s, []verdicts{{"h2.reset", true}, {"h2.reset == REFUSED_STREAM", true}, {"h2.reset.from == client", false}})
}

func TestConnections(t *testing.T) {
	check(t, ofConnOver(), []verdicts{
		{"http2", true}, {"h2.conn == 2", true}, {"h2.protocol == h2", true}, {"h2.protocol == http/1.1", false}, {"h2.start == alpn", true}, {"h2.close != end-of-capture", true},
		{"h2.closed_by == server", true}, {"h2.duration == 4s", true}, {"h2.frames == 30", true}, {"h2.streams == 3", true}, {"h2.gap", false}, {"h2.bytes == 300", true},
		{"h2.retransmissions == 3", true}, {"h2.zero_windows", false}, {"h2.rtt <= 10ms", true}, {"h2.goaway == ENHANCE_YOUR_CALM", true}, {"h2.goaway == NO_ERROR", false},
		{"tls.handshake.extensions_server_name == www.example.org", true}, {`tls.handshake.extensions_server_name matches "EXAMPLE"`, true}, {"tls.handshake.extensions_server_name contains example", true},
		{`tls.handshake.extensions_alpn_str == "http/1.1"`, true}, {"h2.tls.alpn == h2", true}, {`h2.tls.version == "TLS 1.3"`, true}, {"h2.tls.resumed", true}, {"h2.tls.reason", false},
		{"h2.via == socks5", true}, {"h2.link == eth0.7", true}, {`h2.fingerprint contains "m,p"`, true}, {`h2.fingerprint > "1"`, true},
		{"ip.src == 192.0.2.7", true}, {"ip.dst == 198.51.100.1", true}, {"http2.streamid", false}, {"h2.status == 404", false},
	})
	check(t, &Subject{Conn: new(h2decode.Connection), ConnOver: true}, []verdicts{
		{"tls", false}, {"ip", false}, {"ip.addr", false}, {"h2.client", false}, {"h2.closed_by", false}, {"h2.start", false}, {"h2.goaway", false}, {"tcp.stream", false}, {"tls.handshake.extensions_alpn_str", false},
	})
}

func TestFindings(t *testing.T) {
	s := &Subject{Conn: testConn(), ConnOver: true, Finding: &h2decode.Finding{
		Origin: h2decode.Origin{Conn: 2, From: h2decode.Client, Packet: 30, Time: beginning},
		Rule:   "FC-05", Severity: h2decode.SeverityWarning, Frame: 12, Message: "the window is 3", Consequence: true,
	}}
	check(t, s, []verdicts{
		{"h2.finding", true}, {"h2.finding == FC-05", true}, {`h2.finding matches "^fc"`, true}, {"h2.severity >= warning", true}, {"h2.severity == error", false},
		{"h2.finding.message contains window", true}, {"h2.finding.consequence", true}, {"frame.number == 30", true}, {"h2.frame == 12", true}, {"h2.from == client", true},
		{"http2.streamid == 0", true}, {"h2.status", false}, {"h2.client == 192.0.2.0/24", true}, {"ip.src == 192.0.2.7", true}, {"http2.type", false},
	})
	s = ofFrameOver(headersFrame())
	check(t, s, []verdicts{{"h2.finding", false}, {"not h2.finding", true}})
	s.Found = []Found{{"HB-01", h2decode.SeverityInfo}, {"ST-02", h2decode.SeverityError}}
	check(t, s, []verdicts{{"h2.finding in {ST-01, ST-02}", true}, {"h2.severity == error", true}, {"h2.severity == warning", false}, {"h2.finding.message", false}})
}

func TestOperatorsBindAsInWireshark(t *testing.T) {
	check(t, ofConnOver(), []verdicts{
		{"tcp or ipv6 and ipv6", true}, {"(tcp or ipv6) and ipv6", false}, {"ipv6 and ipv6 or tcp", true},
		{"not ipv6 and tcp", true}, {"not (ipv6 or tcp)", false}, {"!ipv6 && !!tcp", true}, {"not not tcp", true},
		{"not h2.conn == 1", true}, {"!h2.conn == 2", false},
		{"h2.conn gt 1 and h2.conn lt 3 and h2.conn ge 2 and h2.conn le 2 and h2.conn ne 1", true},
		{"h2.conn bitwise_and 2", true},
	})
}
