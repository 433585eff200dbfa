package content

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
)

// page is text as compressors like it, longer than their first buffers.
var page = []byte(strings.Repeat("<p>The quick brown fox jumps over the lazy dog, and all is well.</p>\n", 3000))

// noise can't be compressed.
var noise = func() []byte {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, 200_000)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}()

// encoders are independent of what decodes, as far as there are any.
var encoders = map[string]func(w io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip":  func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"raw": func(w io.Writer) io.WriteCloser {
		fw, err := flate.NewWriter(w, flate.BestCompression)
		if err != nil {
			panic(err)
		}
		return fw
	},
	"br": func(w io.Writer) io.WriteCloser { return brotli.NewWriterLevel(w, 5) },
	"zstd": func(w io.Writer) io.WriteCloser {
		zw, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		if err != nil {
			panic(err)
		}
		return zw
	},
	"snappy": func(w io.Writer) io.WriteCloser { return snappy.NewBufferedWriter(w) },
}

// encode applies codings in their order, the last one outermost.
func encode(t testing.TB, body []byte, codings ...string) []byte {
	t.Helper()
	for _, name := range codings {
		var b bytes.Buffer
		w := encoders[name](&b)
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		body = b.Bytes()
	}
	return body
}

const testLimit = 1 << 20

func TestDecodeUndoesEachCoding(t *testing.T) {
	for _, test := range []struct {
		field   string
		codings []string
		applied string
	}{
		{"gzip", []string{"gzip"}, "gzip"},
		{"GZip", []string{"gzip"}, "gzip"},
		{"x-gzip", []string{"gzip"}, "x-gzip"},
		{"deflate", []string{"deflate"}, "deflate"},
		{"deflate", []string{"raw"}, "deflate"}, // RFC 9110, Section 8.4.1.2, Note
		{"br", []string{"br"}, "br"},
		{"zstd", []string{"zstd"}, "zstd"},
		{"snappy", []string{"snappy"}, "snappy"},
		{"gzip, br", []string{"gzip", "br"}, "br gzip"},
		{"identity, gzip ,, zstd", []string{"gzip", "zstd"}, "zstd gzip"},
		{"deflate,gzip,br,zstd,gzip", []string{"raw", "gzip", "br", "zstd", "gzip"}, "gzip zstd br gzip deflate"},
		{"", nil, ""},
		{"identity", nil, ""},
	} {
		for _, body := range [][]byte{page, noise, []byte("x")} {
			coded := encode(t, body, test.codings...)
			got, res := Decode([]byte("before:"), coded, test.field, testLimit)
			if !bytes.Equal(got, append([]byte("before:"), body...)) {
				t.Errorf("%q: %d octets came out of %d, and not those", test.field, len(got), len(body))
			}
			if !res.Complete || res.Truncated || res.Limited || res.Trouble != "" || strings.Join(res.Applied, " ") != test.applied {
				t.Errorf("%q: %+v", test.field, res)
			}
		}
	}
}

// RFC 1952, Section 2.2: a gzip file is a series of members.
func TestGzipOfSeveralMembers(t *testing.T) {
	coded := slices.Concat(encode(t, []byte("one "), "gzip"), encode(t, nil, "gzip"), encode(t, []byte("two"), "gzip"))
	got, res := Decode(nil, coded, "gzip", testLimit)
	if string(got) != "one two" || !res.Complete || res.Trouble != "" {
		t.Errorf("%q, %+v", got, res)
	}
	two := len(encode(t, []byte("two"), "gzip"))
	got, res = Decode(nil, coded[:len(coded)-two+5], "gzip", testLimit)
	if string(got) != "one " || res.Complete || !res.Truncated {
		t.Errorf("cut in the last header: %q, %+v", got, res)
	}
}

func TestFramesOfZstd(t *testing.T) {
	skippable := []byte("\x51\x2a\x4d\x18\x03\x00\x00\x00abc") // RFC 8878, Section 3.1.2
	coded := slices.Concat(skippable, encode(t, []byte("one "), "zstd"), skippable, encode(t, []byte("two"), "zstd"))
	got, res := Decode(nil, coded, "zstd", testLimit)
	if string(got) != "one two" || !res.Complete || res.Trouble != "" {
		t.Errorf("%q, %+v", got, res)
	}
}

func TestBlocksOfSnappy(t *testing.T) {
	block := snappy.Encode(nil, page)
	got, res := Decode(nil, block, "snappy", testLimit)
	if !bytes.Equal(got, page) || !res.Complete {
		t.Errorf("%d octets, %+v", len(got), res)
	}
	got, res = Decode(nil, block, "snappy", 1000)
	if len(got) != 0 || !res.Limited || res.Complete {
		t.Errorf("a block longer than the limit: %d octets, %+v", len(got), res)
	}
	lie := append([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}, "a block of 4 GiB, it says"...)
	got, res = Decode(nil, lie, "snappy", testLimit)
	if !bytes.Equal(got, lie) || len(res.Applied) > 0 {
		t.Errorf("a block that lies: %d octets, %+v", len(got), res)
	}
}

// Octets that are not in the coding that the field names stand as they are, and
// are complete: nothing of the content is missing.
func TestDecodeOfLyingFields(t *testing.T) {
	jpeg := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), noise...)
	for _, field := range []string{"gzip", "deflate", "br", "zstd", "snappy", "gzip, br", "br, gzip"} {
		for name, body := range map[string][]byte{
			"jpeg": jpeg, "text": page, "JSON": []byte(`{"error":"not found"}`), "one octet": []byte("A"), "HTML": []byte("<!doctype html>"),
		} {
			got, res := Decode(nil, body, field, testLimit)
			if !bytes.Equal(got, body) {
				t.Errorf("%s as %q: %d octets of %d: %+v", name, field, len(got), len(body), res)
			}
			if !res.Complete || len(res.Applied) != 0 || !strings.Contains(res.Trouble, "as they are") {
				t.Errorf("%s as %q: %+v", name, field, res)
			}
		}
	}
	// A server that names its coding twice applied it once.
	got, res := Decode(nil, encode(t, page, "gzip"), "gzip, gzip", testLimit)
	if !bytes.Equal(got, page) || !res.Complete || len(res.Applied) != 1 || res.Trouble == "" {
		t.Errorf("named twice: %d octets, %+v", len(got), res)
	}
}

func TestDecodeOfUnknownCodings(t *testing.T) {
	inner := []byte("what only compress understands")
	got, res := Decode(nil, encode(t, inner, "gzip"), "compress, gzip", testLimit)
	if !bytes.Equal(got, inner) || res.Complete || !slices.Equal(res.Left, []string{"compress"}) || !slices.Equal(res.Applied, []string{"gzip"}) {
		t.Errorf("%q, %+v", got, res)
	}
	if want := `the content coding "compress" is not known`; res.Trouble != want {
		t.Errorf("%q, want %q", res.Trouble, want)
	}
	got, res = Decode(nil, inner, "gzip, dcb", testLimit)
	if !bytes.Equal(got, inner) || !slices.Equal(res.Left, []string{"gzip", "dcb"}) {
		t.Errorf("%q, %+v", got, res)
	}
}

// Of a coding that is cut, all that comes before the cut comes out.
func TestDecodeOfTruncatedContent(t *testing.T) {
	for _, name := range []string{"gzip", "deflate", "raw", "br", "zstd", "snappy"} {
		field := strings.Replace(name, "raw", "deflate", 1)
		coded := encode(t, noise, name)
		for _, n := range []int{len(coded) - 1, len(coded) / 2, len(coded) * 3 / 4} {
			got, res := Decode(nil, coded[:n], field, testLimit)
			if !bytes.HasPrefix(noise, got) || len(got) < n-140_000 {
				t.Errorf("%s cut at %d: %d octets", name, n, len(got))
			}
			if res.Complete || !res.Truncated || !strings.Contains(res.Trouble, "end before the content coding") {
				t.Errorf("%s cut at %d: %+v", name, n, res)
			}
		}
	}
	// The cut of the outer coding is that of the inner one.
	coded := encode(t, noise, "gzip", "br")
	got, res := Decode(nil, coded[:len(coded)/2], "gzip, br", testLimit)
	if !bytes.HasPrefix(noise, got) || len(got) < 60_000 || !res.Truncated || res.Complete {
		t.Errorf("stacked: %d octets, %+v", len(got), res)
	}
}

func TestDecodeOfBrokenContent(t *testing.T) {
	for _, name := range []string{"gzip", "deflate", "zstd", "br"} {
		coded := slices.Clone(encode(t, page, name))
		for i := len(coded) / 2; i < len(coded)/2+8; i++ {
			coded[i] ^= 0x55
		}
		got, res := Decode(nil, coded, name, testLimit)
		if res.Complete && len(res.Applied) > 0 {
			t.Errorf("%s: complete with %d octets of %d, %+v", name, len(got), len(page), res)
		}
		if res.Trouble == "" {
			t.Errorf("%s: no trouble", name)
		}
	}
	// Without a mark, a coding is believed if enough of it was read.
	for _, name := range []string{"raw", "br"} {
		coded := encode(t, append(slices.Clone(page), noise...), name)
		copy(coded[len(coded)-1000:], page)
		got, res := Decode(nil, coded, strings.Replace(name, "raw", "deflate", 1), testLimit)
		if !bytes.HasPrefix(got, page) || res.Complete && name == "raw" || len(res.Applied) != 1 {
			t.Errorf("%s: %d octets, %+v", name, len(got), res)
		}
	}
	// RFC 1952, Section 2.3.1: CRC32.
	coded := slices.Clone(encode(t, page, "gzip"))
	coded[len(coded)-8] ^= 1
	got, res := Decode(nil, coded, "gzip", testLimit)
	if !bytes.Equal(got, page) || res.Complete || !strings.Contains(res.Trouble, "checksum") {
		t.Errorf("wrong checksum: %d octets, %+v", len(got), res)
	}
}

func TestDecodeOfTrailingOctets(t *testing.T) {
	for _, name := range []string{"gzip", "deflate", "raw", "br", "zstd"} {
		coded := append(encode(t, page, name), "trailing"...)
		got, res := Decode(nil, coded, strings.Replace(name, "raw", "deflate", 1), testLimit)
		if !bytes.Equal(got, page) || !res.Complete || !strings.Contains(res.Trouble, "follow the end") {
			t.Errorf("%s: %d octets of %d, %+v", name, len(got), len(page), res)
		}
	}
}

// A bomb gives what the limit allows, and no coding between two others more.
func TestDecodeOfBombs(t *testing.T) {
	zeros := make([]byte, 16<<20)
	for _, codings := range [][]string{{"gzip"}, {"deflate"}, {"br"}, {"zstd"}, {"gzip", "gzip"}, {"br", "zstd"}} {
		coded := encode(t, zeros, codings...)
		field := strings.Join(codings, ",")
		for _, limit := range []int{0, 1, 1000, testLimit} {
			var got []byte
			var res Result
			octets := allocated(func() { got, res = Decode(nil, coded, field, limit) })
			if len(got) > limit || res.Complete || !res.Limited || !strings.Contains(res.Trouble, "limit") {
				t.Errorf("%s with a limit of %d: %d octets, %+v", field, limit, len(got), res)
			}
			if octets > 40<<20 {
				t.Errorf("%s with a limit of %d allocates %d octets", field, limit, octets)
			}
		}
	}
	got, res := Decode(nil, encode(t, zeros[:1000], "gzip"), "gzip", 1000)
	if len(got) != 1000 || res.Limited || !res.Complete {
		t.Errorf("exactly the limit: %d octets, %+v", len(got), res)
	}
	if got, res = Decode(nil, page, "", 10); len(got) != 10 || !res.Limited || res.Complete {
		t.Errorf("identity: %d octets, %+v", len(got), res)
	}
}

// allocated is how many octets f allocates, in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestDecodeListsAtMostSoManyCodings(t *testing.T) {
	names := slices.Repeat([]string{"gzip"}, MaxCodings+2)
	got, res := Decode(nil, encode(t, page, names...), strings.Join(names, ", "), testLimit)
	if res.Complete || len(res.Applied) != MaxCodings || len(res.Left) != 2 || !bytes.Equal(got, encode(t, page, "gzip", "gzip")) {
		t.Errorf("%d octets, %+v", len(got), res)
	}
}

// RFC 9659, Section 3: a window above 8 MB is not for this coding.
func TestZstdWindowIsLimited(t *testing.T) {
	frame := []byte("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00") // window descriptor 0xa0: 1 GiB
	got, res := Decode(nil, frame, "zstd", testLimit)
	if len(got) != 0 || res.Complete || !strings.Contains(res.Trouble, "RFC 9659") {
		t.Errorf("%d octets, %+v", len(got), res)
	}
}

// A response to HEAD, and a 304, have the field and no content.
func TestDecodeOfNothing(t *testing.T) {
	if got, res := Decode(nil, nil, "gzip, x-unknown", 10); len(got) != 0 || !res.Complete || res.Trouble != "" {
		t.Errorf("%q, %+v", got, res)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"gzip", "deflate", "br", "zstd", "snappy"} {
		f.Add(encode(f, page[:500], name), name)
		f.Add(encode(f, noise[:50], name), name+", gzip")
	}
	f.Add(encode(f, page[:500], "raw"), "deflate")
	f.Add(encode(f, page[:500], "gzip", "br"), "gzip, br")
	f.Fuzz(func(t *testing.T, body []byte, field string) {
		const limit = 1 << 16
		got, res := Decode(nil, body, field, limit)
		if len(got) > limit {
			t.Fatalf("%d octets, more than the limit", len(got))
		}
		if res.Complete && (res.Limited || res.Truncated || len(res.Left) > 0) {
			t.Fatalf("complete, and not: %+v", res)
		}
		if !res.Complete && res.Trouble == "" {
			t.Fatalf("incomplete without a word: %+v", res)
		}
		again, second := Decode(nil, body, field, limit)
		if !bytes.Equal(got, again) || second.Trouble != res.Trouble {
			t.Fatal("the same octets decode in two ways")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, name := range []string{"gzip", "deflate", "br", "zstd"} {
		coded := encode(b, page, name)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(page)))
			b.ReportAllocs()
			var dst []byte
			for b.Loop() {
				dst, _ = Decode(dst[:0], coded, name, testLimit)
			}
		})
	}
}
