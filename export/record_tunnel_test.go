package export

import (
	"bytes"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
)

// Records of tunnels are as the schema says, whatever is inside.
func TestTunnelRecord(t *testing.T) {
	var frames, streams, gaps, findings, notices [][]byte
	for line := range bytes.Lines(render(AllRecords, allEvents()...)) {
		line = bytes.TrimSpace(line)
		for kind, list := range map[string]*[][]byte{"frame": &frames, "stream": &streams, "gap": &gaps, "finding": &findings, "notice": &notices} {
			if bytes.HasPrefix(line, []byte(`{"record":"`+kind+`"`)) {
				*list = append(*list, line)
			}
		}
	}
	http2 := &tunnel.Result{Protocol: tunnel.HTTP2, Octets: [2]uint64{7, 9}, HTTP2: &h2decode.Connection{}}
	http2.HTTP2.Settings[h2decode.Client] = []h2decode.Setting{{ID: h2decode.SettingMaxFrameSize, Value: 16384}}
	secured := *http2
	secured.TLS = &h2decode.Security{Version: "TLS 1.3", ServerName: "\x1b[2J\xff", ALPN: "h2", Decrypted: "full"}
	inner := AppendTunnel(nil, &Tunnel{Conn: 1, Stream: 5, Result: http2, Frames: frames, Streams: streams})
	for name, test := range map[string]struct {
		t    Tunnel
		want string
	}{
		"octets": {Tunnel{Conn: 1, Stream: 3, Result: &tunnel.Result{Reason: "why"}},
			`{"record":"tunnel","conn":1,"stream":3,"protocol":"octets","reason":"why","bytes":{"client":0,"server":0}}`},
		"HTTP/2": {Tunnel{Conn: 1, Stream: 3, Result: http2},
			`{"record":"tunnel","conn":1,"stream":3,"protocol":"h2","bytes":{"client":7,"server":9},"settings":{"client":{"SETTINGS_MAX_FRAME_SIZE":16384}},"frames":[],"streams":[]}`},
		"HTTP/2 in TLS": {Tunnel{Conn: 1, Stream: 3, Result: &secured, Frames: frames[:1]}, ""},
		"all lists":     {Tunnel{Conn: 1, Stream: 3, Result: http2, Frames: frames, Streams: streams, Gaps: gaps, Findings: findings, Notices: notices, Tunnels: [][]byte{bytes.TrimSpace(inner)}, Omitted: 2}, ""},
	} {
		line := AppendTunnel([]byte("before"), &test.t)
		line, _ = bytes.CutPrefix(line, []byte("before"))
		if test.want != "" && string(line) != test.want+"\n" {
			t.Errorf("%s: %s", name, line)
		}
		checkLines(t, loadSchema(t), line)
	}
}
