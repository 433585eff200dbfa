package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"
)

// suggestCommand adds a hint where a file that is not there may be a command
// that was misspelt.
func suggestCommand(c *cobra.Command, args []string, err error) error {
	if c.HasParent() || len(args) == 0 || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	c.SuggestionsMinimumDistance = 2
	if names := c.SuggestionsFor(args[0]); len(names) > 0 {
		return hintedError{err, fmt.Sprintf("there is a command %s", names[0])}
	}
	return err
}
