package tui

import "slices"

// A Command is what a key means.
type Command uint8

// The commands.
const (
	NoCommand Command = iota
	GoView            // Binding.Arg is the view
	Up
	Down
	PageUp
	PageDown
	First
	Last
	Left
	Right
	Enter
	Back
	NextPane
	NextTab
	PreviousTab
	CursorBack
	CursorForward
	ZoomIn
	ZoomOut
	ZoomFit
	PreviousChange
	NextChange
	NextFinding
	PreviousFinding
	SortNext
	SortReverse
	ToggleTree // of priorities and urgencies
	PinStream
	OpenFilter
	OpenCommand
	ExportSelected
	CopySelected
	ToggleFollow
	TogglePause
	NextTheme
	SetMark
	ShowHelp
	QuitProgram
)

// A Binding is a key: where it acts, what it does, what is said of it.
type Binding struct {
	Keys    []string // as tcell names them: "Enter", "Ctrl+C", or a character
	Command Command
	Arg     ViewID
	Views   []ViewID // nil: in every view
	Short   string   // in the footer; "": it is not shown there
	Help    string
}

// bindings is every key. The first that fits the view counts.
var bindings = []Binding{
	{Keys: []string{"1"}, Command: GoView, Arg: Connections, Help: "connections"},
	{Keys: []string{"2"}, Command: GoView, Arg: Streams, Help: "streams: the waterfall"},
	{Keys: []string{"3"}, Command: GoView, Arg: Stream, Help: "the selected stream in full"},
	{Keys: []string{"4"}, Command: GoView, Arg: Frames, Help: "frames"},
	{Keys: []string{"5"}, Command: GoView, Arg: Windows, Help: "flow-control windows and stalls"},
	{Keys: []string{"6"}, Command: GoView, Arg: Priority, Help: "priorities, and who got what share"},
	{Keys: []string{"7"}, Command: GoView, Arg: HPACK, Help: "HPACK tables and field blocks"},
	{Keys: []string{"8"}, Command: GoView, Arg: Findings, Help: "findings"},
	{Keys: []string{"9"}, Command: GoView, Arg: Settings, Help: "settings, TLS, PING and GOAWAY"},

	{Keys: []string{"q", "Ctrl+C"}, Command: QuitProgram, Short: "quit", Help: "quit"},
	{Keys: []string{"?"}, Command: ShowHelp, Short: "help", Help: "the keys of this view"},
	{Keys: []string{"Enter"}, Command: Enter, Short: "open", Help: "go deeper into what is selected"},
	{Keys: []string{"Esc", "Backspace", "Backspace2"}, Command: Back, Short: "back", Help: "go back to where you came from"},
	{Keys: []string{"/"}, Command: OpenFilter, Short: "filter", Help: "display filter"},
	{Keys: []string{"n"}, Command: NextFinding, Short: "finding", Help: "to the next finding"},
	{Keys: []string{"N"}, Command: PreviousFinding, Help: "to the finding before"},
	{Keys: []string{"Up", "k"}, Command: Up, Help: "line up"},
	{Keys: []string{"Down", "j"}, Command: Down, Help: "line down"},
	{Keys: []string{"PgUp", "Ctrl+B"}, Command: PageUp, Help: "page up"},
	{Keys: []string{"PgDn", "Ctrl+F"}, Command: PageDown, Help: "page down"},
	{Keys: []string{"Home", "g"}, Command: First, Help: "first line"},
	{Keys: []string{"End", "G"}, Command: Last, Help: "last line"},
	{Keys: []string{"Left", "h"}, Command: Left, Help: "pan left, or the part to the left"},
	{Keys: []string{"Right", "l"}, Command: Right, Help: "pan right, or the part to the right"},
	{Keys: []string{"Tab"}, Command: NextPane, Short: "pane", Help: "next pane"},
	{Keys: []string{"Backtab"}, Command: PreviousTab, Help: "previous tab"},
	{Keys: []string{"t"}, Command: NextTheme, Help: "next theme"},

	{Keys: []string{"<", ","}, Command: CursorBack, Short: "cursor", Help: "time cursor back"},
	{Keys: []string{">", "."}, Command: CursorForward, Help: "time cursor forward"},
	{Keys: []string{"+", "="}, Command: ZoomIn, Short: "zoom", Help: "zoom in at the cursor"},
	{Keys: []string{"-", "_"}, Command: ZoomOut, Help: "zoom out"},
	{Keys: []string{"0"}, Command: ZoomFit, Help: "fit the whole capture"},
	{Keys: []string{"["}, Command: PreviousChange, Views: []ViewID{Priority, Windows, HPACK, Settings}, Help: "to the change before"},
	{Keys: []string{"]"}, Command: NextChange, Views: []ViewID{Priority, Windows, HPACK, Settings}, Short: "change", Help: "to the next change"},
	{Keys: []string{"["}, Command: PreviousTab, Help: "previous tab"},
	{Keys: []string{"]"}, Command: NextTab, Help: "next tab"},
	{Keys: []string{"m"}, Command: SetMark, Help: "mark the instant, and measure from there; again to end"},

	{Keys: []string{"s"}, Command: SortNext, Views: []ViewID{Connections, Streams, Frames, Findings}, Short: "sort", Help: "order by the next column"},
	{Keys: []string{"r"}, Command: SortReverse, Views: []ViewID{Connections, Streams, Frames, Findings}, Help: "the other way round"},
	{Keys: []string{"u"}, Command: ToggleTree, Views: []ViewID{Priority}, Help: "tree of RFC 7540 or urgencies of RFC 9218"},

	{Keys: []string{"p"}, Command: PinStream, Views: []ViewID{Streams, Stream, Windows}, Help: "pin the stream: Windows compares it with others; again to end"},

	{Keys: []string{":"}, Command: OpenCommand, Help: "a command: goto, sort, columns, export, …"},
	{Keys: []string{"e"}, Command: ExportSelected, Short: "export", Help: "export what is selected"},
	{Keys: []string{"y"}, Command: CopySelected, Help: "copy what is selected"},
	{Keys: []string{"f"}, Command: ToggleFollow, Help: "follow what comes (live)"},
	{Keys: []string{" "}, Command: TogglePause, Help: "pause drawing what comes"},
}

// lookup finds what a key means in a view.
func lookup(key string, v ViewID) (Binding, bool) {
	for _, b := range bindings {
		if slices.Contains(b.Keys, key) && (b.Views == nil || slices.Contains(b.Views, v)) {
			return b, true
		}
	}
	return Binding{}, false
}

// needsOther says that a key means something in other views only.
func needsOther(key string) bool {
	return slices.ContainsFunc(bindings, func(b Binding) bool { return slices.Contains(b.Keys, key) })
}

// keysOf are the keys that act in a view, in the order of the table.
func keysOf(v ViewID) []Binding {
	var out []Binding
	for _, b := range bindings {
		if b.Views == nil || slices.Contains(b.Views, v) {
			out = append(out, b)
		}
	}
	return out
}
