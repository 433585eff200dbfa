package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"h2scope/capture"
	"h2scope/capture/pcapng"
)

const (
	// maxHeld is how many octets of packets wait for their secrets in each of
	// two rounds.
	maxHeld = 32 << 20

	// writeAt is how many octets are gathered where none has to wait.
	writeAt = 64 << 10
)

// A captureFile is one file that packets are written to. What is written are
// whole blocks, so that the file can be read whenever the process dies.
//
// A program writes the secrets of a connection a moment after the packets with
// which they were agreed on, and who reads the file wants them before
// (draft-ietf-opsawg-pcapng, Section 4.7). So where secrets may come, blocks are
// held for one round, which is long enough to look for secrets twice.
type captureFile struct {
	out     io.WriteCloser
	holding bool
	old     []byte // blocks of the last round
	young   []byte // blocks of this one

	octets  int64 // written and held
	packets uint64
	begun   int64  // nanoseconds since 1970
	dropped uint64 // before it began
	err     error  // of writing; it stays
}

// newCaptureFile writes the description of the interface, so that it is a
// capture from its first octet on.
func newCaptureFile(out io.WriteCloser, holding bool, i capture.Interface, filter string, begun int64) (*captureFile, error) {
	f := &captureFile{out: out, holding: holding, begun: begun, dropped: i.Dropped}
	section := pcapng.SectionHeader{Application: "h2scope", OS: runtime.GOOS}
	description := pcapng.InterfaceDescription{
		LinkType: uint16(i.LinkType), Snaplen: uint32(i.Snaplen), Name: i.Name, OS: runtime.GOOS, Filter: filter,
	}
	return f, f.write(description.Append(section.Append(nil), pcapng.LittleEndian))
}

// write writes blocks that don't wait.
func (f *captureFile) write(blocks []byte) error {
	f.octets += int64(len(blocks))
	return f.put(blocks)
}

func (f *captureFile) put(blocks []byte) error {
	if f.err == nil && len(blocks) > 0 {
		_, f.err = f.out.Write(blocks)
	}
	return f.err
}

// packet writes a packet.
func (f *captureFile) packet(p *capture.Packet) error {
	f.packets++
	return f.hold(pcapng.Packet{Timestamp: uint64(p.Time), Length: uint32(p.Length), Data: p.Data}.Append(f.young, pcapng.LittleEndian))
}

// statistics writes how many packets came for this file by now, and how many of
// them were dropped. So those that are in the file are the difference, and files
// of one recording can be added up.
func (f *captureFile) statistics(i capture.Interface, now int64) error {
	dropped := i.Dropped - f.dropped
	return f.hold(pcapng.InterfaceStatistics{
		Timestamp: uint64(now), Received: f.packets + dropped, Dropped: dropped,
	}.Append(f.young, pcapng.LittleEndian))
}

// hold takes the blocks of this round, which have grown.
func (f *captureFile) hold(young []byte) error {
	f.octets += int64(len(young) - len(f.young))
	f.young = young
	if !f.holding && len(young) >= writeAt {
		return f.turn()
	}
	return f.err
}

// full reports that a round has to end before its time.
func (f *captureFile) full() bool { return len(f.young) >= maxHeld }

// secrets writes secrets before the packets that are held.
func (f *captureFile) secrets(keyLog []byte) error {
	if len(keyLog) == 0 {
		return f.err
	}
	return f.write(pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: keyLog}.Append(nil, pcapng.LittleEndian))
}

// turn ends a round: what was held for one is written.
func (f *captureFile) turn() error {
	if !f.holding {
		f.old, f.young = f.young, f.old
	}
	err := f.put(f.old)
	f.old, f.young = f.young, f.old[:0]
	return err
}

// close writes all that is held.
func (f *captureFile) close() error {
	err := f.turn()
	if err == nil {
		err = f.turn()
	}
	if closed := f.out.Close(); err == nil {
		err = closed
	}
	return err
}

// createCapture creates a file that only its owner may read: what goes over
// the network is nobody else's business, and secrets are less so.
func createCapture(name string, force bool) (*os.File, error) {
	mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, mode, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, hintedError{fmt.Errorf("create %s: it exists already", name), "--force writes over it"}
	}
	return f, err
}
