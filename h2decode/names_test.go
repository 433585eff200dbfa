package h2decode

import (
	"fmt"
	"testing"
)

// The names that records use, by value: once released they never change.
func TestNamesOfRecords(t *testing.T) {
	tests := []struct {
		of    string
		value func(i int) fmt.Stringer
		names []string
	}{
		{"Side", func(i int) fmt.Stringer { return Side(i) }, []string{"client", "server"}},
		{"State", func(i int) fmt.Stringer { return State(i) }, []string{
			"idle", "reserved", "open", "half-closed-client", "half-closed-server", "closed",
		}},
		{"Kind", func(i int) fmt.Stringer { return Kind(i) }, []string{
			"request", "push", "upgrade", "connect", "extended-connect",
		}},
		{"GapCause", func(i int) fmt.Stringer { return GapCause(i) }, []string{"missing", "capture-loss", "snaplen"}},
		{"CloseReason", func(i int) fmt.Stringer { return CloseReason(i) }, []string{
			"end-of-capture", "fin", "rst", "replaced", "evicted", "idle-limit",
		}},
		{"Transport", func(i int) fmt.Stringer { return Transport(i) }, []string{"cleartext", "tls"}},
		{"Protocol", func(i int) fmt.Stringer { return Protocol(i) }, []string{"other", "h2", "http/1.1", "tls"}},
		{"Start", func(i int) fmt.Stringer { return Start(i) }, []string{
			"", "alpn", "prior-knowledge", "upgrade", "mid-connection", "decode-as",
		}},
		{"ErrorCode of RFC 9113, Section 7", func(i int) fmt.Stringer { return ErrorCode(i) }, []string{
			"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
			"STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR",
			"CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED", "0xe",
		}},
		{"Type of RFC 9113, Section 6", func(i int) fmt.Stringer { return Type(i) }, []string{
			"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS", "PUSH_PROMISE", "PING", "GOAWAY",
			"WINDOW_UPDATE", "CONTINUATION", "ALTSVC", "UNKNOWN", "ORIGIN", "UNKNOWN",
		}},
		{"SettingID of RFC 9113, Section 6.5.2, RFC 8441 and RFC 9218", func(i int) fmt.Stringer { return SettingID(i) }, []string{
			"0x0000", "SETTINGS_HEADER_TABLE_SIZE", "SETTINGS_ENABLE_PUSH", "SETTINGS_MAX_CONCURRENT_STREAMS",
			"SETTINGS_INITIAL_WINDOW_SIZE", "SETTINGS_MAX_FRAME_SIZE", "SETTINGS_MAX_HEADER_LIST_SIZE", "0x0007",
			"SETTINGS_ENABLE_CONNECT_PROTOCOL", "SETTINGS_NO_RFC7540_PRIORITIES", "0x000a",
		}},
	}
	for _, test := range tests {
		for i, want := range test.names {
			if got := test.value(i).String(); got != want {
				t.Errorf("%s %d is %q, want %q", test.of, i, got, want)
			}
		}
	}
}
