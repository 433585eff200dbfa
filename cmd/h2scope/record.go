package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"h2scope/capture"
	"h2scope/export/text"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

const recordLong = `Captures packets to a file, as pcapng. With --keylog the secrets that a client or
server writes there are embedded in the file as they appear, so that the file
alone can be decrypted, by h2scope and by Wireshark. It ends with an interrupt,
and says how many packets it wrote and how many the kernel dropped.

Packets are in the file within a second, and what is in it can be read also
where the recording ended in another way.`

const recordExample = `h2scope record -i eth0 -w out.pcapng
h2scope record -i any -f 'tcp port 443' -k keys.log -w out.pcapng
h2scope record -i eth0 -w out.pcapng -b filesize:100000 -b files:10
h2scope record -i lo -w - | h2scope frames -`

func newRecord(std streams) *cobra.Command {
	f := new(flags)
	c := &cobra.Command{
		Use: "record -i IFACE -w FILE", Short: "Capture to a file, with the keys embedded",
		Long: recordLong, Example: recordExample,
		DisableFlagsInUseLine: true,
		Args:                  noArguments,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	fs := c.Flags()
	fs.SortFlags = false
	f.live.registerCapture(c)
	fs.StringArrayVarP(&f.keyLogs, "keylog", "k", nil, "embed the secrets of key log `FILE` as it grows; several\nare used together; $SSLKEYLOGFILE without this flag")
	fs.Uint64VarP(&f.count, "count", "c", 0, "stop after `N` packets")
	fs.BoolVar(&f.force, "force", false, "write over the file")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no notices, no counts on standard error")
	c.RunE = func(c *cobra.Command, _ []string) error {
		switch {
		case f.live.Interface == "":
			return usagef("--interface is missing: h2scope interfaces lists those that there are")
		case f.live.write == "":
			return usagef("--write is missing: the file to record to, - for standard output")
		}
		if err := f.live.check(); err != nil {
			return err
		}
		return f.record(orBackground(c.Context()), std)
	}
	return c
}

// record captures until it is interrupted.
func (f *flags) record(ctx context.Context, std streams) error {
	keys, err := f.followKeys(keylog.NewStore())
	if err != nil {
		return err
	}
	live, err := f.live.open(f.warn(std))
	if err != nil {
		return err
	}
	defer live.Close()
	defer stopOnSignal(ctx, live)()
	source := &followingSource{live, keys}
	r, err := f.newRecorder(source, std, keys)
	if err != nil {
		return err
	}
	stopStatus := func() {}
	if !f.quiet && terminalWidth(std.err) > 0 {
		stopStatus = r.showStatus(std.err)
	}
	err = drain(&recordedSource{source, r}, f.count)
	if closed := r.close(); err == nil {
		err = closed
	}
	stopStatus()
	for _, n := range source.Notices() {
		f.warn(std)(text.NoticeText(&h2decode.Noticed{Kind: string(n.Kind), Message: n.Message, File: n.File, Packet: n.Packet}))
	}
	r.sumUp(f.say(std))
	return err
}

// drain reads a source to its end, or n packets of it where n is not 0.
func drain(source capture.Source, n uint64) error {
	var p capture.Packet
	for read := uint64(0); n == 0 || read < n; {
		switch err := source.Next(&p); {
		case err == nil:
			read++
		case errors.Is(err, io.EOF):
			return nil
		case !errors.Is(err, capture.ErrIdle):
			return err
		}
	}
	return nil
}
