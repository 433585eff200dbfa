package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// An output is where a command writes: standard output or a file.
type output struct {
	*bufio.Writer
	file   *os.File // nil for standard output
	width  int      // cells of the terminal that it is; 0: it is none
	prompt bool     // what is written is wanted at once
}

const outputBuffer = 64 << 10

// openOutput opens the file called name, or standard output where it is empty.
// A file that is there is written over only with force, and never where it is
// one of the inputs. A device or a pipe is written to: nothing is lost by that.
func openOutput(name string, force bool, inputs []string, std streams) (*output, error) {
	if name == "" || name == "-" {
		return &output{Writer: bufio.NewWriterSize(std.out, outputBuffer), width: terminalWidth(std.out)}, nil
	}
	if isInput(name, inputs) {
		return nil, fmt.Errorf("create %s: it is the capture that is to be read", name)
	}
	mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular() && !info.IsDir():
		mode = os.O_WRONLY
	case force:
		mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, mode, 0o666)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, hintedError{fmt.Errorf("create %s: it exists already", name), "--force writes over it"}
	case err != nil:
		return nil, err
	}
	return &output{Writer: bufio.NewWriterSize(f, outputBuffer), file: f}, nil
}

func isInput(name string, inputs []string) bool {
	out, err := os.Stat(name)
	if err != nil {
		return false
	}
	for _, input := range inputs {
		if in, err := os.Stat(input); err == nil && os.SameFile(in, out) {
			return true
		}
	}
	return false
}

// Write passes on at once where that is wanted.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err == nil && o.prompt {
		err = o.Flush()
	}
	return n, err
}

// Close writes what is left and closes the file.
func (o *output) Close() error {
	err := o.Flush()
	if o.file != nil {
		if closed := o.file.Close(); err == nil {
			err = closed
		}
	}
	return err
}

var _ io.WriteCloser = (*output)(nil)
