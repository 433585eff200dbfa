package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"h2scope/capture"
	"h2scope/h2decode/printable"
)

const interfacesLong = `Lists the interfaces that h2scope -i can listen on: each with what its packets
begin with, its state and its addresses. It needs no privilege.`

const interfacesExample = `h2scope interfaces
h2scope interfaces --json | jq -r 'select(.up) | .name'`

func newInterfaces(std streams) *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use: "interfaces", Short: "What can be listened on",
		Long: interfacesLong, Example: interfacesExample,
		DisableFlagsInUseLine: true,
		Args:                  noArguments,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	c.Flags().SortFlags = false
	c.Flags().BoolVar(&f.json, "json", false, "write records, one JSON object a line")
	c.Flags().StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of standard output")
	c.Flags().BoolVar(&f.force, "force", false, "write over the output file")
	c.RunE = func(*cobra.Command, []string) error {
		devices, err := capture.Devices()
		if err != nil {
			return fmt.Errorf("list interfaces: %w", err)
		}
		out, err := openOutput(f.output, f.force, nil, std)
		if err != nil {
			return err
		}
		write := writeDevices
		if f.json {
			write = writeDeviceRecords
		}
		err = write(out, devices)
		if closed := out.Close(); err == nil {
			err = closed
		}
		return err
	}
	return c
}

// writeDevices writes a line for each.
func writeDevices(w io.Writer, devices []capture.Device) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "name\tlink type\tstate\taddresses")
	for _, d := range devices {
		link := "?"
		if d.LinkKnown {
			link = d.LinkType.String()
		}
		about := strings.Join(addresses(d), " ")
		if about == "" {
			about = d.Description
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", printable.String(d.Name), link, state(d), printable.String(about))
	}
	return table.Flush()
}

func state(d capture.Device) string {
	words := []string{"down"}
	if d.Up {
		words[0] = "up"
	}
	if d.Running {
		words = append(words, "running")
	}
	if d.Loopback {
		words = append(words, "loopback")
	}
	return strings.Join(words, " ")
}

func addresses(d capture.Device) []string {
	all := make([]string, len(d.Addresses))
	for i, a := range d.Addresses {
		all[i] = a.String()
	}
	return all
}

// A deviceRecord is the record of an interface.
type deviceRecord struct {
	Record      string   `json:"record"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	LinkType    string   `json:"link_type,omitempty"`
	Addresses   []string `json:"addresses"`
	Up          bool     `json:"up"`
	Running     bool     `json:"running"`
	Loopback    bool     `json:"loopback"`
}

// writeDeviceRecords writes a record for each.
func writeDeviceRecords(w io.Writer, devices []capture.Device) error {
	encoder := json.NewEncoder(w)
	for _, d := range devices {
		r := deviceRecord{
			Record: "interface", Name: d.Name, Description: d.Description, Addresses: addresses(d),
			Up: d.Up, Running: d.Running, Loopback: d.Loopback,
		}
		if d.LinkKnown {
			r.LinkType = d.LinkType.String()
		}
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
