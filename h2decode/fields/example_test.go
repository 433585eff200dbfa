package fields_test

import (
	"fmt"
	"strings"

	"h2scope/h2decode"
	"h2scope/h2decode/fields"
)

// A filter is asked of a frame.
func ExampleFilter_Match() {
	f, err := fields.Compile("http2.type in {RST_STREAM, GOAWAY} and h2.from == server")
	if err != nil {
		fmt.Println(err)
		return
	}
	frame := &h2decode.FrameDecoded{
		Origin: h2decode.Origin{Conn: 1, From: h2decode.Server, Packet: 12},
		Header: h2decode.FrameHeader{Type: h2decode.TypeGoAway, Length: 8},
	}
	fmt.Println(f.Match(&fields.Subject{Frame: frame}))
	// Output: true
}

// What is mistyped is shown with its place.
func ExampleError_Show() {
	expression := "http2.streamid > 4 and http2.flags.endstream == 1"
	_, err := fields.Compile(expression)
	fmt.Println(err.(*fields.Error).Show(expression))
	// Output:
	// http2.streamid > 4 and http2.flags.endstream == 1
	//                        ^ there is no field "http2.flags.endstream"; did you mean http2.flags.end_stream?
}

// How long a stream lasts is not known when its first frame comes. A second
// pass over the same events knows.
func ExampleJudge() {
	events := []h2decode.Event{
		&h2decode.FrameDecoded{Origin: h2decode.Origin{Conn: 1}, Header: h2decode.FrameHeader{Type: h2decode.TypeHeaders, Stream: 1}},
		&h2decode.StreamClosed{Origin: h2decode.Origin{Conn: 1}, Stream: &h2decode.Stream{ID: 1, Timing: h2decode.Timing{Request: 1, End: 2_000_000_001}}},
	}
	f, err := fields.Compile("h2.duration > 1.5")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("second pass:", f.Needs(fields.Frame).SecondPass)
	first := fields.NewJudge(f)
	fmt.Println(first.Event(events[0]), first.Event(events[1]))
	second := first.Again()
	fmt.Println(second.Event(events[0]), second.Event(events[1]))
	// Output:
	// second pass: true
	// unknown true
	// true true
}

// A column of a table.
func ExampleField_Text() {
	frame := &h2decode.FrameDecoded{Header: h2decode.FrameHeader{Type: h2decode.TypeSettings}, Payload: &h2decode.SettingsFrame{
		Octets: h2decode.AppendSetting(h2decode.AppendSetting(nil, h2decode.Setting{ID: 3, Value: 100}), h2decode.Setting{ID: 4, Value: 65535}),
	}}
	values, known := fields.Lookup("http2.settings.id").Text(&fields.Subject{Frame: frame})
	fmt.Println(strings.Join(values, ","), known)
	// Output: 3,4 true
}

func ExampleComplete() {
	for _, f := range fields.Complete("h2.reset") {
		fmt.Println(f.Name, "-", f.Doc)
	}
	// Output:
	// h2.reset - Error code of the RST_STREAM that ended the stream.
	// h2.reset.from - Who sent the RST_STREAM that ended the stream.
}
