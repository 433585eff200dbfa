package h2scope

import (
	"context"
	"io"

	"h2scope/capture"
	"h2scope/h2decode"
	"h2scope/h2decode/attack"
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A Renderer turns events into output. Each worker has one of its own, so it
// needs no lock.
//
// Event appends what e is to look like to dst and returns it. What a worker's
// renderer appends is merged with that of the others in order of the packet
// that caused it, so that the output is the same for any number of workers. A
// renderer that only gathers returns dst as it is. One that also has a method
// Settled() is told so after each batch of packets, and where none comes for a
// while once more.
type Renderer interface {
	Event(dst []byte, e h2decode.Event) []byte
}

// A Source is what Run asks of a capture: the part of capture.Source that has to
// do with packets.
type Source interface {
	Next(p *capture.Packet) error
	Interfaces() []capture.Interface
	Files() []string
	Notices() []capture.Notice
}

// Config says how a capture is to be decoded. The zero value decodes with one
// worker and the limits that docs/limits.md names.
type Config struct {
	Workers  int      // 0 is 1
	Packets  uint64   // stop after so many; 0: all
	DecodeAs []uint16 // TCP ports on which HTTP/2 is taken for granted; they are the servers'
	Messages bool     // StreamClosed carries the fields of its messages
	Data     bool     // DataDecoded is told

	// Spool keeps the octets of HTTP/2, so that those of a frame can be had
	// again; nil: they are not kept.
	Spool *Spool

	// Observe is told of the decoder of each HTTP/2 connection before any of its
	// events, by the worker whose renderer takes them; nil is fine.
	Observe func(r Renderer, conn uint64, decoder *h2decode.Conn)

	// Packet is told, in order of packets and by the goroutine that reads them, to
	// which connection a packet belongs, with the TCP payload in it as captured,
	// which is borrowed; one that carries several segments (an 802.11 A-MSDU) is
	// told of several times. Connection 0 stands for a fragment of an IP datagram
	// that is not whole: whose it is only the last fragment tells. Other packets
	// are of no connection and not told of. nil is fine.
	Packet func(packet, conn uint64, payload []byte)

	// Panicking is called where a defect is about to end the process, so that a
	// terminal can be put back; nil is fine.
	Panicking func()

	Thresholds attack.Thresholds // of the signatures of attacks; zero: the defaults

	// Keys has the secrets that TLS is decrypted with; nil: there are none.
	// KeysFinal says that it gets no more, so that nothing waits for them.
	Keys      *keylog.Store
	KeysFinal bool

	// Notices are told first: what was found wrong before the reading.
	Notices []*h2decode.Noticed

	Tracking   reassembly.TrackerConfig
	Reassembly *reassembly.Limits // nil: the defaults
	Decryption *tlsdecrypt.Limits // nil: the defaults
	Decoding   h2decode.Limits    // zero: the defaults
}

// Run reads src to its end, or until ctx is done, which is an end of input like
// any other, and writes to out what the renderers make of it. newRenderer is
// called once for each worker, before anything is read. The capture's own
// events (CaptureOpened, Noticed, CaptureEnded) go to the first. Renderers are
// not used any more when Run returns.
//
// The error is that of reading src or of writing out; what was read until then
// has been decoded and written.
func Run(ctx context.Context, src Source, cfg Config, newRenderer func() Renderer, out io.Writer) error {
	workers := make([]*worker, max(1, cfg.Workers))
	for i := range workers {
		workers[i] = newWorker(&cfg, newRenderer())
	}
	p := newPipeline(workers)
	r := &reader{
		src: src, limit: cfg.Packets, pipeline: p, keys: cfg.Keys, notices: cfg.Notices, told: cfg.Packet,
		dissector: capture.NewDissector(capture.DissectorConfig{}),
		tracker:   reassembly.NewTracker(cfg.Tracking),
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if e, ok := src.(embedder); ok && cfg.Keys != nil && !cfg.KeysFinal {
		r.embedder = e
	}
	readErr := make(chan error, 1)
	go func() {
		defer cfg.beforePanic()
		readErr <- r.run(ctx)
	}()
	for _, w := range workers {
		go w.run(p)
	}
	writeErr := p.merge(out, cancel)
	if err := <-readErr; err != nil {
		return err
	}
	return writeErr
}

// beforePanic lets whoever uses the terminal put it back.
func (cfg *Config) beforePanic() {
	if cfg.Panicking == nil {
		return
	}
	if cause := recover(); cause != nil {
		cfg.Panicking()
		panic(cause)
	}
}
