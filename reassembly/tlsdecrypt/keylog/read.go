package keylog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrNotKeyLog is that a source has lines, but not one of a key log.
var ErrNotKeyLog = errors.New("not a TLS key log: no line of it can be read")

// A Warning is a line that can't be read. It never shows what stands there.
type Warning struct {
	File   string // the name that was given for the source
	Line   int    // from 1; 0 for the warning that counts those beyond the first hundred
	Reason string
}

// String is the file, the line and the reason, as compilers write it.
func (w Warning) String() string {
	if w.Line == 0 {
		return w.File + ": " + w.Reason
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Reason)
}

// Read takes all lines up to the end of r, which is called name in warnings and
// errors. An error is one of r's, or ErrNotKeyLog, wrapped; what was read before
// it stays.
func (s *Store) Read(r io.Reader, name string) ([]Warning, error) {
	l := newLines(s, name)
	buf := make([]byte, 1<<16)
	for {
		n, err := r.Read(buf)
		l.write(buf[:n])
		if err == nil {
			continue
		}
		l.end()
		if !errors.Is(err, io.EOF) {
			warnings, _ := l.report()
			return warnings, fmt.Errorf("read key log %s: %w", name, err)
		}
		return l.report()
	}
}

// ReadFile is Read for a file. One that can't be opened is an error.
func (s *Store) ReadFile(path string) ([]Warning, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read key log: %w", err)
	}
	defer f.Close()
	return s.Read(f, path)
}

// Add takes all lines of a text, like that of a Decryption Secrets Block of a
// pcapng file. It keeps nothing of text.
func (s *Store) Add(text []byte, name string) ([]Warning, error) {
	l := newLines(s, name)
	l.write(text)
	l.end()
	return l.report()
}

const (
	maxLine     = 1 << 18 // an ECH_CONFIG has up to 2^17 hex digits
	maxWarnings = 100     // for each call
)

// lines cuts a source into lines, as its octets come, and reads them.
type lines struct {
	store *Store
	name  string

	number  int    // of the line that is being read, from 1
	begun   []byte // what has come of it
	tooLong bool   // its rest is passed over
	afterCR bool   // an LF belongs to the end of the line before

	good, bad  int // lines, so far
	reported   int // bad lines, at the last report
	warnings   []Warning
	unreported int // bad lines beyond maxWarnings
}

func newLines(s *Store, name string) *lines { return &lines{store: s, name: name, number: 1} }

// write takes the next octets. Lines end in LF, CRLF or CR (RFC 9850, Section 2).
func (l *lines) write(b []byte) {
	if l.afterCR && len(b) > 0 {
		l.afterCR = false
		b = bytes.TrimPrefix(b, []byte{'\n'})
	}
	for len(b) > 0 {
		part, rest, ended := bytes.Cut(b, []byte{'\n'})
		if ended { // CR and LF end a line together
			part = bytes.TrimSuffix(part, []byte{'\r'})
		}
		for {
			line, more, cut := bytes.Cut(part, []byte{'\r'})
			l.part(line)
			if !cut {
				break
			}
			l.finish()
			part, l.afterCR = more, len(more) == 0
		}
		if ended {
			l.finish()
			l.afterCR = false
		}
		b = rest
	}
}

// part takes octets of one line.
func (l *lines) part(b []byte) {
	if l.tooLong || len(l.begun)+len(b) > maxLine {
		l.tooLong, l.begun = true, l.begun[:0]
		return
	}
	l.begun = append(l.begun, b...)
}

// finish reads the line that has come to its end.
func (l *lines) finish() {
	line := l.begun
	if l.number == 1 {
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")) // a byte order mark
	}
	reason, spoken := reasonTooLong, true
	if !l.tooLong {
		reason, spoken = l.store.readLine(line)
	}
	switch {
	case spoken && reason == "":
		l.good++
	case spoken:
		l.warn(reason)
	}
	l.number++
	l.begun, l.tooLong = l.begun[:0], false
}

// end reads the last line, which needs no line end.
func (l *lines) end() {
	if len(l.begun) > 0 || l.tooLong {
		l.finish()
	}
}

func (l *lines) warn(reason string) {
	l.bad++
	if len(l.warnings) >= maxWarnings {
		l.unreported++
		return
	}
	l.warnings = append(l.warnings, Warning{File: l.name, Line: l.number, Reason: reason})
}

// report returns the warnings since the last report, and ErrNotKeyLog if there
// are any and no line was ever good.
func (l *lines) report() ([]Warning, error) {
	warnings := l.warnings
	if l.unreported > 0 {
		warnings = append(warnings, Warning{File: l.name, Reason: fmt.Sprintf("%d more lines can't be read", l.unreported)})
	}
	l.warnings, l.unreported = nil, 0
	if l.good == 0 && l.bad > l.reported {
		l.reported = l.bad
		return warnings, fmt.Errorf("%s: %w", l.name, ErrNotKeyLog)
	}
	l.reported = l.bad
	return warnings, nil
}
