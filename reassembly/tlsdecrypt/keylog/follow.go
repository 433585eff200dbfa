package keylog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// A Follower reads a file that another program writes to, again and again. It
// has no goroutine and no clock of its own: Poll when it suits.
//
// A line at the end of the file that has no line end yet waits for the rest of
// it. A file that was cut, written anew or replaced by another under the same
// name is read from its beginning. A Follower is for one goroutine.
type Follower struct {
	store *Store
	path  string

	file   *os.File // nil before it could be opened
	offset int64    // octets read of it
	tail   []byte   // the last of these, to notice that they were written over
	lines  *lines
}

// Follow makes a Follower that puts what it reads into the store. The file need
// not exist yet.
func Follow(store *Store, path string) *Follower {
	return &Follower{store: store, path: path, lines: newLines(store, path)}
}

// errNotRegular: the end of a pipe is not its end for now.
var errNotRegular = errors.New("only a regular file can be followed")

// Poll reads what was appended since the last call. An error may pass: a file
// that does not exist (errors.Is fs.ErrNotExist) may be there next time, and one
// that has no good line yet (errors.Is [ErrNotKeyLog]) may get some.
func (f *Follower) Poll() ([]Warning, error) {
	if err := f.read(); err != nil {
		warnings, _ := f.lines.report()
		return warnings, fmt.Errorf("follow key log: %w", err)
	}
	return f.lines.report()
}

// Finish polls for a last time, takes a last line that has no line end, and
// closes the file.
func (f *Follower) Finish() ([]Warning, error) {
	err := f.read()
	f.close()
	warnings, badErr := f.lines.report()
	if err != nil {
		return warnings, fmt.Errorf("follow key log: %w", err)
	}
	return warnings, badErr
}

func (f *Follower) read() error {
	if f.file != nil {
		if err := f.readAppended(); err != nil {
			return err
		}
	}
	named, err := os.Stat(f.path)
	if err != nil {
		return err
	}
	if !named.Mode().IsRegular() {
		return &os.PathError{Op: "follow", Path: f.path, Err: errNotRegular}
	}
	if f.file != nil {
		opened, err := f.file.Stat()
		if err != nil {
			return err
		}
		if os.SameFile(named, opened) {
			return nil
		}
		f.close()
	}
	if f.file, err = os.Open(f.path); err != nil {
		f.file = nil
		return err
	}
	return f.readAppended()
}

// close ends the file that is open; the next is a source of its own.
func (f *Follower) close() {
	f.lines.end()
	if f.file != nil {
		f.file.Close() // it was only read
		f.file = nil
	}
	f.restart()
}

// restart begins at the beginning of a file. Warnings that wait are kept.
func (f *Follower) restart() {
	was := f.lines
	f.lines = newLines(f.store, f.path)
	f.lines.warnings, f.lines.unreported = was.warnings, was.unreported
	f.offset, f.tail = 0, f.tail[:0]
}

// readAppended reads to the end of the file that is open.
func (f *Follower) readAppended() error {
	if f.rewritten() {
		f.restart()
	}
	buf := make([]byte, 1<<16)
	for {
		n, err := f.file.ReadAt(buf, f.offset)
		f.lines.write(buf[:n])
		f.offset += int64(n)
		f.keepTail(buf[:n])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// tailOctets is how many octets before the offset must be as they were. The end
// of a line of a key log is random, so that fewer would do.
const tailOctets = 64

func (f *Follower) keepTail(b []byte) {
	if len(b) < tailOctets {
		b = append(f.tail, b...)
	}
	f.tail = append(f.tail[:0], b[max(0, len(b)-tailOctets):]...)
}

// rewritten reports whether the octets before the offset are not those that were
// read: the file was cut, and may have grown again since.
func (f *Follower) rewritten() bool {
	was := make([]byte, len(f.tail))
	_, err := f.file.ReadAt(was, f.offset-int64(len(was)))
	return len(was) > 0 && (err != nil || !bytes.Equal(was, f.tail))
}

// Format shows no secret, whatever the verb: a half line may hold one.
func (*Follower) Format(s fmt.State, _ rune) { redact(s) }
