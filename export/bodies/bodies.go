package bodies

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"

	"h2scope/export/exchange"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/printable"
)

// Config says what is written, and where.
type Config struct {
	Folder  string // made where it is not there
	Force   bool   // write over files that are there
	MaxBody int    // octets of each message, as sent and as decoded

	Tunnel tunnel.Config // how what is inside of tunnels is decoded
}

// Bodies is a view that writes files, and lists them as lines of CSV: the file,
// its octets, their SHA-256, whether they are all of the content, and notes. It
// needs h2scope.Config with Messages and Data.
type Bodies struct {
	cfg  Config
	root *os.Root

	mu     sync.Mutex
	failed error // the first
}

// New returns the view. Nothing is made or written before Head.
func New(cfg Config) *Bodies { return &Bodies{cfg: cfg} }

// Head opens the folder, and writes the names of the columns.
func (b *Bodies) Head(w io.Writer) error {
	if err := os.MkdirAll(b.cfg.Folder, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(b.cfg.Folder)
	if err != nil {
		return err
	}
	b.root = root
	_, err = io.WriteString(w, "file,octets,sha256,complete,notes\r\n")
	return err
}

// Worker returns the renderer of one worker: it writes the files of its
// connections.
func (b *Bodies) Worker() text.Renderer {
	return &worker{bodies: b, assembler: exchange.New(exchange.Config{MaxBody: b.cfg.MaxBody})}
}

// Foot closes the folder. Its error is the first that writing a file met.
func (b *Bodies) Foot(io.Writer) error {
	closed := b.root.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil {
		return b.failed
	}
	return closed
}

func (b *Bodies) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed == nil {
		b.failed = err
	}
}

func (b *Bodies) hasFailed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed != nil
}

type worker struct {
	bodies    *Bodies
	assembler *exchange.Assembler
}

// Event writes the bodies of the exchange that is over with e, if one is, and
// appends a line for each.
func (w *worker) Event(dst []byte, e h2decode.Event) []byte {
	if x := w.assembler.Event(e); x != nil {
		dst = w.exchange(dst, x)
	}
	return dst
}

// exchange writes the bodies of an exchange, and where it is a tunnel those of the
// exchanges inside.
func (w *worker) exchange(dst []byte, x *exchange.Exchange) []byte {
	for _, side := range [...]h2decode.Side{h2decode.Client, h2decode.Server} {
		if x.Message(side).DataBytes > 0 && !w.bodies.hasFailed() {
			dst = w.write(dst, x, side)
		}
	}
	cfg := &w.bodies.cfg
	x.Inside(cfg.Tunnel, exchange.Config{MaxBody: cfg.MaxBody}, func(_ h2decode.Event, inner *exchange.Exchange) {
		if inner != nil {
			dst = w.exchange(dst, inner)
		}
	})
	return dst
}

// Unmatched takes an event that a filter keeps from the output: exchanges are
// made of all events.
func (w *worker) Unmatched(e h2decode.Event) { w.assembler.Event(e) }

func (w *worker) write(dst []byte, x *exchange.Exchange, side h2decode.Side) []byte {
	c := x.Content(side, w.bodies.cfg.MaxBody)
	folder := folderName(x.Conn)
	name := path.Join(folder, fileName(x, side, &c))
	err := w.bodies.makeFolder(folder)
	var hash digest
	if err == nil {
		hash, err = w.bodies.create(name, x.Bodies[side], &c)
	}
	if err != nil {
		w.bodies.fail(err)
		return dst
	}
	notes := printable.String(strings.Join(c.Notes, "; "))
	if strings.ContainsAny(notes, `",`) {
		notes = `"` + strings.ReplaceAll(notes, `"`, `""`) + `"`
	}
	return fmt.Appendf(dst, "%s,%d,%x,%t,%s\r\n", name, hash.octets, hash.sum, c.Complete, notes)
}

// A digest is how long a file is and what it hashes to.
type digest struct {
	octets count
	sum    []byte
}

// makeFolder makes the folder of a tunnel, and those that it lies in. A link that
// stands under such a name is not followed.
func (b *Bodies) makeFolder(name string) error {
	if name == "" {
		return nil
	}
	if err := b.makeFolder(strings.TrimPrefix(path.Dir(name), ".")); err != nil {
		return err
	}
	err := b.root.Mkdir(name, 0o777)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	if info, err := b.root.Lstat(name); err != nil || !info.IsDir() {
		return &ExistsError{b.cfg.Folder, name}
	}
	return nil
}

// create writes a file.
func (b *Bodies) create(name string, body *exchange.Body, c *exchange.Content) (d digest, err error) {
	if b.cfg.Force {
		if err := b.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return d, err
		}
	}
	f, err := b.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return d, &ExistsError{b.cfg.Folder, name}
	}
	if err != nil {
		return d, err
	}
	hash := sha256.New()
	err = writeContent(io.MultiWriter(f, hash, &d.octets), body, c, b.cfg.MaxBody)
	if closed := f.Close(); err == nil {
		err = closed
	}
	d.sum = hash.Sum(nil)
	return d, err
}

// An ExistsError says that a file is there already.
type ExistsError struct{ Folder, Name string }

// Error names the file.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("create %s in %s: it exists already", e.Name, e.Folder)
}

// Hint says what can be done about it.
func (e *ExistsError) Hint() string { return "--force writes over it" }

// writeContent writes the content. Holes of content that has no coding are
// written as zeros, so that what stands behind them is in its place, as far as
// the file is not longer than limit then.
func writeContent(w io.Writer, body *exchange.Body, c *exchange.Content, limit int) error {
	if len(c.Decoded) > 0 || len(body.Holes()) == 0 {
		_, err := w.Write(c.Octets)
		return err
	}
	rest, at := body.Octets(), uint64(0)
	for _, h := range body.Holes() {
		n := min(uint64(len(rest)), h.Offset-at)
		if _, err := w.Write(rest[:n]); err != nil {
			return err
		}
		rest, at = rest[n:], h.Offset+h.Length
		if len(rest) == 0 || at > uint64(limit) {
			return nil
		}
		if _, err := io.CopyN(w, zeros{}, int64(h.Length)); err != nil {
			return err
		}
	}
	_, err := w.Write(rest)
	return err
}

// zeros reads as zeros without end.
type zeros struct{}

// Read fills p.
func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A count counts what is written.
type count int64

// Write takes note of p.
func (c *count) Write(p []byte) (int, error) {
	*c += count(len(p))
	return len(p), nil
}
