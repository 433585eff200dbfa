package main

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"h2scope/export"
	"h2scope/export/text"
	"h2scope/hpack"
)

const hpackLong = `Decodes HPACK field blocks (RFC 7541) given as hexadecimal digits, and shows the
dynamic table after each. Several blocks are one after the other of the same
direction of a connection: they share a table. Spaces and colons between the
digits are passed over.`

const hpackExample = `h2scope hpack 828684410f7777772e6578616d706c652e636f6d
h2scope hpack 828684be58086e6f2d6361636865 828785bf400a637573746f6d2d6b6579
h2scope hpack --json --table-size 256 "82 86 84 41 8c f1 e3 c2 e5"`

type hpackFlags struct {
	flags
	tableSize uint32
}

func newHPACK(std streams) *cobra.Command {
	f := new(hpackFlags)
	c := &cobra.Command{
		Use: "hpack HEX…", Short: "Decode field blocks given as hex, with the table after each",
		Long: hpackLong, Example: hpackExample,
		DisableFlagsInUseLine: true,
		Args:                  cobra.ArbitraryArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.Uint32Var(&f.tableSize, "table-size", 4096, "`OCTETS` that the dynamic table may take")
	fs.BoolVar(&f.json, "json", false, "write records, one JSON object a line")
	f.registerColor(c)
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("no field block is given")
		}
		if err := f.checkColor(); err != nil {
			return err
		}
		blocks, err := parseBlocks(args)
		if err != nil {
			return err
		}
		return f.decode(std, blocks)
	}
	return c
}

func parseBlocks(args []string) ([][]byte, error) {
	blocks := make([][]byte, len(args))
	for i, arg := range args {
		digits := strings.NewReplacer(" ", "", ":", "", "\n", "", "\t", "").Replace(arg)
		digits = strings.TrimPrefix(digits, "0x")
		if n := strings.IndexFunc(digits, notHex); n >= 0 {
			return nil, usagef("block %d: %q is no hexadecimal digit", i+1, []rune(digits[n:])[0])
		}
		octets, err := hex.DecodeString(digits)
		if err != nil {
			return nil, usagef("block %d has an odd number of hexadecimal digits, %d", i+1, len(digits))
		}
		blocks[i] = octets
	}
	return blocks, nil
}

func notHex(r rune) bool { return !strings.ContainsRune("0123456789abcdefABCDEF", r) }

// decode prints block for block; one that can't be decoded is the last.
func (f *hpackFlags) decode(std streams, blocks [][]byte) error {
	out, err := openOutput("", false, nil, std)
	if err != nil {
		return err
	}
	defer out.Close()
	o := text.Options{Width: out.width, Color: useColor(f.color, out.width > 0)}
	d := hpack.NewDecoder(f.tableSize)
	var fields []hpack.Field
	for i, block := range blocks {
		var broken error
		fields, broken = d.DecodeBlock(fields[:0], block)
		if f.json {
			_, err = out.Write(export.AppendFieldBlock(nil, i+1, len(block), fields, d, broken))
		} else {
			err = writeBlock(out, i+1, len(block), fields, d, broken, o)
		}
		if err != nil {
			return err
		}
		if broken != nil {
			return fmt.Errorf("block %d: %w", i+1, broken)
		}
	}
	return out.Flush()
}

func writeBlock(out *output, number, octets int, fields []hpack.Field, d *hpack.Decoder, broken error, o text.Options) error {
	if number > 1 {
		if err := out.WriteByte('\n'); err != nil {
			return err
		}
	}
	return text.WriteFieldBlock(out, number, octets, fields, d, broken, o)
}
