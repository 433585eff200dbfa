package pcapng

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/gopacket/pcapgo"
)

// These tests are why gopacket v1.1.19 does not read our files: each shows
// what its reader does, and that the functions here do better.

var le = LittleEndian

// ngFile is a section with one Ethernet interface and the blocks given.
func ngFile(d InterfaceDescription, blocks ...[]byte) []byte {
	file := d.Append(SectionHeader{}.Append(nil), le)
	return append(file, bytes.Join(blocks, nil)...)
}

// gopacketReads returns what gopacket makes of file, up to its first error.
func gopacketReads(t *testing.T, file []byte) (*pcapgo.NgReader, int, error) {
	t.Helper()
	r, err := pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.NgReaderOptions{WantMixedLinkType: true})
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; ; n++ {
		if _, _, err := r.ReadPacketData(); err != nil {
			return r, n, err
		}
	}
}

// find returns the body of the first block of a type.
func find(t *testing.T, file []byte, want BlockType) []byte {
	t.Helper()
	for len(file) >= HeaderLen {
		h := ParseHeader(file, le)
		if h.Type == want {
			body, _ := h.Body(file[:h.Length], le)
			return body
		}
		file = file[h.Length:]
	}
	t.Fatalf("no block of type %d", want)
	return nil
}

func TestGopacketDropsDecryptionSecrets(t *testing.T) {
	secret := []byte("CLIENT_RANDOM 00 11\n")
	file := ngFile(InterfaceDescription{LinkType: 1},
		DecryptionSecrets{Type: TLSKeyLog, Data: secret}.Append(nil, le),
		Packet{Length: 3, Data: []byte("abc")}.Append(nil, le))

	r, n, _ := gopacketReads(t, file)
	if n != 1 {
		t.Errorf("gopacket reads %d packets, want 1", n)
	}
	for _, where := range []reflect.Type{reflect.TypeOf(r), reflect.TypeOf(pcapgo.NgReaderOptions{}), reflect.TypeOf(r.SectionInfo())} {
		for i := range where.NumMethod() {
			if strings.Contains(where.Method(i).Name, "Secret") {
				t.Errorf("gopacket has %v.%s: the claim is out of date", where, where.Method(i).Name)
			}
		}
		if where.Kind() != reflect.Struct {
			continue
		}
		for i := range where.NumField() {
			if strings.Contains(where.Field(i).Name, "Secret") {
				t.Errorf("gopacket has %v.%s: the claim is out of date", where, where.Field(i).Name)
			}
		}
	}

	got, err := ParseDecryptionSecrets(find(t, file, TypeDecryptionSecrets), le)
	if err != nil || got.Type != TLSKeyLog || !bytes.Equal(got.Data, secret) {
		t.Errorf("ParseDecryptionSecrets = %+v, %v", got, err)
	}
}

func TestGopacketTurnsSLL2IntoAnotherLinkType(t *testing.T) {
	const sll2 = 276 // LINKTYPE_LINUX_SLL2
	file := ngFile(InterfaceDescription{LinkType: sll2})
	r, _, _ := gopacketReads(t, append(file, Packet{}.Append(nil, le)...))
	i, err := r.Interface(0)
	if err != nil || int(i.LinkType) != sll2&0xff {
		t.Errorf("gopacket's link type is %d, %v; want %d", i.LinkType, err, sll2&0xff)
	}
	d, err := ParseInterfaceDescription(find(t, file, TypeInterfaceDescription), le)
	if err != nil || d.LinkType != sll2 {
		t.Errorf("link type %d, %v; want %d", d.LinkType, err, sll2)
	}
}

func TestGopacketPanicsOnTimestampResolution(t *testing.T) {
	file := ngFile(InterfaceDescription{LinkType: 1, Clock: NewClock(0x80|64, 0)})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("gopacket does not panic for 2^-64 s: the claim is out of date")
			}
		}()
		pcapgo.NewNgReader(bytes.NewReader(file), pcapgo.DefaultNgReaderOptions)
	}()

	d, err := ParseInterfaceDescription(find(t, file, TypeInterfaceDescription), le)
	if err != nil {
		t.Fatal(err)
	}
	if ns, ok := d.Clock.Nanoseconds(1 << 63); ns != 5e8 || !ok {
		t.Errorf("half of 2^64 units is %d ns, %t; want half a second", ns, ok)
	}
}

// allocated is what f allocates on the heap, freed or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestGopacketAllocatesByLength has a file of 60 octets whose last 12 begin
// a simple packet block of 2^31-1 octets. The memory is asked for and never
// touched.
func TestGopacketAllocatesByLength(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for 2 GiB of address space")
	}
	if ^uint(0)>>32 == 0 {
		t.Skip("needs a 64-bit address space")
	}
	simple := le.append32(le.append32(le.append32(nil, uint32(TypeSimplePacket)), 0x7ffffffc), 0x7fffffff)
	file := ngFile(InterfaceDescription{LinkType: 1, Clock: NewClock(Microseconds, 0)}, simple)
	if len(file) != 60 {
		t.Fatalf("the file has %d octets", len(file))
	}
	if n := allocated(func() { gopacketReads(t, file) }); n < 0x7fffffff {
		t.Errorf("gopacket allocates %d octets: the claim is out of date", n)
	}
	runtime.GC()

	n := allocated(func() {
		var p Packet
		if err := p.ParseSimple(simple[HeaderLen:], le, 0); !errors.Is(err, ErrDamaged) {
			t.Errorf("ParseSimple: %v, want ErrDamaged", err)
		}
	})
	if n > 1<<20 { // the runtime allocates a little beside it
		t.Errorf("ParseSimple allocates %d octets", n)
	}
}

func TestGopacketEndsSilentlyOnTruncation(t *testing.T) {
	whole := Packet{Length: 8, Data: []byte("whole...")}.Append(nil, le)
	cut := whole[:len(whole)-8]
	_, n, err := gopacketReads(t, ngFile(InterfaceDescription{LinkType: 1}, whole, cut))
	if n != 1 || err != io.EOF {
		t.Errorf("gopacket reads %d packets and ends with %v; want 1 and io.EOF", n, err)
	}

	if h := ParseHeader(cut, le); int(h.Length) <= len(cut) {
		t.Errorf("the header of the cut block says %d of %d octets", h.Length, len(cut))
	}
	var p Packet
	if err := p.ParseEnhanced(cut[HeaderLen:], le); err != ErrDamaged {
		t.Errorf("ParseEnhanced of a cut block: %v, want ErrDamaged", err)
	}
}
