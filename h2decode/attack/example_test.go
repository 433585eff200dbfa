package attack_test

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/h2decode/attack"
)

// printer writes what a watch finds.
type printer struct{}

func (printer) Event(e h2decode.Event) {
	f := e.(*h2decode.Finding)
	fmt.Printf("%s %s: %s (packets %d to %d)\n", f.Severity, f.Rule, f.Message, f.FirstPacket, f.LastPacket)
}

// A client that sends PING frames as fast as it can.
func ExampleWatch() {
	watch := attack.New(nil, attack.Thresholds{}, printer{})
	ping := &h2decode.FrameDecoded{Header: h2decode.FrameHeader{Type: h2decode.TypePing, Length: 8}}
	for i := range 5000 {
		ping.Number, ping.Packet, ping.Time = uint64(i+1), uint64(i/100+1), int64(i)*1e5
		watch.Event(ping)
	}
	watch.Close(h2decode.Origin{Packet: 51, Time: 1e9})
	// Output:
	// error AT-05: the client sent 5000 PING frames without ACK, up to 5000 in a second (packets 1 to 50)
}

func ExampleParseThreshold() {
	var thresholds attack.Thresholds
	threshold, err := attack.ParseThreshold("AT-01.resets_per_second=50")
	if err != nil {
		fmt.Println(err)
	}
	thresholds.Set(threshold)
	fmt.Println(threshold.Limit().Meaning)

	_, err = attack.ParseThreshold("AT-05.ping_per_second=50")
	fmt.Println(err)
	// Output:
	// more resets than this in one second, with new streams between them
	// there is no threshold "AT-05.ping_per_second": did you mean AT-05.pings_per_second?
}
