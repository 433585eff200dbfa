package text

// A style is the parameter of a Select Graphic Rendition sequence (ECMA-48,
// Section 8.3.117); empty is plain.
type style string

const (
	plain      style = ""
	heading    style = "1"  // bold
	faint      style = "2"  // what is seldom looked at
	bad        style = "31" // red: broken or lost
	warn       style = "33" // yellow: worth a look
	fromClient style = "36" // cyan
	fromServer style = "32" // green
)

func (s style) begin(dst []byte) []byte {
	dst = append(dst, "\x1b["...)
	dst = append(dst, s...)
	return append(dst, 'm')
}

func (s style) end(dst []byte) []byte { return append(dst, "\x1b[0m"...) }
