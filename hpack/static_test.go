package hpack

import (
	"fmt"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// TestStaticTable holds RFC 7541, Appendix A to what another decoder gives for
// each index, and to some rows copied from the RFC.
func TestStaticTable(t *testing.T) {
	table := StaticTable()
	if len(table) != 61 {
		t.Fatalf("%d entries", len(table))
	}
	for i, e := range table {
		fields, err := xhpack.NewDecoder(4096, nil).DecodeFull([]byte{0x80 | byte(i+1)})
		if err != nil || string(e.Name) != fields[0].Name || string(e.Value) != fields[0].Value {
			t.Errorf("index %d: %q %q, want %v (%v)", i+1, e.Name, e.Value, fields, err)
		}
		if e.Name == nil || e.Value == nil || e.NameTrust != Exact || e.ValueTrust != Exact {
			t.Errorf("index %d: %+v is not an exact entry", i+1, e)
		}
	}
	for index, want := range map[int]string{1: ":authority=", 2: ":method=GET", 8: ":status=200", 16: "accept-encoding=gzip, deflate", 61: "www-authenticate="} {
		if e := table[index-1]; fmt.Sprintf("%s=%s", e.Name, e.Value) != want {
			t.Errorf("index %d: %s=%s, want %s", index, e.Name, e.Value, want)
		}
	}
}

func TestStaticTableIsTheCallersSlice(t *testing.T) {
	StaticTable()[0] = Entry{}
	if string(staticTable[1].Name) != ":authority" {
		t.Error("the table was changed")
	}
}
