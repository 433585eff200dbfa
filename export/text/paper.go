package text

// The styles that other views may use.
const (
	Plain   = plain
	Heading = heading
	Faint   = faint
	Bad     = bad
	Warn    = warn
)

// A Style is how text looks on a terminal with colours.
type Style = style

// Paper takes lines as the views of this package write them: cut where they get
// too wide, and coloured where that is asked for.
type Paper struct {
	Options Options
	text    []byte
}

// Line adds a line: its first part in a style, what follows plain. The texts
// must be safe.
func (p *Paper) Line(s Style, first string, rest ...string) {
	var l line
	l.begin(p.text, &p.Options)
	l.string(s, first)
	for _, t := range rest {
		l.string(plain, t)
	}
	p.text = l.end()
}

// Bytes is what was written so far.
func (p *Paper) Bytes() []byte { return p.text }
