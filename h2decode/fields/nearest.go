package fields

import (
	"iter"
	"strings"
)

// otherwise are names that come to mind for fields that Wireshark names in
// another way than one would guess.
var otherwise = map[string]string{
	"http2.flags.ack":         "http2.flags.ack.settings",
	"http2.flags.end_headers": "http2.flags.eh",
	"http2.error":             "http2.rst_stream.error",
	"http2.stream_id":         "http2.streamid",
	"http2.weight":            "http2.headers.weight_real",
}

// nearestField is the name of the field that may have been meant: one that is
// a few letters away, or that ends with the word; of a field line without a name
// of its own, the general field with its key.
func nearestField(name string) string {
	if known := otherwise[name]; known != "" {
		return known
	}
	near := nearest(name, len(name)/5, func(yield func(string) bool) {
		for _, f := range table {
			if !yield(f.Name) {
				return
			}
		}
	})
	if near != "" {
		return near
	}
	if line, ok := strings.CutPrefix(name, "http2.headers."); ok {
		return headerField(strings.ReplaceAll(line, "_", "-")).Name
	}
	for _, f := range table {
		if strings.HasSuffix(f.Name, "."+name) {
			return f.Name
		}
	}
	return ""
}

// nearestWord is the word that may have been meant.
func nearestWord(word string, words iter.Seq[string]) string {
	return nearest(word, min(len(word)/3, 5), words)
}

// nearest is the first of the words with the least distance to name, "" where
// all are further away than limit, or than 1 where limit is 0.
func nearest(name string, limit int, words iter.Seq[string]) string {
	if len(name) < 2 || len(name) > maxNearest {
		return ""
	}
	best, least := "", max(1, limit)+1
	for word := range words {
		if d := distance(strings.ToLower(name), strings.ToLower(word)); d < least {
			best, least = word, d
		}
	}
	return best
}

// maxNearest bounds the work of looking for a name, in octets.
const maxNearest = 64

// distance is how many octets must be put in, taken out, replaced or swapped
// with their neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
