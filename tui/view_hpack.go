package tui

import "h2scope/tui/cells"

type hpackView struct{ plain }

func (hpackView) draw(m *Model, c *cells.Canvas) {
	c.Text(0, 0, cells.Faint, "nothing yet")
}
