package content

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// RFC 1952, Section 2.3: a header may have extra fields, a name, a comment and a
// checksum of itself.
func TestHeadersOfGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Header = gzip.Header{Name: "page.html", Comment: "a comment", Extra: []byte("\x41\x50\x02\x00ab"), ModTime: time.Unix(1, 0), OS: 3}
	if _, err := w.Write(page); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got, res := Decode(nil, b.Bytes(), "gzip", testLimit)
	if !bytes.Equal(got, page) || !res.Complete || res.Trouble != "" {
		t.Errorf("%d octets, %+v", len(got), res)
	}

	plain := encode(t, page, "gzip")
	header := append([]byte{}, plain[:10]...)
	header[3] |= 0x02 // FHCRC
	header = binary.LittleEndian.AppendUint16(header, uint16(crc32.ChecksumIEEE(header)))
	got, res = Decode(nil, append(header, plain[10:]...), "gzip", testLimit)
	if !bytes.Equal(got, page) || !res.Complete {
		t.Errorf("with a checksum of the header: %d octets, %+v", len(got), res)
	}
}

// RFC 1951, Section 3.2.3: blocks without compression, with fixed and with dynamic
// codes, at each level of the library.
func TestLevelsOfDeflate(t *testing.T) {
	for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
		var raw, wrapped bytes.Buffer
		fw, err := flate.NewWriter(&raw, level)
		if err != nil {
			t.Fatal(err)
		}
		zw, err := zlib.NewWriterLevel(&wrapped, level)
		if err != nil {
			t.Fatal(err)
		}
		for _, body := range [][]byte{page, noise[:1000], []byte("short")} {
			raw.Reset()
			wrapped.Reset()
			fw.Reset(&raw)
			zw.Reset(&wrapped)
			if _, err := fw.Write(body); err != nil {
				t.Fatal(err)
			}
			if _, err := zw.Write(body); err != nil {
				t.Fatal(err)
			}
			if err := fw.Close(); err != nil {
				t.Fatal(err)
			}
			if err := zw.Close(); err != nil {
				t.Fatal(err)
			}
			for name, coded := range map[string][]byte{"raw": raw.Bytes(), "zlib": wrapped.Bytes()} {
				if got, res := Decode(nil, coded, "deflate", testLimit); !bytes.Equal(got, body) || !res.Complete || res.Trouble != "" {
					t.Errorf("%s at level %d: %d octets of %d, %+v", name, level, len(got), len(body), res)
				}
			}
		}
	}
}

// RFC 1950, Section 2.2: the first two octets say whether it is zlib's format.
func TestZlibIsToldFromRaw(t *testing.T) {
	for _, test := range []struct {
		head [2]byte
		want bool
	}{
		{[2]byte{0x78, 0x01}, true},
		{[2]byte{0x78, 0x9c}, true},
		{[2]byte{0x78, 0xda}, true},
		{[2]byte{0x08, 0x1d}, true},  // a window of 256 octets
		{[2]byte{0x78, 0x9d}, false}, // the check bits
		{[2]byte{0x79, 0x9c}, false}, // the method
		{[2]byte{0x88, 0x1c}, false}, // the window
		{[2]byte{0x78, 0x20}, false}, // a preset dictionary
		{[2]byte{0xf2, 0x48}, false},
	} {
		if isZlib(test.head) != test.want {
			t.Errorf("%x: %v", test.head, !test.want)
		}
	}
}

// RFC 1950, Section 2.2: ADLER32.
func TestChecksumOfZlib(t *testing.T) {
	coded := encode(t, page, "deflate")
	coded[len(coded)-1] ^= 1
	got, res := Decode(nil, coded, "deflate", testLimit)
	if res.Complete && len(res.Applied) > 0 {
		t.Errorf("%d octets, %+v", len(got), res)
	}
}

// RFC 8878, Section 3.1.1: Content_Checksum.
func TestChecksumOfZstd(t *testing.T) {
	coded := encode(t, page, "zstd")
	coded[len(coded)-1] ^= 1
	got, res := Decode(nil, coded, "zstd", testLimit)
	if res.Complete || res.Trouble == "" || !bytes.HasPrefix(page, got) {
		t.Errorf("%d octets, %+v", len(got), res)
	}
}

func TestQualitiesOfBrotli(t *testing.T) {
	for quality := brotli.BestSpeed; quality <= brotli.BestCompression; quality++ {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, quality)
		if _, err := w.Write(page[:20_000]); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if got, res := Decode(nil, b.Bytes(), "br", testLimit); !bytes.Equal(got, page[:20_000]) || !res.Complete {
			t.Errorf("quality %d: %d octets, %+v", quality, len(got), res)
		}
	}
}

func TestLevelsOfZstd(t *testing.T) {
	for _, level := range []zstd.EncoderLevel{zstd.SpeedFastest, zstd.SpeedDefault, zstd.SpeedBetterCompression, zstd.SpeedBestCompression} {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithWindowSize(MaxZstdWindow), zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		if got, res := Decode(nil, w.EncodeAll(page, nil), "zstd", testLimit); !bytes.Equal(got, page) || !res.Complete {
			t.Errorf("%v: %d octets, %+v", level, len(got), res)
		}
	}
}

// Content that is flushed as it is made, such as events, can be read before it
// ends.
func TestFlushedContentIsReadToTheFlush(t *testing.T) {
	event := []byte("data: something happened\n\n")
	type flusher interface {
		Write([]byte) (int, error)
		Flush() error
	}
	var b bytes.Buffer
	for name, w := range map[string]flusher{
		"gzip": gzip.NewWriter(&b), "deflate": zlib.NewWriter(&b), "br": brotli.NewWriter(&b), "zstd": encoders["zstd"](&b).(flusher),
	} {
		b.Reset()
		for range 3 {
			if _, err := w.Write(event); err != nil {
				t.Fatal(err)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		got, res := Decode(nil, b.Bytes(), name, testLimit)
		if !bytes.Equal(got, bytes.Repeat(event, 3)) || res.Complete || !res.Truncated {
			t.Errorf("%s: %q, %+v", name, got, res)
		}
	}
}

// Wherever content is cut, what comes out is its beginning or, where not even the
// coding can be told, what was captured. (Snappy's frames are not closed by
// anything: cut between two they are whole.)
func TestEveryTruncation(t *testing.T) {
	body := page[:500]
	for _, name := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		coded := encode(t, body, name)
		field := strings.Replace(name, "raw", "deflate", 1)
		for n := 1; n < len(coded); n++ {
			got, res := Decode(nil, coded[:n], field, testLimit)
			asItIs := len(res.Applied) == 0 && bytes.Equal(got, coded[:n])
			if !asItIs && !bytes.HasPrefix(body, got) {
				t.Errorf("%s cut at %d gives %q", name, n, got)
			}
			if res.Trouble == "" || !asItIs && res.Complete && len(got) < len(body) {
				t.Errorf("%s cut at %d: %+v", name, n, res)
			}
		}
	}
}

// No flipped bit makes another content complete without a word, where the coding
// has a checksum.
func TestEveryFlippedBit(t *testing.T) {
	body := page[:200]
	for _, name := range []string{"gzip", "zstd"} {
		coded := encode(t, body, name)
		for i := range 8 * len(coded) {
			broken := bytes.Clone(coded)
			broken[i/8] ^= 1 << (i % 8)
			got, res := Decode(nil, broken, name, testLimit)
			if res.Complete && len(res.Applied) > 0 && !bytes.Equal(got, body) {
				t.Errorf("%s with bit %d flipped: %q, %+v", name, i, got, res)
			}
		}
	}
}

func TestDecodeOfIdentityDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	dst := make([]byte, 0, len(page))
	if n := testing.AllocsPerRun(100, func() { Decode(dst[:0], page, "", testLimit) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
