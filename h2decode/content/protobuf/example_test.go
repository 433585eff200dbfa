package protobuf_test

import (
	"fmt"

	"h2scope/h2decode/content/protobuf"
)

func ExampleParse() {
	tree := protobuf.Parse([]byte("\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01"))
	fmt.Printf("%s", tree.AppendText(nil))
	// Output:
	// 1: 150
	// 2: "testing"
	// 3 {
	//   1: 150
	// }
}
