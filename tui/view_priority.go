package tui

import "h2scope/tui/cells"

type priorityView struct{ plain }

func (priorityView) draw(m *Model, c *cells.Canvas) {
	c.Text(0, 0, cells.Faint, "nothing yet")
}
