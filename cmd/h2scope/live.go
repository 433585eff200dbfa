package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"h2scope/capture"
	"h2scope/capture/filter"
)

// liveFlags are those of commands that listen on an interface.
type liveFlags struct {
	capture.LiveConfig
	liveLimits
	expression string
	write      string
	rotate     []string
	rotation   rotation

	given func(name string) bool // whether a flag was
}

// needListening are the flags that mean nothing without --interface.
var needListening = []string{"filter", "promiscuous", "ring-size", "snaplen", "write", "rotate", "idle-limit"}

// register adds the flags of commands that also analyze.
func (l *liveFlags) register(c *cobra.Command) {
	l.registerCapture(c)
	l.liveLimits.register(c)
}

// registerCapture adds the flags of the capturing.
func (l *liveFlags) registerCapture(c *cobra.Command) {
	l.RingSize = capture.DefaultRingSize
	fs := c.Flags()
	l.given = fs.Changed
	fs.StringVarP(&l.Interface, "interface", "i", "", "listen on `IFACE`, any for all; h2scope interfaces lists\nthem")
	fs.StringVarP(&l.expression, "filter", "f", "", "capture what `EXPR` says, in the words of tcpdump")
	fs.BoolVar(&l.Promiscuous, "promiscuous", false, "capture packets for other hosts too")
	fs.Var(sizeFlag{&l.RingSize}, "ring-size", "let the kernel hold up to `SIZE` of packets, a quarter of\n--max-memory at most by default; what comes when that is\nfull is dropped, and counted")
	fs.IntVar(&l.Snaplen, "snaplen", 0, "capture `N` octets of a packet, all for 0")
	fs.StringVarP(&l.write, "write", "w", "", "write packets to `FILE`, as pcapng; - for standard output")
	fs.StringArrayVarP(&l.rotate, "rotate", "b", nil, "begin the next file by a `RULE`: filesize:KB, duration:S\nor packets:N; files:N keeps so many. Several are given\none by one")
	_ = c.RegisterFlagCompletionFunc("interface", completeInterfaces)
}

func completeInterfaces(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	devices, err := capture.Devices()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, d := range devices {
		names = append(names, d.Name)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// check finds mistakes, and reads what has a form of its own.
func (l *liveFlags) check() error {
	if l.given("max-memory") && l.Interface == "" {
		l.setMemory(0) // for files too
	}
	if !l.given("ring-size") && l.memory > 0 {
		l.RingSize = min(l.RingSize, l.memory/4)
	}
	if l.Interface == "" {
		for _, name := range needListening {
			if l.given(name) {
				return usagef("--%s is for listening, with --interface", name)
			}
		}
		return nil
	}
	switch {
	case l.idleAge < 0:
		return usagef("--idle-limit is 0 or more, not %v", l.idleAge)
	case l.Snaplen < 0:
		return usagef("--snaplen is 0 or more, not %d", l.Snaplen)
	case l.Promiscuous && l.Interface == capture.AnyInterface:
		return usagef("--promiscuous is for one interface, not for %s", capture.AnyInterface)
	case l.RingSize == 0:
		return usagef("--ring-size is not 0")
	case len(l.rotate) > 0 && (l.write == "" || l.write == "-"):
		return usagef("--rotate is for --write to a file")
	}
	var err error
	if l.rotation, err = parseRotation(l.rotate); err != nil {
		return err
	}
	if strings.TrimSpace(l.expression) == "" {
		return nil
	}
	parsed, err := filter.Parse(l.expression)
	if err != nil {
		return usagef("--filter %q: %w", l.expression, err)
	}
	l.Filter = parsed
	return nil
}

// open begins to listen, and gives up the right to: what is captured then may
// come from anyone.
func (l *liveFlags) open(warn func(string)) (*capture.Live, error) {
	live, err := capture.OpenLive(l.LiveConfig)
	var unsuitable *filter.Error
	if errors.As(err, &unsuitable) {
		return nil, usagef("--filter %q does not suit %s: %w", l.expression, l.Interface, unsuitable)
	}
	if err != nil {
		return nil, err
	}
	switch err := capture.DropPrivileges(); {
	case errors.Is(err, capture.ErrKeepsPrivileges):
		warn(err.Error())
	case err != nil:
		live.Close()
		return nil, fmt.Errorf("give up privileges: %w", err)
	}
	return live, nil
}

// stopOnSignal ends the capturing when someone wants it to end. A second time
// ends the process.
func stopOnSignal(ctx context.Context, live *capture.Live) (stop func()) {
	ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, func() {
		stop()
		live.Stop()
	})
	return stop
}
