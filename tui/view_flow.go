package tui

import "h2scope/tui/cells"

type windowsView struct{ plain }

func (windowsView) draw(m *Model, c *cells.Canvas) {
	c.Text(0, 0, cells.Faint, "nothing yet")
}
