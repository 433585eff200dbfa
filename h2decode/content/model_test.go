package content

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A body at random, beside a model that keeps everything.
func TestModelOfBody(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		limit := r.IntN(200)
		b := NewBody(limit)
		var all []byte     // with a zero for each octet that is missing
		var captured []int // the offsets of those that came
		for range r.IntN(30) {
			n := r.IntN(20)
			if r.IntN(3) == 0 {
				b.Missing(uint64(n))
				all = append(all, make([]byte, n)...)
				continue
			}
			octets := bytes.Repeat([]byte{byte(1 + r.IntN(255))}, n)
			for i := range octets {
				captured = append(captured, len(all)+i)
			}
			b.Write(octets)
			all = append(all, octets...)
		}
		var want []byte
		for _, offset := range captured[:min(limit, len(captured))] {
			want = append(want, all[offset])
		}
		if !bytes.Equal(b.Octets(), want) || b.Length() != uint64(len(all)) {
			t.Fatalf("%x of %d octets, want %x of %d", b.Octets(), b.Length(), want, len(all))
		}
		if b.Omitted() != uint64(len(captured)-len(want)) || b.Lost() != uint64(len(all)-len(captured)) {
			t.Fatalf("%d omitted, %d lost", b.Omitted(), b.Lost())
		}
		if !bytes.HasPrefix(all, b.Beginning()) {
			t.Fatalf("%x does not begin with %x", all, b.Beginning())
		}
		checkHoles(t, b, captured)
	}
}

// checkHoles compares the holes with the offsets of the octets that came.
func checkHoles(t *testing.T, b *Body, captured []int) {
	t.Helper()
	var lost, end uint64
	for i, hole := range b.Holes() {
		if hole.Length == 0 || i > 0 && hole.Offset <= end {
			t.Fatalf("holes %v", b.Holes())
		}
		end = hole.Offset + hole.Length
		lost += hole.Length
		if slices.ContainsFunc(captured, func(offset int) bool { return uint64(offset) >= hole.Offset && uint64(offset) < end }) {
			t.Fatalf("an octet that came lies in the hole %v", hole)
		}
	}
	if lost != b.Lost() {
		t.Fatalf("holes of %d octets, %d are lost", lost, b.Lost())
	}
}

// Forms at random, as the library writes them.
func TestModelOfForms(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		var pairs []string
		var want []Param
		for range r.IntN(10) {
			p := Param{Name: randomText(r), Value: randomText(r)}
			want = append(want, p)
			pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
		got, complete := ParseForm([]byte(strings.Join(pairs, "&")))
		if !complete || len(got) != len(want) {
			t.Fatalf("%d of %d", len(got), len(want))
		}
		for i := range want {
			if got[i].Name != want[i].Name || got[i].Value != want[i].Value {
				t.Fatalf("%+v, want %+v", got[i], want[i])
			}
		}
	}
}

func randomText(r *rand.Rand) string {
	const letters = "abc é€😀&=+%;#?/\\\" \x00\n\xff"
	var b strings.Builder
	for range r.IntN(10) {
		b.WriteByte(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// Parts at random, cut anywhere: those before the cut are what they were.
func TestModelOfMultipart(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		var body []byte
		var datas [][]byte
		var ends []int // of the delimiter behind each part
		for i := range 1 + r.IntN(6) {
			data := []byte(randomText(r) + "\r\n--boundar" + randomText(r))
			datas = append(datas, data)
			body = fmt.Appendf(body, "--boundary\r\nContent-Disposition: form-data; name=%d\r\n\r\n%s\r\n", i, data)
			ends = append(ends, len(body)+len("--boundary\r\n"))
		}
		body = append(body, "--boundary--\r\n"...)
		parts, trouble := ParseMultipart(body, "boundary")
		if len(parts) != len(datas) || trouble != "" {
			t.Fatalf("%d parts of %d, %q\n%q", len(parts), len(datas), trouble, body)
		}
		cut := r.IntN(len(body))
		parts, _ = ParseMultipart(body[:cut], "boundary")
		for i, data := range datas {
			if ends[i] <= cut && (i >= len(parts) || !bytes.Equal(parts[i].Data, data)) {
				t.Fatalf("part %d is not what it was, cut at %d of\n%q", i, cut, body)
			}
		}
	}
}

// Cookies at random: each in a line of its own or all in one, they are the same
// (RFC 9113, Section 8.2.3).
func TestCookiesInOneLineAndInMany(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		var crumbs []string
		var many []Cookie
		for i := range r.IntN(10) {
			crumb := fmt.Sprintf("name%d=value%d=%d", i, r.IntN(100), r.IntN(100))
			crumbs = append(crumbs, crumb)
			many = append(many, ParseCookies(crumb)...)
		}
		one := ParseCookies(strings.Join(crumbs, "; "))
		if fmt.Sprint(one) != fmt.Sprint(many) {
			t.Fatalf("%v, one by one %v", one, many)
		}
	}
}
