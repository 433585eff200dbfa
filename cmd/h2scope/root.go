package main

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootLong = `h2scope shows the HTTP/2 in packet captures: every connection, stream and frame,
with every field, its settings, priorities and errors, and what the capture
lacks of it. It reads pcap and pcapng files, plain or compressed with gzip, zstd
or lz4, or standard input.`

const rootExample = `h2scope capture.pcapng              what is in it, and what is wrong with it
h2scope streams capture.pcapng      every request, and what came of it
h2scope frames -V capture.pcapng    every frame, with every field of it
h2scope frames --json a.pcap.gz     records for other programs, as JSON
tcpdump -w - | h2scope conns -      from a pipe
h2scope frames -i eth0              what comes on an interface, as it comes
h2scope demo                        what it looks like, without a capture`

// newRoot builds the command and those below it.
func newRoot(std streams) *cobra.Command {
	root := newAnalysis(std, analysis{
		use: "h2scope [FILE…]", short: "Show the HTTP/2 in packet captures", long: rootLong, example: rootExample,
		view: summaryView, bare: true,
	})
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{flagError(err)} })
	root.SetUsageTemplate(usageTemplate)
	root.SetHelpTemplate(helpTemplate)
	cobra.AddTemplateFunc("indent", indent)
	cobra.AddTemplateFunc("flagUsages", flagUsages)
	for _, a := range analyses {
		root.AddCommand(newAnalysis(std, a))
	}
	root.AddCommand(newCheck(std), newExport(std))
	root.AddCommand(newRecord(std), newInterfaces(std))
	root.AddCommand(newHPACK(std), newDemo(std), newVersion(), newMan())
	root.AddCommand(newEndpoint(std), newSelftest(std))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// flagError puts a mistake with a flag into words: the words of package pflag
// name a Go function.
func flagError(err error) error {
	var invalid *pflag.InvalidValueError
	if !errors.As(err, &invalid) {
		return err
	}
	name := "--" + invalid.GetFlag().Name
	reason := invalid.Unwrap().Error()
	if invalid.GetFlag().Value.Type() == "bool" {
		reason = "is true or false"
	} else if strings.Contains(reason, "strconv") {
		reason = "is a whole number from 0"
	}
	return errors.New(name + " " + reason + ", not \"" + invalid.GetValue() + "\"")
}

func indent(s string) string { return "  " + strings.ReplaceAll(strings.TrimSpace(s), "\n", "\n  ") }

// flagUsages takes away what package pflag calls a flag that is counted.
func flagUsages(fs *pflag.FlagSet) string {
	return strings.Replace(fs.FlagUsages(), "--time count", "--time      ", 1)
}

const helpTemplate = `{{with or .Long .Short}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`

const usageTemplate = `{{if .HasExample}}Examples:
{{indent .Example}}

{{end}}Usage:
  {{.UseLine}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND …

Commands:{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{flagUsages .LocalFlags | trimTrailingWhitespaces}}{{end}}
`
