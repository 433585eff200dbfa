package main

import (
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	// A reader that closes the pipe, as head does, is then an error of
	// writing and not the end of the process.
	signal.Ignore(syscall.SIGPIPE)
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// streams are the standard streams.
type streams struct {
	in       io.Reader
	out, err io.Writer
}
