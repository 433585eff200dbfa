package tui

import "h2scope/tui/cells"

type streamView struct{ plain }

func (streamView) draw(m *Model, c *cells.Canvas) {
	c.Text(0, 0, cells.Faint, "nothing yet")
}
