package tui

import (
	"encoding/hex"
	"fmt"

	"h2scope/tui/cells"
)

// hexOctets is how many octets of a hex dump fit in a line of a width: 8 or 16.
func hexOctets(width int) int {
	if width >= hexWidth(16) {
		return 16
	}
	return 8
}

// hexWidth is how wide a hex dump of n octets in a line is.
func hexWidth(n int) int { return 6 + 3*n + 2 + n }

// drawHex draws octets in hex and as characters, from a line on. Those from one
// to another stand out.
func drawHex(c *cells.Canvas, octets []byte, top, from, to int) {
	n := hexOctets(c.W)
	for y := range c.H {
		at := (top + y) * n
		if at >= len(octets) {
			return
		}
		c.Text(0, y, cells.Faint, fmt.Sprintf("%05x", at))
		for i, b := range octets[at:min(at+n, len(octets))] {
			style := cells.Plain
			if at+i >= from && at+i < to {
				style = cells.Match | cells.Selected
			}
			c.Text(6+3*i, y, style, hex.EncodeToString([]byte{b}))
			if style != cells.Plain && i+1 < n && at+i+1 < to {
				c.Set(8+3*i, y, ' ', style)
			}
			c.Set(6+3*n+1+i, y, hexRune(b), style)
		}
	}
}

// hexRune is how an octet is shown among characters.
func hexRune(b byte) rune {
	if b < 0x20 || b > 0x7e {
		return '.'
	}
	return rune(b)
}
