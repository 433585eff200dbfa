package tui

import (
	"github.com/gdamore/tcell/v2"

	"h2scope/tui/cells"
)

// A theme is how styles look.
type theme struct {
	name   string
	looks  [cells.StyleCount]appearance
	chosen tcell.AttrMask // of the line that is selected
}

// An appearance is a colour of the terminal's palette, which the user may have
// chosen with care, and attributes.
type appearance struct {
	color tcell.Color // 0: the terminal's own
	attr  tcell.AttrMask
}

const monochrome = "mono"

// themes are all of them. The first is that of who asks for none.
var themes = [...]theme{
	{name: "dark", chosen: tcell.AttrReverse, looks: coloured(palette{
		good: tcell.ColorGreen, bad: tcell.ColorRed, warn: tcell.ColorYellow,
		client: tcell.ColorDarkCyan, server: tcell.ColorGreen, connection: tcell.ColorFuchsia, faint: tcell.ColorGray,
	})},
	{name: "light", chosen: tcell.AttrReverse, looks: coloured(palette{
		good: tcell.ColorDarkGreen, bad: tcell.ColorMaroon, warn: tcell.ColorOlive,
		client: tcell.ColorNavy, server: tcell.ColorDarkGreen, connection: tcell.ColorPurple, faint: tcell.ColorGray,
	})},
	{name: monochrome, chosen: tcell.AttrReverse, looks: attributes()},
}

// A palette is the colours of a theme.
type palette struct{ good, bad, warn, client, server, connection, faint tcell.Color }

// coloured are the looks with colours.
func coloured(p palette) [cells.StyleCount]appearance {
	looks := attributes()
	for _, group := range []struct {
		color  tcell.Color
		styles []cells.Style
	}{
		{p.good, []cells.Style{cells.Good, cells.Receive}},
		{p.server, []cells.Style{cells.Server}},
		{p.bad, []cells.Style{cells.Bad, cells.Reset, cells.StallStream}},
		{p.warn, []cells.Style{cells.Warn, cells.Wait, cells.Mark, cells.StallTCP}},
		{p.client, []cells.Style{cells.Client, cells.Send, cells.Key, cells.Push}},
		{p.connection, []cells.Style{cells.StallConnection}},
		{p.faint, []cells.Style{cells.Faint, cells.Guide, cells.Blocked}},
	} {
		for _, s := range group.styles {
			looks[s].color = group.color
			looks[s].attr &^= tcell.AttrDim
		}
	}
	return looks
}

// attributes are the looks without colours.
func attributes() (looks [cells.StyleCount]appearance) {
	for _, s := range []cells.Style{cells.Heading, cells.Key, cells.Cursor, cells.Bad, cells.Value} {
		looks[s].attr = tcell.AttrBold
	}
	for _, s := range []cells.Style{cells.Faint, cells.Guide, cells.Blocked} {
		looks[s].attr = tcell.AttrDim
	}
	looks[cells.Title].attr = tcell.AttrBold | tcell.AttrReverse
	looks[cells.Match].attr = tcell.AttrBold | tcell.AttrUnderline
	return looks
}

// style is how a style looks.
func (t *theme) style(s cells.Style) tcell.Style {
	look := t.looks[s.Base()]
	if s&cells.Selected != 0 {
		look.attr |= t.chosen
		look.attr &^= tcell.AttrDim
	}
	style := tcell.StyleDefault.Attributes(look.attr)
	if look.color != 0 {
		style = style.Foreground(look.color)
	}
	return style
}

// Themes are the names of the colour themes.
func Themes() []string {
	var names []string
	for _, t := range themes {
		names = append(names, t.name)
	}
	return names
}

// themeAt is where a theme is, 0 where there is none of the name.
func themeAt(name string) int {
	for i, t := range themes {
		if t.name == name {
			return i
		}
	}
	return 0
}

// themeNamed is the theme that the options ask for.
func themeNamed(o Options) int {
	if o.NoColor && o.Theme == "" {
		return themeAt(monochrome)
	}
	return themeAt(o.Theme)
}
