package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"h2scope"
	"h2scope/capture"
	"h2scope/export/text"
	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples"
)

const demoLong = `Shows an embedded sample: on a terminal in the terminal UI, else its summary and
its streams. It needs no capture, no privilege and no network.`

const demoExample = `h2scope demo
h2scope demo --list
h2scope demo NAME`

func newDemo(std streams) *cobra.Command {
	f := new(flags)
	var list bool
	c := &cobra.Command{
		Use: "demo [NAME]", Short: "Show an embedded sample: needs no capture",
		Long: demoLong, Example: demoExample,
		DisableFlagsInUseLine: true,
		Args:                  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			for _, s := range samples.List() {
				names = append(names, s.Name+"\t"+s.Title)
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().SortFlags = false
	c.Flags().BoolVar(&list, "list", false, "list the samples")
	f.registerColor(c)
	f.screen.register(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f.checkColor(); err != nil {
			return err
		}
		out, err := openOutput("", false, nil, std)
		if err != nil {
			return err
		}
		if list {
			writeSamples(out)
			return out.Close()
		}
		name := samples.Default
		if len(args) > 0 {
			name = args[0]
		}
		return f.demo(c, std, out, name)
	}
	return c
}

func writeSamples(out *output) {
	for _, s := range samples.List() {
		fmt.Fprintf(out, "%-16s %s\n", s.Name, s.Title)
	}
}

// demo reads the sample as a file would be read.
func (f *flags) demo(c *cobra.Command, std streams, out *output, name string) error {
	r, err := samples.Open(name)
	if err != nil {
		return hintedError{usageError{err}, "h2scope demo --list names the samples"}
	}
	src, err := capture.NewReader(r, name, capture.Config{})
	if err != nil {
		return err
	}
	defer src.Close()
	source := &watched{Source: src}
	cfg := h2scope.Config{Workers: runtime.NumCPU(), Messages: true, Keys: keylog.NewStore()}
	if f.onScreen(std) {
		return f.show(c.Context(), &screening{name: name, source: source}, cfg)
	}
	o := f.options(out)
	o.First = source.first.Load
	view := text.Stack{text.NewSummary(o), text.NewStreams(o)}
	err = h2scope.Run(orBackground(c.Context()), source, cfg, func() h2scope.Renderer { return view.Worker() }, out)
	if err != nil {
		return err
	}
	if err := view.Foot(out); err != nil {
		return err
	}
	fmt.Fprint(out, "\nWith a capture of your own: h2scope streams FILE, or h2scope frames -V FILE\n")
	return out.Close()
}
