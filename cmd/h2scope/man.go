package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

const manLong = `Writes a manual page of each command to a folder: h2scope.1, h2scope-frames.1 and
so on, for man to find: h2scope man ~/.local/share/man/man1`

// newMan builds the command that writes manual pages, made of the commands
// themselves.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "Write manual pages", Long: manLong, Example: "h2scope man /usr/local/share/man/man1",
		DisableFlagsInUseLine: true,
		Args:                  cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := c.Root()
			root.DisableAutoGenTag = true // the same pages from the same program
			date := time.Unix(0, 0).UTC()
			return doc.GenManTree(root, &doc.GenManHeader{Title: "H2SCOPE", Section: "1", Date: &date, Source: "h2scope"}, args[0])
		},
	}
}
