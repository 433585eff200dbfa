package endpoint

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// codings are the content codings of the story (RFC 9110, Section 8.4.1), the
// best first.
var codings = []string{"br", "zstd", "gzip", "deflate"}

// story sends a text in the coding that ?coding= names, or in the first that the
// client accepts.
func story(w http.ResponseWriter, r *http.Request) {
	coding := r.FormValue("coding")
	if coding == "" {
		coding = accepted(r.Header.Get("Accept-Encoding"))
	}
	octets, err := encode(read("story.txt"), coding)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(octets)))
	h.Set("Vary", "Accept-Encoding")
	if coding != identity {
		h.Set("Content-Encoding", coding)
	}
	_, _ = w.Write(octets)
}

const identity = "identity"

// accepted is the first of codings that an Accept-Encoding field names. A weight
// of 0 refuses; other weights are not looked at.
func accepted(field string) string {
	var names []string
	for item := range strings.SplitSeq(field, ",") {
		name, weight, _ := strings.Cut(item, ";")
		weight = strings.ReplaceAll(weight, " ", "")
		if weight == "q=0" || weight == "q=0.0" {
			continue
		}
		names = append(names, strings.ToLower(strings.TrimSpace(name)))
	}
	for _, coding := range codings {
		if slices.Contains(names, coding) {
			return coding
		}
	}
	return identity
}

// encode codes the story. Of brotli there is no encoder here: its octets are
// embedded.
func encode(octets []byte, coding string) ([]byte, error) {
	var b bytes.Buffer
	switch coding {
	case identity:
		return octets, nil
	case "br":
		return read("story.txt.br"), nil
	case "gzip":
		return closed(&b, gzip.NewWriter(&b), octets)
	case "deflate": // which is zlib's format (RFC 9110, Section 8.4.1.2)
		return closed(&b, zlib.NewWriter(&b), octets)
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return nil, err
		}
		return closed(&b, z, octets)
	}
	return nil, fmt.Errorf("coding is one of %s", strings.Join(codings, ", "))
}

// closed writes octets to w, which codes them into b.
func closed(b *bytes.Buffer, w io.WriteCloser, octets []byte) ([]byte, error) {
	_, err := w.Write(octets)
	err = errors.Join(err, w.Close())
	return b.Bytes(), err
}

// number is a whole number of the query, from 0 to most.
func number(r *http.Request, name string, otherwise, most int) (int, error) {
	asked := r.FormValue(name)
	if asked == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(asked)
	if err != nil || n < 0 || n > most {
		return 0, fmt.Errorf("%s is a whole number from 0 to %d", name, most)
	}
	return n, nil
}
