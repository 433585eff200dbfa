package text

import (
	"io"
	"time"

	"h2scope/h2decode"
)

// Options says how a view is to look. The zero value gives plain lines of any
// length, in the order of the capture.
type Options struct {
	Times    TimeFormat
	Location *time.Location // of times with a date; nil is UTC

	// First is the time of the capture's first packet, in nanoseconds since
	// 1970-01-01 UTC. It is called from the first event on, by any worker.
	First func() int64

	Sort  string // one of the view's Keys; "" is the order of the capture
	Limit int    // rows to print; 0: all
	Width int    // cells of a line, which is cut there; 0: it is not
	Color bool
	All   bool // every field of a frame

	// Enough is called when Limit rows were printed and no more will be. Nil
	// is fine.
	Enough func()
}

func (o *Options) first() int64 {
	if o.First == nil {
		return 0
	}
	return o.First()
}

// A Renderer takes the events of one worker: it is an h2scope.Renderer.
type Renderer interface {
	Event(dst []byte, e h2decode.Event) []byte
}

// A View is one way to show a capture. Head is written before anything is read
// and Foot when all is; what the workers append stands between them.
type View interface {
	Head(w io.Writer) error
	Worker() Renderer // called once for each worker, by one goroutine
	Foot(w io.Writer) error
}

// Stack shows views one under the other, each after an empty line. It fits
// views that write at the end only.
type Stack []View

// Head writes nothing.
func (s Stack) Head(io.Writer) error { return nil }

// Worker feeds a worker of each view.
func (s Stack) Worker() Renderer {
	all := make(tee, len(s))
	for i, v := range s {
		all[i] = v.Worker()
	}
	return all
}

// Foot writes the views.
func (s Stack) Foot(w io.Writer) error {
	for i, v := range s {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := v.Head(w); err != nil {
			return err
		}
		if err := v.Foot(w); err != nil {
			return err
		}
	}
	return nil
}

type tee []Renderer

func (t tee) Event(dst []byte, e h2decode.Event) []byte {
	for _, r := range t {
		dst = r.Event(dst, e)
	}
	return dst
}
