package timeline

import (
	"fmt"
	"testing"

	"h2scope/h2decode"
)

// Stalls are told once, and belong to their exchange.
func TestStallsOfAnExchange(t *testing.T) {
	p := begun(t, h2decode.Setting{ID: h2decode.SettingInitialWindowSize, Value: 100})
	p.client(p.request(1, h2decode.FlagEndStream), p.request(3, h2decode.FlagEndStream))
	p.server(p.response(1, 0), p.response(3, 0))
	for range 2 {
		p.server(dataFrame(1, 0, 100))
		p.wait(9)
		p.client(updateFrame(1, 100))
	}
	p.server(dataFrame(1, h2decode.FlagEndStream, 100))
	p.server(dataFrame(3, h2decode.FlagEndStream, 100))
	c := p.now()
	x, _ := c.ExchangeOf(1)
	var got []string
	for _, s := range c.StallsOf(&x) {
		got = append(got, fmt.Sprintf("stream %d %s %d ms, frames %d to %d", s.Stream, s.Cause, s.Waited/ms, s.BeganFrame, s.EndedFrame))
	}
	wantLines(t, got, "stream 1 stream 10 ms, frames 9 to 10", "stream 1 stream 10 ms, frames 11 to 12")
	if c.Stalls() != 2 || c.Stall(1).EndedFrame != 12 || c.Totals().Stalls != 2 {
		t.Errorf("%d stalls", c.Stalls())
	}
	if other, _ := c.ExchangeOf(3); c.StallsOf(&other) != nil {
		t.Error("the other stream did not stall")
	}
}

// Findings are kept as they are, up to a limit, and all are counted.
func TestFindingsAreKept(t *testing.T) {
	p := &play{t: t, capture: New(Limits{Findings: 2})}
	p.recorder = p.capture.Recorder()
	evidence := []h2decode.Evidence{{Name: "window", Number: 5}}
	for i := range 5 {
		p.recorder.Event(&h2decode.Finding{
			Origin: h2decode.Origin{Conn: 1}, Rule: fmt.Sprint("XX-0", i), Severity: h2decode.SeverityError,
			Consequence: i == 4, Evidence: evidence,
		})
	}
	evidence[0].Number = 0
	c := p.now()
	if c.Findings() != 2 || c.Totals().Findings[h2decode.SeverityError] != 4 || c.Totals().Unkept != 3 {
		t.Errorf("%d findings, %+v", c.Findings(), c.Totals())
	}
	if f := c.Finding(1); f.Rule != "XX-01" || f.Evidence[0].Number != 5 {
		t.Errorf("%+v", f)
	}
}

// What was found about the whole capture is told behind the end of the connection
// that it names, to any recorder: it is not that connection's, which stays what it
// was.
func TestFindingsAboutTheCapture(t *testing.T) {
	capture := New(Limits{Findings: 2})
	first, second := capture.Recorder(), capture.Recorder()
	second.Event(&h2decode.ConnectionOpened{Conn: 2, Packet: 9, Time: 7})
	second.Event(&h2decode.ConnectionClosed{Connection: &h2decode.Connection{Number: 2, Streams: 3}})
	evidence := []h2decode.Evidence{{Name: "client", Text: "192.0.2.1"}}
	for i := range 3 {
		first.Event(&h2decode.Finding{Origin: h2decode.Origin{Conn: 2}, Rule: fmt.Sprint("AT-", i), Scope: "capture", Evidence: evidence})
	}
	evidence[0].Text = ""
	first.Publish()
	second.Publish()
	s := capture.Snapshot()
	if got := s.Findings(); len(got) != 2 || got[1].Rule != "AT-1" || got[1].Evidence[0].Text != "192.0.2.1" {
		t.Errorf("got %+v", got)
	}
	if c := s.Conn(2); c.Opened().Packet != 9 || c.Closed() == nil || c.Findings() != 0 || len(s.Conns()) != 1 {
		t.Errorf("connection 2 is %+v, %d findings, of %d connections", c.Opened(), c.Findings(), len(s.Conns()))
	}
}
