package capture

import (
	"io"
	"os"
	"slices"
	"syscall"
	"time"
)

// A Config has the limits of reading. The zero Config is the usual one.
type Config struct {
	// Stdin is what "-" names; nil: os.Stdin. It is not closed.
	Stdin io.Reader

	// MaxPacket is how many octets of a packet may have been captured. A
	// longer packet is damage. 0: 16 MiB; at most 1 GiB.
	MaxPacket int

	// How far packets of one file are moved to stand in order of time: the
	// packets held back to look for earlier ones (0: 1,024; at most 65,536),
	// the octets held back (0: 2 MiB), and the time by which one may be
	// older than the newest before it (0: one second).
	//
	// A stream that grows while it is read shows its packets later by as
	// many as are held back: SortPackets below zero holds none back, and
	// nothing is sorted.
	SortPackets int
	SortOctets  int
	SortSpan    time.Duration
}

// withDefaults replaces zeros and cuts at limits.
func (c Config) withDefaults() Config {
	or := func(v, zero, limit int) int {
		if v == 0 {
			return zero
		}
		return min(max(v, 1), limit)
	}
	c.MaxPacket = or(c.MaxPacket, 16<<20, 1<<30)
	c.SortPackets = or(c.SortPackets, 1024, 1<<16)
	c.SortOctets = or(c.SortOctets, 2<<20, 1<<30)
	if c.SortSpan <= 0 {
		c.SortSpan = time.Second
	}
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	return c
}

// Open reads capture files: pcap or pcapng, plain or compressed with gzip,
// zstd or lz4, whatever their names. "-" is standard input. Several are merged
// by time; where times are equal, the file named first comes first. Each is
// sorted first, as far as cfg says.
//
// An error is an *Error. Close of the source closes the files.
func Open(files []string, cfg Config) (Source, error) {
	cfg = cfg.withDefaults()
	s := &source{files: slices.Clone(files), pool: &windowPool{}}
	for _, name := range files {
		in, err := openInput(name, &s.catalog, s.pool, cfg)
		if err != nil {
			s.Close()
			return nil, err
		}
		s.inputs = append(s.inputs, in)
	}
	return s, nil
}

// NewReader reads one capture from r, which it does not close; name is what
// Files, notices and errors call it. It waits for the first octets.
func NewReader(r io.Reader, name string, cfg Config) (Source, error) {
	s := &source{files: []string{name}, pool: &windowPool{}}
	in, err := newInput(r, io.NopCloser(nil), name, &s.catalog, s.pool, cfg.withDefaults())
	if err != nil {
		return nil, err
	}
	s.inputs = []*input{in}
	return s, nil
}

// FindSecrets passes over files and returns the decryption secrets in them,
// so that a packet can be decrypted whose secrets stand behind it. It does not
// read what can be read only once: standard input and pipes.
func FindSecrets(files []string, cfg Config) ([]Secrets, error) {
	cfg = cfg.withDefaults()
	var c catalog
	for _, name := range files {
		if info, err := os.Stat(name); name == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			continue
		}
		in, err := openInput(name, &c, &windowPool{}, cfg)
		if err != nil {
			return nil, err
		}
		err = in.findSecrets()
		in.close()
		if err != nil {
			return nil, err
		}
	}
	return c.secrets, nil
}

func (in *input) findSecrets() error {
	f, ok := in.reader.(*pcapngFile)
	if !ok {
		return nil // pcap has none
	}
	f.secretsOnly = true
	if err := f.next(&Packet{}); err != io.EOF {
		return err
	}
	return nil
}

func openInput(name string, c *catalog, pool *windowPool, cfg Config) (*input, error) {
	if name == "-" {
		return newInput(cfg.Stdin, io.NopCloser(nil), name, c, pool, cfg)
	}
	f, err := openFile(name)
	if err != nil {
		return nil, &Error{Op: "open", File: name, Err: err}
	}
	return newInput(f, f, name, c, pool, cfg)
}

// openFile opens what can be read as a file: not a directory, which only the
// first read would say, and in other words on each system.
func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, syscall.EISDIR
	}
	return f, nil
}
