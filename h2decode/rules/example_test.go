package rules_test

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/rules"
)

// A sink can be a function.
type printer func(h2decode.Event)

func (p printer) Event(e h2decode.Event) { p(e) }

// A judge is told the events of a connection, and tells what it finds: here of a
// client whose PING has 3 octets.
func ExampleJudge() {
	var judge *rules.Judge
	conn := h2decode.NewConn(h2decode.Config{Conn: 1}, printer(func(e h2decode.Event) { judge.Event(e) }))
	judge = rules.New(conn, rules.Config{}, printer(func(e h2decode.Event) {
		if f, ok := e.(*h2decode.Finding); ok {
			fmt.Printf("%s %s of the %s, frame %d: %s\n", f.Rule, f.Severity, f.From, f.Frame, f.Message)
			fmt.Println("asks for", f.ErrorCode+"; the peer sent", f.Answer.Type, f.Answer.Code)
		}
	}))
	octets := []byte(h2decode.Preface)
	octets = h2decode.AppendFrame(octets, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	octets = append(octets, 0, 0, 3, byte(h2decode.TypePing), 0, 0, 0, 0, 0, 'a', 'b', 'c')
	conn.Chunk(&h2decode.Chunk{From: h2decode.Client, Packet: 4, Data: octets})

	octets = h2decode.AppendFrame(nil, h2decode.TypeSettings, 0, 0, &h2decode.SettingsFrame{})
	octets = h2decode.AppendFrame(octets, h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{Code: h2decode.FrameSizeError})
	conn.Chunk(&h2decode.Chunk{From: h2decode.Server, Packet: 6, Data: octets})

	closed := new(h2decode.Connection)
	conn.Finish(closed, 8, 0)
	judge.Event(&h2decode.ConnectionClosed{Connection: closed})
	fmt.Println(closed.Findings[h2decode.SeverityError], "error")
	// Output:
	// FR-14 error of the client, frame 2: PING has 3 octets and must have 8
	// asks for FRAME_SIZE_ERROR; the peer sent GOAWAY FRAME_SIZE_ERROR
	// 1 error
}

// The rules are a table.
func ExampleLookup() {
	rule := rules.Lookup("fc-03")
	fmt.Printf("%s (%s, %s): %s\n", rule.ID, rule.Severity, rule.Reference, rule.Requirement)
	// Output:
	// FC-03 (error, RFC 9113, Section 6.9): a window increment on a stream is not 0
}
