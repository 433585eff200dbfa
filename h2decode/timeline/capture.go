package timeline

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"h2scope/h2decode"
)

// Limits bound what a capture costs. A zero field is its default.
type Limits struct {
	// Fields is how many octets of field sections one recorder keeps. Sections
	// beyond are counted in Message.Omitted. Default 256 MiB.
	Fields int
	// Table is how many octets of HPACK entries are kept of each side of a
	// connection; each takes 96 more than its octets. Beyond, Table says that
	// it is not known. Default 32 MiB.
	Table int
	// Findings is how many findings of a connection are kept, and how many of the
	// whole capture. Those beyond are counted in Totals.Unkept, and in
	// CaptureEnded. Default 10000.
	Findings int
	// Path is how many of each kind of TCP fact are kept of a connection. Of
	// round trips ever fewer are kept: each second, each fourth, and so on.
	// Others beyond are counted in PathTotals. Default 8192.
	Path int
	// Debug is how many octets of GOAWAY's debug data are kept. Default 4096.
	Debug int
	// Memory is how many octets of memory the capture takes, all recorders
	// together. Beyond, the oldest is forgotten; see [Snapshot.Forgotten]. Where
	// it is set, Fields and Table need no limits of their own. Default: nothing
	// is forgotten.
	Memory int
}

func (l Limits) withDefaults() Limits {
	l.Fields = cmp.Or(l.Fields, l.Memory, 256<<20)
	l.Table = cmp.Or(l.Table, l.Memory, 32<<20)
	l.Findings = cmp.Or(l.Findings, 10000)
	l.Path = cmp.Or(l.Path, 8192)
	l.Debug = cmp.Or(l.Debug, 4096)
	return l
}

// A Capture is the record of all connections. Recorders write it; Snapshot
// reads it, at any time and from any goroutine.
type Capture struct {
	limits Limits
	asked  atomic.Uint64 // how often a snapshot was taken

	mu       sync.Mutex // held for short copies only
	conns    []*Conn    // as published, in order of number
	notices  []h2decode.Noticed
	findings []h2decode.Finding
	opened   *h2decode.CaptureOpened
	ended    *h2decode.CaptureEnded
	latest   *Snapshot // as long as nothing new is published
	ages     ages
}

// New makes a capture in which there is nothing.
func New(limits Limits) *Capture {
	return &Capture{limits: limits.withDefaults(), ages: ages{limit: limits.Memory}}
}

// A Snapshot is the record up to an instant. It never changes, and may be used by
// any number of goroutines.
type Snapshot struct {
	conns    []*Conn
	notices  []h2decode.Noticed
	findings []h2decode.Finding
	opened   *h2decode.CaptureOpened
	ended    *h2decode.CaptureEnded

	forgotten Forgotten
}

// Snapshot is what the recorders have published. It also asks those that are at
// work to publish soon; see [Recorder.Event].
func (c *Capture) Snapshot() *Snapshot {
	c.asked.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest == nil {
		c.latest = &Snapshot{
			conns: slices.Clone(c.conns), notices: slices.Clip(c.notices), findings: slices.Clip(c.findings),
			opened: c.opened, ended: c.ended, forgotten: c.ages.forgotten,
		}
	}
	return c.latest
}

// Conns are the connections in order of number. The slice must not be changed.
func (s *Snapshot) Conns() []*Conn { return s.conns }

// Conn is the connection of a number, nil where there is none.
func (s *Snapshot) Conn(number uint64) *Conn {
	i, found := slices.BinarySearchFunc(s.conns, number, byNumber)
	if !found {
		return nil
	}
	return s.conns[i]
}

// Notices are what was told of trouble with the input, in the order in which it
// was. The slice must not be changed.
func (s *Snapshot) Notices() []h2decode.Noticed { return s.notices }

// Findings are those about the whole capture, which are no connection's own, in
// the order in which they were told. The slice must not be changed.
func (s *Snapshot) Findings() []h2decode.Finding { return s.findings }

// Forgotten says what is not kept any more.
func (s *Snapshot) Forgotten() Forgotten { return s.forgotten }

// Opened tells what is read, Ended sums up; nil: it was not told. They must not
// be changed.
func (s *Snapshot) Opened() *h2decode.CaptureOpened { return s.opened }

// Ended sums the capture up; nil: it has not ended.
func (s *Snapshot) Ended() *h2decode.CaptureEnded { return s.ended }

func byNumber(c *Conn, number uint64) int { return cmp.Compare(c.number, number) }

// publish puts connections in the place of their former snapshots.
func (c *Capture) publish(conns []*Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latest = nil
	for _, conn := range conns {
		i, found := slices.BinarySearchFunc(c.conns, conn.number, byNumber)
		if found {
			c.conns[i] = conn
		} else {
			c.conns = slices.Insert(c.conns, i, conn)
		}
	}
}

// enter takes one more recorder, and tells which ages there are.
func (c *Capture) enter() (newest, oldest uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ages.recorders++
	return c.ages.newest, c.ages.oldest
}

// grow is that of ages.
func (c *Capture) grow(by int, clock int64) (newest, oldest uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ages.grow(by, clock)
}

// forget takes out connections, puts what is left of others in their place, and
// counts what a recorder has forgotten of an age and what memory that gave back.
func (c *Capture) forget(gone map[uint64]bool, conns []*Conn, lost Forgotten, freed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latest = nil
	c.conns = slices.DeleteFunc(c.conns, func(c *Conn) bool { return gone[c.number] && c.over != nil })
	for _, conn := range conns {
		if i, found := slices.BinarySearchFunc(c.conns, conn.number, byNumber); found {
			c.conns[i] = conn
		}
	}
	a := &c.ages
	a.used -= freed
	a.forgetting--
	a.forgotten.Connections += lost.Connections
	a.forgotten.Exchanges += lost.Exchanges
	a.forgotten.Frames += lost.Frames
}

// tell takes what is about the whole capture.
func (c *Capture) tell(e h2decode.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.latest = nil
	switch e := e.(type) {
	case *h2decode.CaptureOpened:
		opened := *e
		opened.Files, opened.Interfaces = slices.Clone(e.Files), slices.Clone(e.Interfaces)
		c.opened = &opened
	case *h2decode.CaptureEnded:
		ended := *e
		ended.Skipped, ended.TLS.Reasons = slices.Clone(e.Skipped), slices.Clone(e.TLS.Reasons)
		c.ended = &ended
	case *h2decode.Noticed:
		if len(c.notices) == maxNotices && c.ages.limit > 0 {
			c.notices = slices.Clone(c.notices[maxNotices/2:])
		}
		if len(c.notices) < maxNotices {
			c.notices = append(c.notices, *e)
		}
	case *h2decode.Finding:
		if len(c.findings) < c.limits.Findings {
			c.findings = append(c.findings, kept(e))
		}
	}
}

// maxNotices is how many notices are kept: the first or, where the oldest is
// forgotten, the last.
const maxNotices = 10000
