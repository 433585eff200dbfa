package main

import (
	"bytes"
	"os"
)

// A preMasterFollower reads the premaster secrets in a key log as it grows: lines
// that begin with RSA, which name the encrypted secret in place of a client
// random (RFC 5246, Section 7.4.7.1). What is wrong with the file, whoever
// follows its other secrets tells.
type preMasterFollower struct {
	path   string
	offset int64
	rest   []byte // of a line whose end has not been written yet
}

// maxKeyLogLine is longer than any line with a premaster secret.
const maxKeyLogLine = 1 << 10

// news are the lines that came since the last call. A file that is shorter than
// it was is another one.
func (f *preMasterFollower) news() []byte {
	file, err := os.Open(f.path)
	if err != nil {
		return nil
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	} else if info.Size() < f.offset {
		f.offset, f.rest = 0, nil
	}
	var lines []byte
	chunk := make([]byte, 64<<10)
	for {
		n, err := file.ReadAt(chunk, f.offset)
		f.offset += int64(n)
		lines = f.take(lines, chunk[:n])
		if err != nil {
			return lines // the end, or what the other follower tells of
		}
	}
}

// take appends the lines with a premaster secret that octets complete.
func (f *preMasterFollower) take(lines, octets []byte) []byte {
	f.rest = append(f.rest, octets...)
	for {
		line, rest, whole := bytes.Cut(f.rest, []byte("\n"))
		if !whole {
			break
		}
		if bytes.HasPrefix(line, []byte("RSA ")) && len(line) < maxKeyLogLine {
			lines = append(append(lines, bytes.TrimRight(line, "\r")...), '\n')
		}
		f.rest = rest
	}
	f.rest = bytes.Clone(f.rest[:min(len(f.rest), maxKeyLogLine)])
	return lines
}
