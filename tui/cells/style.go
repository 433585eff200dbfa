package cells

// A Style says what a cell means. Beside every one stands a glyph or a word, so
// that nothing is lost without colours.
type Style uint8

// The styles.
const (
	Plain Style = iota
	Heading
	Faint
	Good
	Bad
	Warn
	Client // what the client sends
	Server // what the server sends
	Title
	Key     // of the keyboard
	Label   // the name of a value
	Value   // a value that matters
	Guide   // axes and lines
	Cursor  // the time cursor
	Mark    // the second end of a measurement
	Match   // what was searched for
	Blocked // phases of an exchange
	Send
	Wait
	Receive
	StallStream
	StallConnection
	StallTCP
	Reset
	Push
	StyleCount // how many there are

	// Selected is added to another style: the line that is selected.
	Selected Style = 0x80
)

// Base is the style without Selected.
func (s Style) Base() Style { return s &^ Selected }
