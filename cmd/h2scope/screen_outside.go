package main

import (
	"errors"
	"fmt"

	"h2scope/tui"
)

// outside does what the UI asks for beyond the screen.
type outside struct{ screening *screening }

func newOutside(s *screening) *outside { return &outside{s} }

// Export writes what is selected.
func (o *outside) Export(format string, _ tui.Selection, _ string) (string, error) {
	return "", fmt.Errorf("there is no export to %q", format)
}

// Filter compiles a display filter.
func (o *outside) Filter(string) (tui.Filter, error) {
	return nil, errors.New("there are no display filters yet")
}

// Complete offers names of fields.
func (o *outside) Complete(string) []string { return nil }
