package hpack

import (
	"fmt"
	"strings"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// The requests and responses of a page load, in miniature: what is the same in
// each, what changes a little, what never comes twice.
var benchmarkSections = [][]pair{
	{{":method", "GET"}, {":scheme", "https"}, {":authority", "shop.example.com"}, {":path", "/"},
		{"user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"},
		{"accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, {"accept-encoding", "gzip, deflate, br, zstd"},
		{"accept-language", "en-GB,en;q=0.9"}, {"cookie", "session=7f3a9c0de5b14f6e8a2d; theme=dark"}},
	{{":method", "GET"}, {":scheme", "https"}, {":authority", "shop.example.com"}, {":path", "/static/app.5d41402abc.js"},
		{"user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"},
		{"accept", "*/*"}, {"accept-encoding", "gzip, deflate, br, zstd"}, {"accept-language", "en-GB,en;q=0.9"},
		{"referer", "https://shop.example.com/"}, {"cookie", "session=7f3a9c0de5b14f6e8a2d; theme=dark"}},
	{{":method", "POST"}, {":scheme", "https"}, {":authority", "shop.example.com"}, {":path", "/api/v2/cart/items?trace=9b2f61c7"},
		{"user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"},
		{"content-type", "application/json"}, {"content-length", "1834"}, {"x-request-id", "01J2Z8Q4T6W8Y0A2C4E6G8J0M2"},
		{"origin", "https://shop.example.com"}, {"cookie", "session=7f3a9c0de5b14f6e8a2d; theme=dark"}},
}

// benchmarkBlocks encodes the sections twice, so that the second half is what a
// connection has once it is warm.
func benchmarkBlocks() (blocks [][]byte, octets int) {
	e := NewEncoder(4096)
	for round := range 2 {
		for i, section := range benchmarkSections {
			var block []byte
			for _, f := range section {
				r := Indexed
				if f.name == ":path" {
					r = WithoutIndexing
				}
				if f.name == "x-request-id" {
					f.value = fmt.Sprint(f.value, round, i)
				}
				block = e.AppendField(block, f.name, f.value, r)
			}
			blocks = append(blocks, block)
			octets += len(block)
		}
	}
	return blocks, octets
}

// benchmarkBoth decodes the blocks again and again, after the first round has
// filled the table; its own decoder against that of golang.org/x/net. A round
// must leave the table so that the next one is legal.
func benchmarkBoth(b *testing.B, octets int, blocks ...[]byte) {
	b.Run("h2scope", func(b *testing.B) {
		d, fields := NewDecoder(4096), []Field(nil)
		b.SetBytes(int64(octets))
		b.ReportAllocs()
		for b.Loop() {
			for _, block := range blocks {
				var err error
				if fields, err = d.DecodeBlock(fields[:0], block); err != nil || d.ViolationCount() > 0 {
					b.Fatal(err, d.Violations())
				}
			}
		}
	})
	b.Run("x-net", func(b *testing.B) {
		var fields []xhpack.HeaderField
		d := xhpack.NewDecoder(4096, func(f xhpack.HeaderField) { fields = append(fields, f) })
		b.SetBytes(int64(octets))
		b.ReportAllocs()
		for b.Loop() {
			for _, block := range blocks {
				fields = fields[:0]
				if _, err := d.Write(block); err != nil {
					b.Fatal(err)
				}
				d.Close()
			}
		}
	})
}

func BenchmarkIndexed7(b *testing.B) {
	benchmarkBoth(b, 7, []byte{0x82, 0x84, 0x86, 0x88, 0x90, 0x83, 0x87})
}

// BenchmarkIndexed7Dynamic refers to the dynamic table, which the first
// block fills.
func BenchmarkIndexed7Dynamic(b *testing.B) {
	e := NewEncoder(4096)
	var fill []byte
	for i := range 7 {
		fill = e.AppendField(fill, "x-name", fmt.Sprint(i), Incremental)
	}
	block := []byte{0xbe, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4}
	b.Run("h2scope", func(b *testing.B) {
		d := NewDecoder(4096)
		fields, _ := d.DecodeBlock(nil, fill)
		b.SetBytes(7)
		for b.Loop() {
			fields, _ = d.DecodeBlock(fields[:0], block)
		}
	})
	b.Run("x-net", func(b *testing.B) {
		var fields []xhpack.HeaderField
		d := xhpack.NewDecoder(4096, func(f xhpack.HeaderField) { fields = append(fields, f) })
		d.Write(fill)
		d.Close()
		b.SetBytes(7)
		for b.Loop() {
			fields = fields[:0]
			d.Write(block)
			d.Close()
		}
	})
}

func BenchmarkIncremental(b *testing.B) {
	block := AppendLiteral(nil, Incremental, 0, "x-request-id", "01J2Z8Q4T6W8Y0A2C4E6G8J0M2", HuffmanAuto)
	benchmarkBoth(b, len(block), block)
}

func BenchmarkRealistic(b *testing.B) {
	blocks, octets := benchmarkBlocks()
	benchmarkBoth(b, octets, append([][]byte{{0x20, 0x3f, 0xe1, 0x1f}}, blocks...)...)
}

func BenchmarkHuffman(b *testing.B) {
	for _, c := range []struct{ name, text string }{
		{"short", "/static/app.js"},
		{"agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"},
		{"long", strings.Repeat("session=7f3a9c0de5b14f6e8a2d; theme=dark; ", 24)},
		{"utf-8", strings.Repeat("žluťoučký kůň", 20)},
	} {
		src := AppendHuffman(nil, c.text)
		b.Run(c.name+"/h2scope", func(b *testing.B) {
			var dst []byte
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				dst, _ = DecodeHuffman(dst[:0], src)
			}
		})
		b.Run(c.name+"/x-net", func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				xhpack.HuffmanDecodeToString(src)
			}
		})
	}
}

func BenchmarkEncodeHuffman(b *testing.B) {
	text := strings.Repeat("session=7f3a9c0de5b14f6e8a2d; theme=dark; ", 24)
	var dst []byte
	b.Run("h2scope", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			dst = AppendHuffman(dst[:0], text)
		}
	})
	b.Run("x-net", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			dst = xhpack.AppendHuffmanString(dst[:0], text)
		}
	})
}
