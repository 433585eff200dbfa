package selftest

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"h2scope/h2decode"
	"h2scope/samples/endpoint"
)

func send(from endpoint.Side, actions ...endpoint.Action) endpoint.Step {
	return endpoint.Step{From: from, Send: actions}
}

func section(pairs ...string) endpoint.Fields {
	var f endpoint.Fields
	for i := 0; i < len(pairs); i += 2 {
		f = append(f, hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return f
}

func ledgerOf(steps ...endpoint.Step) *ledger {
	s := endpoint.Script{Steps: steps}
	return keepLedger(s.Transcribe())
}

const (
	client = endpoint.Client
	server = endpoint.Server
)

// The balances that RFC 9113, Section 6.9 asks for, by hand.
func TestLedgerBalances(t *testing.T) {
	ask := endpoint.Headers{Stream: 1, Fields: section(":method", "POST")}
	smaller := endpoint.Settings{{ID: http2.SettingInitialWindowSize, Val: 100}}
	for _, test := range []struct {
		name  string
		steps []endpoint.Step
		want  balance // of the last frame
	}{
		{"DATA takes from both windows", []endpoint.Step{
			send(client, ask, endpoint.Data{Stream: 1, Body: make([]byte, 35)}),
		}, balance{true, true, 65500, 65500}},
		{"padding counts, and its length too", []endpoint.Step{
			send(client, ask, endpoint.Data{Stream: 1, Body: make([]byte, 10), Pad: make([]byte, 24)}),
		}, balance{true, true, 65500, 65500}},
		{"each side has windows of its own", []endpoint.Step{
			send(client, ask, endpoint.Data{Stream: 1, Body: make([]byte, 35)}),
			send(server, endpoint.Data{Stream: 1, Body: make([]byte, 5)}),
		}, balance{true, true, 65530, 65530}},
		{"WINDOW_UPDATE lifts a stream's", []endpoint.Step{
			send(client, ask, endpoint.Data{Stream: 1, Body: make([]byte, 35)}),
			send(server, endpoint.WindowUpdate{Stream: 1, Increment: 1000}),
		}, balance{true, true, 65500, 66500}},
		{"WINDOW_UPDATE lifts the connection's", []endpoint.Step{
			send(server, endpoint.WindowUpdate{Increment: 1}),
		}, balance{moved: true, connection: 65536}},
		{"a stream that is not open has no window", []endpoint.Step{
			send(client, endpoint.Data{Stream: 3, Body: make([]byte, 35)}),
		}, balance{moved: true, connection: 65500}},
		{"HEADERS moves nothing", []endpoint.Step{send(client, ask)}, balance{}},
		{"a setting that is not acknowledged moves nothing", []endpoint.Step{
			send(client, ask), send(server, smaller), send(client, endpoint.Data{Stream: 1, Body: make([]byte, 35)}),
		}, balance{true, true, 65500, 65500}},
		{"one that is makes windows negative", []endpoint.Step{
			send(client, ask, endpoint.Data{Stream: 1, Body: make([]byte, 135)}),
			send(server, smaller), send(client, endpoint.SettingsAck{}),
			send(server, endpoint.WindowUpdate{Stream: 1, Increment: 5}),
		}, balance{true, true, 65400, -30}},
		{"and is where new streams begin", []endpoint.Step{
			send(server, smaller), send(client, endpoint.SettingsAck{}, ask, endpoint.Data{Stream: 1, Body: make([]byte, 35)}),
		}, balance{true, true, 65500, 65}},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := ledgerOf(test.steps...)
			if got := l.balances[len(l.balances)-1]; got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// The ways through Figure 2 of RFC 9113, Section 5.1.
func TestLedgerStates(t *testing.T) {
	ask := endpoint.Headers{Stream: 1, Fields: section(":method", "GET"), EndStream: true}
	post := endpoint.Headers{Stream: 1, Fields: section(":method", "POST")}
	answer := func(stream uint32) endpoint.Headers {
		return endpoint.Headers{Stream: stream, Fields: section(":status", "200"), EndStream: true}
	}
	for _, test := range []struct {
		name  string
		steps []endpoint.Step
		want  string
		end   h2decode.State
	}{
		{"request and response", []endpoint.Step{send(client, ask), send(server, answer(1))},
			"1 open, 1 half-closed-client, 2 closed", h2decode.Closed},
		{"a response before the request's end", []endpoint.Step{send(client, post), send(server, answer(1))},
			"1 open, 2 half-closed-server", h2decode.HalfClosedServer},
		{"a block in two frames", []endpoint.Step{send(client, endpoint.Headers{Stream: 1, Fields: ask.Fields, EndStream: true, Split: []int{1}})},
			"1 open, 2 half-closed-client", h2decode.HalfClosedClient},
		{"a reset", []endpoint.Step{send(client, post), send(server, endpoint.ResetStream{Stream: 1})},
			"1 open, 2 closed", h2decode.Closed},
		{"a push", []endpoint.Step{send(server, endpoint.PushPromise{Stream: 1, Promised: 2, Fields: ask.Fields}, answer(2))},
			"1 reserved, 2 half-closed-client, 2 closed", h2decode.Closed},
		{"a push that is refused", []endpoint.Step{
			send(server, endpoint.PushPromise{Stream: 1, Promised: 2, Fields: ask.Fields}), send(client, endpoint.ResetStream{Stream: 2}),
		}, "1 reserved, 2 closed", h2decode.Closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := ledgerOf(test.steps...)
			var got string
			for i, s := range l.steps {
				if i > 0 {
					got += ", "
				}
				got += fmt.Sprintf("%d %v", s.frame, s.new)
			}
			if got != test.want || len(l.ends) != 1 || l.ends[0].state != test.end {
				t.Errorf("%s and %v, want %s", got, l.ends, test.want)
			}
		})
	}
}

// The stalls that the scripts about them plan, and for how long at least.
func TestLedgerStalls(t *testing.T) {
	for _, test := range []struct {
		script string
		want   []string
	}{
		{"stream-stall", []string{"server 1 stream 150ms", "server 1 stream 300ms"}},
		{"connection-stall", []string{"server 3 connection 300ms", "server 1 connection 300ms"}},
		{"negative-window", []string{"server 1 stream 150ms"}},
		{"page", nil},
	} {
		t.Run(test.script, func(t *testing.T) {
			s, _ := endpoint.Find(test.script)
			transcript := s.Transcribe()
			var got []string
			for _, stall := range keepLedger(transcript).stalls {
				got = append(got, fmt.Sprintf("%v %d %v %v", stall.from, stall.stream, stall.cause, stall.planned(transcript)))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// A message that its content-length shows to be cut short has waited up to its
// end.
func TestLedgerBrokenStall(t *testing.T) {
	run := []endpoint.Step{
		send(server, endpoint.Settings{{ID: http2.SettingInitialWindowSize, Val: 10}}),
		send(client, endpoint.SettingsAck{}, endpoint.Headers{Stream: 1, Fields: section(":method", "POST", "content-length", "11")},
			endpoint.Data{Stream: 1, Body: make([]byte, 10)}),
	}
	for _, test := range []struct {
		name string
		end  []endpoint.Step
		to   int
	}{
		{"by a reset", []endpoint.Step{send(client, endpoint.ResetStream{Stream: 1})}, 5},
		{"by the connection's end", nil, untilTheEnd},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := ledgerOf(slices.Concat(run, test.end)...)
			want := stall{stream: 1, from: client, cause: h2decode.StalledByStream, began: 4, pieces: []spell{{from: 4, to: test.to}}}
			if len(l.stalls) != 1 || fmt.Sprint(l.stalls[0]) != fmt.Sprint(want) {
				t.Errorf("%v, want %v", l.stalls, want)
			}
		})
	}
}
