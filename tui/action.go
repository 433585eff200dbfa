package tui

import "h2scope/h2decode/timeline"

// An Action is what happens to a model: one of Pressed, Pasted, Resized, Ticked,
// Clicked and Done.
type Action interface{ action() }

// Pressed is a key, as tcell names it; a character stands for itself.
type Pressed struct{ Key string }

// Pasted is text that came in one piece.
type Pasted struct{ Text string }

// Resized is a new size of the screen.
type Resized struct{ Size Size }

// Ticked is a moment at which the screen may be drawn anew: what was recorded
// since, and how much work may be done to gather lists.
type Ticked struct {
	Snapshot *timeline.Snapshot
	Status   Status
	Budget   int // items to look at; 0: a usual number
}

// Clicked is the mouse: a button at a cell, or the wheel.
type Clicked struct {
	X, Y   int
	Button MouseButton
}

// A MouseButton is what the mouse did.
type MouseButton uint8

// The buttons.
const (
	LeftButton MouseButton = iota
	LeftDouble
	LeftDrag
	WheelUp
	WheelDown
)

// Done is what came of an effect.
type Done struct {
	Kind    EffectKind
	Message string
	Err     error
	Text    string // of CompileFilter: the expression
	Filter  Filter
	Offers  []string // of CompleteFilter: names
	Order   Order    // of OrderList: with the rows in order
	Octets  Octets   // of FetchOctets: with what was read
}

func (Pressed) action() {}
func (Pasted) action()  {}
func (Resized) action() {}
func (Ticked) action()  {}
func (Clicked) action() {}
func (Done) action()    {}
