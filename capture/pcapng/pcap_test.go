package pcapng

import (
	"encoding/hex"
	"testing"
)

func TestFileHeader(t *testing.T) {
	for _, test := range orders {
		for _, v := range []Variant{Pcap, PcapNano, PcapModified} {
			want := FileHeader{Order: test.order, Variant: v, Major: 2, Minor: 4, Snaplen: 65535, LinkType: 276, FCS: 4}
			got, ok := ParseFileHeader(want.Append(nil))
			if !ok || got != want {
				t.Errorf("%s %x: %+v, %t", test.name, uint32(v), got, ok)
			}
		}
	}
	for n := range FileHeaderLen {
		if _, ok := ParseFileHeader(FileHeader{}.Append(nil)[:n]); ok {
			t.Errorf("%d octets are taken for a file header", n)
		}
	}
	if _, ok := ParseFileHeader(make([]byte, FileHeaderLen)); ok {
		t.Error("zeros are taken for a file header")
	}
}

// TestFileHeaderLinkType has the bits that share the field with the link
// type (draft-ietf-opsawg-pcap, Section 4).
func TestFileHeaderLinkType(t *testing.T) {
	for field, want := range map[uint32]FileHeader{
		0x00000001: {LinkType: 1},
		0x00000114: {LinkType: 276},
		0x24000001: {LinkType: 1, FCS: 4},
		0x20000001: {LinkType: 1}, // a length, but no bit that says it is there
		0x04000069: {LinkType: 105},
	} {
		b := le.append32(FileHeader{}.Append(nil)[:20], field)
		if got, ok := ParseFileHeader(b); !ok || got.LinkType != want.LinkType || got.FCS != want.FCS {
			t.Errorf("%#x: link type %d, FCS %d", field, got.LinkType, got.FCS)
		}
	}
}

func TestRecord(t *testing.T) {
	const at = 1_700_000_000_123_456_789
	for _, test := range orders {
		for v, time := range map[Variant]int64{Pcap: at / 1000 * 1000, PcapNano: at, PcapModified: at / 1000 * 1000} {
			h := FileHeader{Order: test.order, Variant: v, Major: 2, Minor: 4}
			b := h.AppendRecord(nil, Record{at, 60, 1500})
			if len(b) != h.RecordLen() {
				t.Errorf("%x: header of %d octets, want %d", uint32(v), len(b), h.RecordLen())
			}
			if got, want := h.ParseRecord(b), (Record{time, 60, 1500}); got != want {
				t.Errorf("%s %x: %+v, want %+v", test.name, uint32(v), got, want)
			}
		}
	}
}

// TestRecordAfter2038 has seconds that are no int32 any more.
func TestRecordAfter2038(t *testing.T) {
	h := FileHeader{Major: 2, Minor: 4, Variant: Pcap}
	b, _ := hex.DecodeString("ffffffff" + "3f420f00" + "01000000" + "01000000")
	if got := h.ParseRecord(b).Time; got != 4294967295_999999000 {
		t.Errorf("time %d", got)
	}
}

// TestOldRecords has the lengths the other way round.
func TestOldRecords(t *testing.T) {
	tests := []struct {
		minor         uint16
		first, second uint32
		want          Record
	}{
		{2, 1500, 60, Record{Captured: 60, Length: 1500}},
		{3, 1500, 60, Record{Captured: 60, Length: 1500}},
		{3, 60, 1500, Record{Captured: 60, Length: 1500}},
		{4, 1500, 60, Record{Captured: 1500, Length: 60}},
	}
	for _, test := range tests {
		h := FileHeader{Major: 2, Minor: test.minor, Variant: Pcap}
		b := le.append32(le.append32(make([]byte, 8), test.first), test.second)
		if got := h.ParseRecord(b); got != test.want {
			t.Errorf("version 2.%d, %d, %d: %+v", test.minor, test.first, test.second, got)
		}
	}
}
