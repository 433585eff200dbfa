//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// fileWidth asks the terminal; one that does not know has 80 cells.
func fileWidth(f *os.File) int {
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	switch {
	case err != nil:
		return 0
	case size.Col == 0:
		return 80
	}
	return int(size.Col)
}

// isBrokenPipe reports whether an error of writing means that nobody reads.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
