package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"h2scope/capture"
	"h2scope/samples/selftest"
)

const selftestLong = `Proves on this machine that what h2scope shows is true: plays traffic of which
it knows everything over the loopback interface, records it, decodes the
recording, and compares each frame with its payload and time, each field, the data
of each stream by its hash, the windows that frames leave, the steps of each
stream, who waited for which window, and what rules are found broken.

With the right to capture it listens on the loopback interface. It needs no
privilege, though: without that right it records at the socket and writes the
packets itself, says so, and tries all the rest.

A check is named after its script, or what else is played, and how it is carried.
The exit code is 1 where a check fails.`

const selftestExample = `h2scope selftest
h2scope selftest --list
h2scope selftest --only page --only site/tls1.3
h2scope selftest --only stream-stall --keep captures
h2scope selftest --at-socket`

type selftestFlags struct {
	list, json bool
	only       []string
	keep       string
	atSocket   bool
}

func newSelftest(std streams) *cobra.Command {
	f := new(selftestFlags)
	c := &cobra.Command{
		Use: "selftest", Short: "Prove on this machine that what is shown is true",
		Long: selftestLong, Example: selftestExample,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.BoolVar(&f.list, "list", false, "list the checks")
	fs.StringArrayVar(&f.only, "only", nil, "run the checks called `NAME`, or NAME/…; repeatable")
	fs.StringVar(&f.keep, "keep", "", "keep the captures in `DIR`")
	fs.BoolVar(&f.atSocket, "at-socket", false, "record at the socket, also with the right to capture")
	fs.BoolVar(&f.json, "json", false, "write records, one JSON object a line")
	_ = c.RegisterFlagCompletionFunc("only", completeChecks)
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(orBackground(c.Context()), std) }
	return c
}

func completeChecks(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, check := range selftest.Checks() {
		names = append(names, check.Name+"\t"+check.Title)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// run runs the checks, or lists them.
func (f *selftestFlags) run(ctx context.Context, std streams) error {
	checks, err := selftest.Select(f.only)
	if err != nil {
		return hintedError{usageError{err}, "h2scope selftest --list names the checks"}
	}
	out, err := openOutput("", false, nil, std)
	if err != nil {
		return err
	}
	var report selftestReport = newSelftestText(out, checks)
	if f.json {
		report = &selftestRecords{out: out}
	}
	if f.list {
		for _, check := range checks {
			report.listed(check)
		}
		return out.Close()
	}
	err = f.check(ctx, report, out, len(checks))
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// check runs the checks and reports each as soon as it is over.
func (f *selftestFlags) check(ctx context.Context, report selftestReport, out *output, checks int) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	if f.keep != "" {
		if err := os.MkdirAll(f.keep, 0o777); err != nil {
			return err
		}
	}
	recording, why, err := f.recording()
	if err != nil {
		return err
	}
	cfg := selftest.Config{Only: f.only, Keep: f.keep, Record: recording}
	total := selftestTotal{recorded: recording.Name, why: why}
	began := time.Now()
	var writing error
	err = selftest.Run(ctx, cfg, func(r selftest.Result) {
		total.add(r)
		report.result(r)
		if writing == nil {
			if writing = out.Flush(); writing != nil {
				stop() // nobody reads
			}
		}
	})
	switch {
	case writing != nil:
		return writing
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("interrupted after %d of %d checks", total.checks(), checks)
	case errors.Is(err, selftest.ErrNoLoopback):
		return hintedError{err, "the self-test needs sockets on 127.0.0.1; all else works without"}
	case err != nil:
		return err
	}
	total.took = time.Since(began)
	report.total(total)
	if total.failed > 0 {
		return hintedError{fmt.Errorf("%d of %d checks failed", total.failed, total.checks()), "--keep DIR keeps the captures"}
	}
	return nil
}

// recording is how the checks are recorded and, where they could not be recorded
// at the interface, why.
func (f *selftestFlags) recording() (r selftest.Recording, why string, err error) {
	if f.atSocket {
		return selftest.AtSocket(), "", nil
	}
	r, err = selftest.AtInterface()
	var live *capture.LiveError
	if errors.As(err, &live) || errors.Is(err, selftest.ErrNoInterface) {
		return selftest.AtSocket(), err.Error(), nil
	}
	return r, "", err
}
