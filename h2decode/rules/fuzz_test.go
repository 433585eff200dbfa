package rules

import (
	"testing"

	"h2scope/h2decode"
)

// FuzzJudge plays any octets of both sides, cut anywhere, with octets lost and
// in either order. The judge must not panic, every finding must be of the table,
// and what is counted must be what is told.
func FuzzJudge(f *testing.F) {
	s := newScript(&testing.T{}, h2decode.Config{})
	request := append([]byte(h2decode.Preface), settingsFrame()...)
	request = append(request, s.request(1)...)
	response := append(settingsFrame(), ackFrame()...)
	response = append(response, s.response(1)...)
	f.Add(request, response, uint16(40), uint16(0), false)
	f.Add(append(request, request...), append(response, goAwayFrame(1, 1)...), uint16(7), uint16(3), false)
	f.Add(append(s.post(3), dataFrame(3, 0, "abc")...), s.response(3), uint16(1), uint16(0), true)
	f.Add(request, append(response, altSvcFrame(0, "")...), uint16(1000), uint16(1), false)
	f.Fuzz(func(t *testing.T, fromClient, fromServer []byte, cut, lost uint16, late bool) {
		s := newScript(t, h2decode.Config{Late: late})
		queues := [2][]byte{fromClient, fromServer}
		for side := client; len(queues[0])+len(queues[1]) > 0; side = side.Other() {
			n := min(int(cut)%997+1, len(queues[side]))
			s.send(side, queues[side][:n])
			queues[side] = queues[side][n:]
			if lost > 0 && s.packet == uint64(lost) {
				s.lose(side, int(lost)%50+1)
			}
		}
		s.close(client)
		var counts h2decode.Severities
		consequences := uint64(0)
		for _, finding := range s.found {
			rule := Lookup(finding.Rule)
			if rule == nil || finding.Severity != rule.Severity || finding.Conn != 1 {
				t.Fatalf("found %+v", finding)
			}
			if finding.Scope == byFrame || finding.Scope == either {
				t.Errorf("%s has the scope %q", finding.Rule, finding.Scope)
			}
			if finding.Consequence {
				consequences++
			} else {
				counts[finding.Severity]++
			}
		}
		if c := &s.connection; len(s.notices) == 0 && (counts != c.Findings || consequences != c.Consequences) {
			t.Errorf("counted %v and %d consequences, told %v and %d", c.Findings, c.Consequences, counts, consequences)
		}
	})
}
