package grpc_test

import (
	"fmt"

	"h2scope/h2decode/content/grpc"
)

func ExampleSplitter() {
	format, _ := grpc.ParseFormat("application/grpc+proto")
	service, method, _ := grpc.SplitPath("/helloworld.Greeter/SayHello")
	fmt.Println(service, method)

	s := grpc.NewSplitter(grpc.Config{Format: format, MaxMessage: 1 << 20}, func(m *grpc.Message) {
		fmt.Printf("message %d, %d octets, compressed: %v: %q\n", m.Number, m.Length, m.Compressed, m.Data)
	})
	s.Write(1, []byte("\x00\x00\x00\x00\x07\x0a\x05wor")) // a DATA frame
	s.Write(2, []byte("ld\x00\x00\x00\x00\x00"))          // the next one
	s.Close(2)
	// Output:
	// helloworld.Greeter SayHello
	// message 1, 7 octets, compressed: false: "\n\x05world"
	// message 2, 0 octets, compressed: false: ""
}
