package protobuf

import (
	"runtime"
	"strings"
	"testing"
)

// The worst that a message of MaxNamed octets can ask for: the smallest messages
// and numbers that there are, in as many fields as fit.
func TestMemoryOfNamedMessages(t *testing.T) {
	if testing.Short() {
		t.Skip("allocates half a gigabyte")
	}
	schema, _ := load(t).Message("demo.Ask")
	const octets = MaxNamed
	for name, message := range map[string][]byte{
		"empty messages": []byte(strings.Repeat(string(message{}.bytes(8, "")), octets/2)),
		"packed numbers": message{}.bytes(2, strings.Repeat("\x01", octets-9)),
		"unknown fields": []byte(strings.Repeat(string(message{}.varint(15, 1)), octets/2)),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := schema.AppendJSON(nil, message); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if perOctet := (after.TotalAlloc - before.TotalAlloc) / uint64(len(message)); perOctet > 400 {
			t.Errorf("%s: %d octets are allocated for one", name, perOctet)
		} else {
			t.Logf("%s: %d octets are allocated for one", name, perOctet)
		}
	}
}

// The time of a tree is bounded by its length times its depth, whatever nests in
// whatever: a message that fails to be one late is not tried again and again.
func TestTimeOfTrees(t *testing.T) {
	inner := message{}.varint(1, 1)
	for range 40 {
		inner = append(message{}.bytes(1, string(inner)), message{}.bytes(2, "\xff\x01\x00")...)
	}
	broken := append(inner, 0xff)
	calls := testing.AllocsPerRun(1, func() { Parse(message{}.bytes(3, string(broken))) })
	if calls > 1000 {
		t.Errorf("%v allocations for %d octets", calls, len(broken))
	}
}
