package export

import (
	"encoding/hex"
	"testing"

	"h2scope/hpack"
)

// TestFieldBlockRecords decodes the requests of RFC 7541, Appendix C.3, and
// then one with an index that is not there.
func TestFieldBlockRecords(t *testing.T) {
	tests := []struct{ name, block, want string }{
		{"C.3.1", "828684410f7777772e6578616d706c652e636f6d",
			`{"record":"field_block","n":1,"length":20,"fields":[{"name":":method","value":"GET","rep":"indexed","index":2,"wire":1},{"name":":scheme","value":"http","rep":"indexed","index":6,"wire":1},{"name":":path","value":"/","rep":"indexed","index":4,"wire":1},{"name":":authority","value":"www.example.com","rep":"incremental","index":1,"wire":17}],"table":{"size":57,"max_size":4096,"entries":[{"index":62,"name":":authority","value":"www.example.com","size":57}]}}` + "\n"},
		{"C.3.2", "828684be58086e6f2d6361636865",
			`{"record":"field_block","n":2,"length":14,"fields":[{"name":":method","value":"GET","rep":"indexed","index":2,"wire":1},{"name":":scheme","value":"http","rep":"indexed","index":6,"wire":1},{"name":":path","value":"/","rep":"indexed","index":4,"wire":1},{"name":":authority","value":"www.example.com","rep":"indexed","index":62,"wire":1},{"name":"cache-control","value":"no-cache","rep":"incremental","index":24,"wire":10}],"table":{"size":110,"max_size":4096,"entries":[{"index":62,"name":"cache-control","value":"no-cache","size":53},{"index":63,"name":":authority","value":"www.example.com","size":57}]}}` + "\n"},
		{"a size update", "20", `{"record":"field_block","n":3,"length":1,"fields":[],"size_updates":[0],"table":{"size":0,"max_size":0,"entries":[]}}` + "\n"},
	}
	d := hpack.NewDecoder(4096)
	for i, tt := range tests {
		block, _ := hex.DecodeString(tt.block)
		fields, err := d.DecodeBlock(nil, block)
		if got := string(AppendFieldBlock(nil, i+1, len(block), fields, d, err)); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}
