package websocket_test

import (
	"fmt"

	"h2scope/h2decode/content/websocket"
)

func ExampleSplitter() {
	ext := websocket.ParseExtensions("permessage-deflate", "permessage-deflate; server_no_context_takeover")
	s := websocket.NewSplitter(websocket.Config{Extensions: ext, MaxMessage: 1 << 20}, func(m *websocket.Message) {
		fmt.Printf("%s, %d octets, compressed: %v, %q\n", m.Opcode, m.Length, m.Compressed, m.Data)
		if code, reason, ok := m.CloseReason(); ok {
			fmt.Println(code, reason)
		}
	})
	s.Write(1, []byte("\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00")) // RFC 7692, Section 7.2.3.1
	s.Write(2, []byte("\x88\x05\x03\xe8bye"))
	s.Close(2)
	// Output:
	// text, 7 octets, compressed: true, "Hello"
	// close, 5 octets, compressed: false, "\x03\xe8bye"
	// 1000 bye
}
