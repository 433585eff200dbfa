package timeline

import (
	"fmt"
	"testing"

	"h2scope/h2decode"
)

// RST_STREAM and GOAWAY say what led to them: the finding that they answer, else
// the last frame of the other side.
func TestEndingsAndWhatLedToThem(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0), p.request(3, 0))
	p.client(dataFrame(1, 0, 10))
	p.client(pingFrame(0, "x"))
	p.server(resetFrame(1, h2decode.Cancel))
	p.client(updateFrame(3, 0))
	p.server(resetFrame(3, h2decode.ProtocolError))
	p.Event(&h2decode.Finding{
		Origin: h2decode.Origin{Conn: 1, From: client}, Rule: "FC-03", Stream: 3, Frame: 10,
		Answer: &h2decode.Answer{Type: "RST_STREAM", Code: h2decode.ProtocolError, Frame: 11},
	})
	p.server(resetFrame(99, h2decode.StreamClosedError))
	p.client(goAwayFrame(7, h2decode.NoError, "bye"))
	c := p.now()
	var got []string
	for i := range c.Endings() {
		e := c.Ending(i)
		got = append(got, fmt.Sprintf("%s %d stream %d %s last %d %q/%d: finding %d, cause %d", e.From, e.Frame, e.Stream, e.Code, e.LastStream, e.Debug, e.DebugLen, e.Finding, e.Cause))
	}
	wantLines(t, got,
		`server 9 stream 1 CANCEL last 0 ""/0: finding -1, cause 7`,
		`server 11 stream 3 PROTOCOL_ERROR last 0 ""/0: finding 0, cause 10`,
		`server 12 stream 99 STREAM_CLOSED last 0 ""/0: finding -1, cause 0`,
		`client 13 stream 0 NO_ERROR last 7 "bye"/3: finding -1, cause 12`)
}

// One whose octets are missing is an ending all the same, without a code; and
// long debug data is cut.
func TestEndingsThatAreNotWhole(t *testing.T) {
	p := begun(t)
	p.client(p.request(1, 0))
	reset := resetFrame(1, h2decode.Cancel)
	p.server(reset[:10])
	p.lose(server, 3)
	p.server(goAwayFrame(1, h2decode.EnhanceYourCalm, string(make([]byte, 10000))))
	c := p.now()
	if e := c.Ending(0); e.Known || e.Code != 0 || e.Stream != 1 || e.Cause != 5 {
		t.Errorf("%+v", e)
	}
	if e := c.Ending(1); !e.Known || len(e.Debug) != 4096 || e.DebugLen != 10000 {
		t.Errorf("debug data of %d, %d kept", e.DebugLen, len(e.Debug))
	}
}
