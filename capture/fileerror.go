package capture

import (
	"bytes"
	"errors"
	"io/fs"
	"syscall"
	"unicode/utf8"
)

var (
	// ErrEmpty is for a file or stream without any octets.
	ErrEmpty = errors.New("empty file")

	// ErrNotCapture is for what is neither pcap nor pcapng, compressed or
	// not. What is returned is a *NotCaptureError that wraps it.
	ErrNotCapture = errors.New("not a capture file")
)

// An Error is why an input could not be opened or read on: one line of text,
// "open capture.pcapng: no such file". It wraps fs.ErrNotExist,
// fs.ErrPermission, syscall.EISDIR, ErrEmpty, ErrNotCapture or what the
// system said.
type Error struct {
	Op   string // "open" or "read"
	File string // "-" for standard input
	Err  error
}

func (e *Error) Error() string { return e.Op + " " + e.File + ": " + e.reason() }

// Unwrap is for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func (e *Error) reason() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return "no such file"
	case errors.Is(e.Err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(e.Err, syscall.EISDIR):
		return "is a directory"
	}
	return e.Err.Error()
}

// Hint is a sentence on what could be done about it, "" where there is
// nothing to say.
func (e *Error) Hint() string {
	switch {
	case errors.Is(e.Err, syscall.EISDIR):
		return "name the capture files in it"
	case errors.Is(e.Err, ErrEmpty):
		return "a capture that is still being written may not have been flushed yet"
	case errors.Is(e.Err, ErrNotCapture):
		return "captures are pcap or pcapng, plain or compressed with gzip, zstd or lz4"
	}
	return ""
}

// A NotCaptureError says what a file that is no capture looks like.
type NotCaptureError struct {
	Looks string // "an HTML page", say; "" where nothing is known
}

func (e *NotCaptureError) Error() string {
	if e.Looks == "" {
		return "not a pcap or pcapng capture"
	}
	return "not a pcap or pcapng capture; it looks like " + e.Looks
}

// Unwrap is ErrNotCapture.
func (e *NotCaptureError) Unwrap() error { return ErrNotCapture }

func notCapture(looks string) error { return &NotCaptureError{looks} }

// magics are what files begin with that are taken for captures.
var magics = []struct{ prefix, looks string }{
	{"\x1f\x8b", "gzip inside of compressed data"},
	{"\x28\xb5\x2f\xfd", "zstd inside of compressed data"},
	{"\x04\x22\x4d\x18", "lz4 inside of compressed data"},
	{"\xfd7zXZ\x00", "xz data, which has to be decompressed first"},
	{"BZh", "bzip2 data, which has to be decompressed first"},
	{"PK\x03\x04", "a zip archive, which has to be unpacked first"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive, which has to be unpacked first"},
	{"snoop\x00\x00\x00", "a snoop capture, which editcap converts"},
	{"GMBU", "a Network Monitor capture, which editcap converts"},
	{"RTSS", "a Network Monitor capture, which editcap converts"},
	{"TRSNIFF data", "a Sniffer capture, which editcap converts"},
	{"XCP\x00", "a NetXRay capture, which editcap converts"},
	{"\xab\x01\x00\x1c", "an Ixia capture, which editcap converts"},
	{"\xac\x01\x00\x1c", "an Ixia capture, which editcap converts"},
	{"\x1c\x00\x01\xab", "an Ixia capture, which editcap converts"},
	{"\x1c\x00\x01\xac", "an Ixia capture, which editcap converts"},
	{"\x7fELF", "a program"},
	{"%PDF", "a PDF document"},
	{"CLIENT_RANDOM ", "a TLS key log"},
	{"CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "a TLS key log"},
	{"SERVER_HANDSHAKE_TRAFFIC_SECRET ", "a TLS key log"},
	{"# SSL/TLS secrets log file", "a TLS key log"},
	{"PRI * HTTP/2.0\r\n", "the octets of an HTTP/2 connection without packets"},
	{"\n\r\r\n", "a pcapng file with a damaged header"},
	{"\n\r\n", "a pcapng file whose line ends were converted"},
	{"\n\n", "text"},
}

// looksLike says what a file is whose first octets are head, "" where that
// can't be told.
func looksLike(head []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.looks
		}
	}
	switch text := bytes.ToLower(bytes.TrimSpace(head)); {
	case !isText(head):
		return ""
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return "an HTML page"
	case bytes.HasPrefix(text, []byte("<?xml")), bytes.HasPrefix(text, []byte("<pdml")):
		return "an XML document"
	case bytes.HasPrefix(text, []byte("{")), bytes.HasPrefix(text, []byte("[")):
		return "JSON"
	}
	return "a text file"
}

// isText reports whether b could be UTF-8 text, cut anywhere.
func isText(b []byte) bool {
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 && len(b) >= utf8.UTFMax {
			return false
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' && r != '\f' && r != '\x1b' {
			return false
		}
		b = b[size:]
	}
	return true
}

// withoutPath takes the path away that an *fs.PathError repeats.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
