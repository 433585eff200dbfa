package fields

import (
	"fmt"
	"strings"
	"testing"

	"h2scope/h2decode"
)

// Every field, with what it says of a HEADERS frame, its stream, its connection
// and a finding. "-" is absent; of a frame and a stream, "^" is before what they
// have from what they belong to.
func TestEveryField(t *testing.T) {
	headers := ofFrameOver(headersFrame())
	headers.Frame.Block.SizeUpdates = []uint32{0, 4096}
	headers.Found = []Found{{"HD-01", h2decode.SeverityWarning}}
	finding := &Subject{Conn: testConn(), Stream: testStream(), ConnOver: true, StreamOver: true, Finding: &h2decode.Finding{
		Origin: h2decode.Origin{Conn: 2, From: h2decode.Client, Packet: 30, Time: beginning}, Rule: "FC-05", Severity: h2decode.SeverityError,
		Stream: 5, Frame: 12, Message: "too much",
	}}
	stream, conn := ofStreamOver(), ofConnOver()
	stream.Stream.Findings[h2decode.SeverityWarning] = 2
	conn.Conn.Unread = [2]uint64{1, 2}
	var b strings.Builder
	for _, f := range All() {
		fmt.Fprintf(&b, "%s (%s)\n", f.Name, f.Type)
		for _, s := range []*Subject{headers, stream, conn, finding} {
			values, known := f.Text(s)
			if !known {
				t.Errorf("%s of a %s is not known", f.Name, s.Level())
			}
			said := strings.Join(values, " | ")
			switch {
			case len(values) == 0:
				said = "-"
			case !f.On(s.Level()):
				said = "^ " + said
			}
			fmt.Fprintf(&b, "    %-10s %s\n", s.Level(), said)
		}
	}
	golden(t, "values.txt", []byte(b.String()))
}
