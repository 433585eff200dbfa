package chart

// Glyphs are the characters that charts are drawn with.
type Glyphs struct {
	Blocked, Send, Wait, Receive           rune
	StallStream, StallConnection, StallTCP rune
	Reset, Push, Cursor, Mark              rune
	Horizontal, Vertical, Corner, Tick     rune
	Right, Left                            rune    // ends of arrows
	Eighths                                [9]rune // a block from empty to full, by height
	Braille                                bool    // else a dot is a '*'
}

// Unicode are the characters of a terminal that has them all.
var Unicode = Glyphs{
	Blocked: '·', Send: '▸', Wait: '─', Receive: '█',
	StallStream: '░', StallConnection: '▒', StallTCP: '╌',
	Reset: '✗', Push: '└', Cursor: '│', Mark: '┆',
	Horizontal: '─', Vertical: '│', Corner: '└', Tick: '┬', Right: '▶', Left: '◀',
	Eighths: [9]rune{' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'},
	Braille: true,
}

// ASCII are the characters that every terminal has.
var ASCII = Glyphs{
	Blocked: '.', Send: '>', Wait: '-', Receive: '#',
	StallStream: 's', StallConnection: 'c', StallTCP: 't',
	Reset: 'x', Push: '+', Cursor: '|', Mark: '!',
	Horizontal: '-', Vertical: '|', Corner: '+', Tick: '+', Right: '>', Left: '<',
	Eighths: [9]rune{' ', '.', '.', ':', ':', '=', '=', '#', '#'},
}
