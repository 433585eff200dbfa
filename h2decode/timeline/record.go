package timeline

import (
	"h2scope/h2decode"
	"h2scope/h2decode/priority"
)

// A base is what is kept of any connection, whatever it carries.
type base struct {
	number uint64
	opened h2decode.ConnectionOpened
	over   *h2decode.Connection // once it is; never changed
	totals Totals
	clock  int64 // the latest time of an event
}

// A record is what is kept of HTTP/2: lists that grow at their end and are
// forgotten from their front, and a few plain values. A copy of it is a snapshot.
type record struct {
	frames           list[frame]
	notes            list[note]
	wide             list[[2]int64] // windows that no frame has room for
	strays           list[uint32]   // frames on streams that were not followed
	lastOnConnection uint32

	exchanges  list[exchange]
	outliving  []outliving // never changed
	byOpener   [2]list[opened]
	closings   list[uint32] // frames that closed their stream
	holes      list[holes]
	delays     list[delays]
	resets     list[h2decode.Reset]
	severities list[h2decode.Severities]

	first       inForce // the settings before any is acknowledged
	settings    [2]settingsLog
	losses      list[uint32] // frames before which sync was lost
	firstLoss   uint32       // the first of them, also where it was forgotten
	changes     list[change]
	checkpoints list[*replay]
	priorities  priorityLog
	tables      [2]tableLog

	stalls   list[stall]
	pings    [2]list[ping]
	answers  [2]list[pingAnswer]
	endings  list[uint32] // frames that are RST_STREAM or GOAWAY
	goaways  list[goaway]
	gaps     list[h2decode.GapFound]
	findings list[h2decode.Finding]
	path     pathLog
}

// Totals are what a connection has carried so far.
type Totals struct {
	Frames     [2]uint64     // by the side that sent them
	Types      [types]uint64 // frames by type; the last are of all other types
	Octets     [2]uint64     // frame headers and payloads
	Data       [2]uint64     // DATA payloads, padding included
	Exchanges  uint64
	Open       int    // streams followed now
	Resets     uint64 // streams that RST_STREAM ended
	Stalls     uint64
	Findings   h2decode.Severities // consequences not counted
	Unkept     uint64              // findings that Limits.Findings left no room for
	FirstFrame int64               // time
	LastFrame  int64
}

// types is how many frame types are counted, those behind PRIORITY_UPDATE
// together.
const types = int(h2decode.TypePriorityUpdate) + 2

// A track is a connection in the making. It belongs to its recorder.
type track struct {
	base
	record
	decoder *h2decode.Conn // nil: nobody said which it is
	open    map[uint32]openStream
	newest  uint32 // stream of the client
	dirty   bool
	spoken  bool // there is something in the record

	watched    [2]tableWatch
	tableLimit int // octets of each
	asked      [2]pingWatch
	waiting    [2]int32 // the SETTINGS frame that waits for its acknowledgment
	missed     bool     // frames may have been missed

	nextCheckpoint      uint32
	tree                *priority.Tree
	urgencies           *priority.Urgencies
	treeFrame, nextTree uint32
	urgenciesFrame      uint32
	nextUrgencies       uint32
	watch               pathWatch

	conn   *Conn   // as it was published last
	octets int     // of memory that it takes, as the recorder has counted it
	points int     // of these, its checkpoints
	aged   uint32  // the age in which something was told of it last, from 1
	bounds []bound // the ends of ages in which something was
}

// openStream is what the recorder remembers of a stream that is followed.
type openStream struct {
	index uint32
	asked bool // the request's field section has come
}

// A Conn is a connection as it was when its snapshot was taken. It never
// changes, and may be used by any number of goroutines.
type Conn struct {
	base
	*record
	sections sections
	live     []Exchange // the streams that were open, in order of index
}

// Number is the connection's, as events have it.
func (c *Conn) Number() uint64 { return c.number }

// Opened tells how it began.
func (c *Conn) Opened() h2decode.ConnectionOpened { return c.opened }

// Closed is all about the connection, once it is over; nil before. It must not be
// changed.
func (c *Conn) Closed() *h2decode.Connection { return c.over }

// Totals are what it has carried so far.
func (c *Conn) Totals() Totals { return c.totals }

// Clock is the latest time of anything that happened on it.
func (c *Conn) Clock() int64 { return c.clock }
