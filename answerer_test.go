package h2scope_test

import (
	"slices"
	"testing"

	"h2scope/h2decode"
)

// A server that hears nothing has frames of the connection to say, and no more: who sends
// others to a client that is silent sends a file.
func TestServerThatHearsNothing(t *testing.T) {
	acknowledgment := h2decode.AppendFrame(nil, h2decode.TypeSettings, h2decode.FlagAck, 0, &h2decode.SettingsFrame{})
	goAway := h2decode.AppendFrame(nil, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{})
	for _, test := range []struct {
		name  string
		sent  []byte
		taken int
	}{
		{"settings", emptySettings, 1},
		{"settings and GOAWAY", slices.Concat(emptySettings, goAway), 1},
		{"a file with an acknowledgment", slices.Concat(emptySettings, acknowledgment), 0},
		{"a file with a response", slices.Concat(emptySettings, response(1, "data")), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &wire{t: t}
			l := w.connect(50000, 80)
			l.send(h2decode.Server, test.sent)
			l.close()
			if got := heard(t, h2decode.ProtocolH2, w.packets).taken; got != test.taken {
				t.Errorf("%d connections are HTTP/2, want %d", got, test.taken)
			}
		})
	}
}
