package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"h2scope/h2decode/printable"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // something could not be opened, read or written
	exitUsage  = 2
	exitFound  = 3 // check found what fails
)

// run is the command: args without its name. It returns the exit code.
func run(args []string, std streams) int {
	root := newRoot(std)
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	return reportError(std.err, cmd, err)
}

// errFindings says that there are findings that fail: they were shown.
var errFindings = errors.New("there are findings")

// A usageError is a mistake on the command line.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// A hintedError has a sentence on what could be done about it.
type hintedError struct {
	error
	hint string
}

func (e hintedError) Unwrap() error { return e.error }

// Hint is the sentence.
func (e hintedError) Hint() string { return e.hint }

// reportError writes an error as one line, and a hint as another, and gives the exit
// code. A reader who has seen enough is no error.
func reportError(w io.Writer, cmd *cobra.Command, err error) int {
	switch {
	case err == nil || isBrokenPipe(err):
		return exitOK
	case errors.Is(err, errFindings):
		return exitFound
	}
	fmt.Fprintf(w, "h2scope: error: %s\n", oneLine(err))
	var hinted interface{ Hint() string }
	var usage usageError
	isUsage := errors.As(err, &usage)
	switch {
	case errors.As(err, &hinted) && hinted.Hint() != "":
		fmt.Fprintf(w, "h2scope: hint: %s\n", printable.String(hinted.Hint()))
	case isUsage:
		fmt.Fprintf(w, "h2scope: hint: %s --help says how it is used\n", cmd.CommandPath())
	}
	if isUsage {
		return exitUsage
	}
	return exitFailed
}

// oneLine is the error's text, safe to print; of the system's errors about a
// file, the path and what is wrong.
func oneLine(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) && err.Error() == path.Error() {
		return printable.String(path.Op + " " + path.Path + ": " + path.Err.Error())
	}
	return printable.String(strings.TrimSpace(err.Error()))
}
