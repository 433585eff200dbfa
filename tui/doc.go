// Package tui is the terminal UI: nine views of a capture on one clock.
//
// # Model, update, view
//
// A [Model] is all that the screen shows: the snapshot of the timeline that it
// stands on, what is selected, where the time cursor is. [Model.Update] takes an
// [Action], from a key, the mouse, a new size or a tick of the clock, and gives
// the next model; it does nothing else, and so a test can play keys without a
// screen. Each view (view_*.go) is a function from the model to cells. What acts
// on the world (an export, the clipboard, leaving) a model asks for as an
// [Effect], which the [App] performs; what takes long, such as putting a list in
// order, it does beside the UI.
//
// # Lists
//
// A list (list.go) is 8 octets a row: which item of which connection. Ticks gather
// rows, so many at a time that a key never waits for long; the lines on the screen
// are all that is made into text. A display filter is a sieve (sieve.go): a stream
// passes by itself or by one of its frames, and no tick judges more of them than a
// key may wait for.
//
// # Keys
//
// One table (keys.go) has every key: dispatch, the footer, the help and
// docs/keys.md come from it.
//
// # What is shown
//
// The record is package timeline's, read by snapshots, so that a capture can be
// used while it loads. The packet side is not known here: octets of frames,
// the state of a live capture and exporters come through the interfaces in
// outside.go, which the command fills in. Captured text passes package
// printable on its way to a cell.
//
// # Screen
//
// The app draws at most 15 times a second (pace.go), and only when the model has
// changed or something was recorded. tview runs the screen and the events; what is
// on the screen is cells of our own (packages cells and chart), since a drawing is
// to be a function of the model that a test can call. How a style looks is a theme
// (theme.go); terminals that lack colours or characters are in terminal.go.
package tui
