package tui

import (
	"time"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel"
	"h2scope/h2decode/timeline"
)

// A Source is what the UI shows. Its methods may be called from any goroutine,
// and return at once.
type Source interface {
	Snapshot() *timeline.Snapshot
	Status() Status
	// Octets reads n octets of a side's HTTP/2 from an offset on. Fewer come
	// where the rest is not kept; err says why.
	Octets(conn uint64, side h2decode.Side, offset uint64, n int) ([]byte, error)
}

// A Status is how far the reading is.
type Status struct {
	Name           string // of the file or interface
	Live           bool
	Packets, Drops uint64
	Progress       float64 // 0 to 1; below 0: that is not known
	Done           bool    // nothing more comes
	Err            error   // why it ended early
	Memory         uint64  // octets of memory in use
}

// A Selection is what an export or a copy is about.
type Selection struct {
	Snapshot *timeline.Snapshot

	Conn   uint64
	Stream uint32 // 0: all of the connection
	Frame  uint64 // 0: none
}

// Outside does what reaches beyond the screen.
type Outside interface {
	// Export writes what is selected: "har", "json", "body" or "curl". path is
	// where the user wants it, "" for a name of its own. It returns a sentence
	// for the status line, and may be called from any goroutine.
	Export(format string, s Selection, path string) (string, error)
	// Curl is the command that repeats the selected request.
	Curl(s Selection) (string, error)
	// Filter compiles a display filter. The error says where it is wrong.
	Filter(expression string) (Filter, error)
	// Complete offers the names of fields that begin with a word.
	Complete(word string) []string
}

// A Filter is a compiled display filter. It judges what it is asked of together
// with what that belongs to; that a stream passes where one of its frames does is
// up to who asks.
type Filter interface {
	// OfFrames says that something can pass by its frames, and not else.
	OfFrames() bool
	Conn(c *timeline.Conn) bool
	Exchange(c *timeline.Conn, x *timeline.Exchange) bool
	Frame(c *timeline.Conn, f *timeline.Frame) bool
	Finding(c *timeline.Conn, f *h2decode.Finding) bool
}

// Options say how the UI begins.
type Options struct {
	View     string // the name of a view; "": the streams
	ASCII    bool
	NoMouse  bool
	NoColor  bool
	Theme    string
	Location *time.Location // of times of day; nil: UTC
	Tunnel   tunnel.Config  // how what is inside of tunnels is decoded
}
