package curl

import (
	"fmt"
	"io"
	"strings"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// Config says what is written.
type Config struct {
	Redact  *redact.Policy // nil: nothing is taken out
	MaxBody int            // octets of a request's content; a longer one can't be repeated
}

// Commands is the view of a capture as commands. It needs h2scope.Config with
// Messages and Data.
type Commands struct{ cfg Config }

// New returns the view.
func New(cfg Config) *Commands { return &Commands{cfg} }

// Head writes nothing.
func (c *Commands) Head(io.Writer) error { return nil }

// Worker returns the renderer of one worker.
func (c *Commands) Worker() text.Renderer {
	return &worker{cfg: &c.cfg, assembler: exchange.New(exchange.Config{MaxBody: c.cfg.MaxBody})}
}

// Foot writes nothing.
func (c *Commands) Foot(io.Writer) error { return nil }

type worker struct {
	cfg       *Config
	assembler *exchange.Assembler
}

// Event appends the command of the exchange that is over with e, if one is.
func (w *worker) Event(dst []byte, e h2decode.Event) []byte {
	x := w.assembler.Event(e)
	if x == nil {
		return dst
	}
	dst = fmt.Appendf(dst, "# connection %d, stream %d: %s\n", x.Conn.Number, x.Stream.ID, outcome(x))
	cmd, reason := w.command(x)
	if reason != "" {
		return fmt.Appendf(dst, "# not repeated: %s\n\n", printable.String(reason))
	}
	for _, note := range cmd.notes {
		dst = fmt.Appendf(dst, "# %s\n", printable.String(note))
	}
	return fmt.Appendf(dst, "%s\n\n", cmd)
}

// Unmatched takes an event that a filter keeps from the output: exchanges are
// made of all events.
func (w *worker) Unmatched(e h2decode.Event) { w.assembler.Event(e) }

// outcome is what came of the request.
func outcome(x *exchange.Exchange) string {
	switch code := x.Status(); {
	case code != 0:
		return fmt.Sprint(code)
	case x.Stream.Reset != nil:
		return "reset by the " + x.Stream.Reset.From.String() + ", " + x.Stream.Reset.Code.String()
	}
	return "no response"
}

// A command is a call of curl.
type command struct {
	input string // a command whose output is the content; "" for none
	words []string
	notes []string // what the command does not repeat
}

// String is the command, a line for each option.
func (c *command) String() string {
	line := "curl " + strings.Join(c.words, " \\\n  ")
	if c.input != "" {
		line = c.input + " | " + line
	}
	return line
}

// option adds an option with its value.
func (c *command) option(name, value string) { c.words = append(c.words, name+" "+Quote(value)) }

func (c *command) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}
