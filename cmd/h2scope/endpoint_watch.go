package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"

	"h2scope/capture"
	"h2scope/capture/filter"
	"h2scope/reassembly/tlsdecrypt"
	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples/endpoint"
)

// A watch shows the traffic of the endpoint as it comes: on a terminal in the
// UI, else as frames does.
type watch struct {
	flags   *flags
	std     streams
	address string // of the endpoint
	source  capture.Source
	stop    func() // ends the source, when what it has was read
	keys    *keylog.Store
}

// secretsWriter puts the lines of a key log into a store.
type secretsWriter struct{ store *keylog.Store }

func (w secretsWriter) Write(lines []byte) (int, error) {
	if _, err := w.store.Add(lines, "endpoint"); err != nil {
		return 0, err
	}
	return len(lines), nil
}

// watching is a watch that has no source yet.
func (f *endpointFlags) watching(std streams, keys *keylog.Store) *watch {
	shown := &flags{json: f.json, all: f.details, color: f.color, tls: tlsdecrypt.DefaultLimits(), screen: screenFlags{spool: defaultSpool}}
	shown.live.liveLimits = defaultLiveLimits()
	return &watch{flags: shown, std: std, keys: keys}
}

// begin begins to record what comes to ln: on the interface where that is
// allowed, else at the socket, and says so. It gives the listener that is to be
// served.
func (w *watch) begin(ln net.Listener) (net.Listener, error) {
	w.address = ln.Addr().String()
	live, err := listenFor(ln.Addr(), w.flags.warn(w.std))
	var refused *capture.LiveError
	switch {
	case errors.As(err, &refused):
		w.flags.say(w.std)(fmt.Sprintf("%v: recorded at the socket, packets made from it", err))
		return w.atSocket(ln), nil
	case err != nil:
		return nil, err
	}
	w.source, w.stop = live, live.Stop
	return ln, nil
}

func (w *watch) atSocket(ln net.Listener) net.Listener {
	recorded := newRecordedSocket(ln.Addr())
	w.source, w.stop = recorded, recorded.end
	return recorded.recorder.Listen(ln)
}

// listenFor listens on the interface where what is sent to an address passes.
func listenFor(address net.Addr, warn func(string)) (*capture.Live, error) {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return nil, err
	}
	l := liveFlags{expression: "tcp port " + port}
	if l.Interface, err = interfaceOf(net.ParseIP(host)); err != nil {
		return nil, err
	}
	if l.Filter, err = filter.Parse(l.expression); err != nil {
		return nil, err
	}
	return l.open(warn)
}

// interfaceOf names the loopback interface for its addresses. What is sent to
// others may come on any.
func interfaceOf(ip net.IP) (string, error) {
	devices, err := capture.Devices()
	if err != nil {
		return "", err
	}
	for _, d := range devices {
		if ip.IsLoopback() && d.Loopback && d.Up {
			return d.Name, nil
		}
	}
	if runtime.GOOS != "linux" {
		return "", &capture.LiveError{Interface: capture.AnyInterface, Err: capture.ErrLiveUnsupported}
	}
	return capture.AnyInterface, nil
}

// framesAnalysis is that of the command frames.
func framesAnalysis() *analysis {
	for i := range analyses {
		if analyses[i].live {
			return &analyses[i]
		}
	}
	panic("there is no command whose lines come as the capture is read")
}

// show shows what comes until the source ends, or nobody reads.
func (w *watch) show() error {
	a := framesAnalysis()
	cfg, err := w.flags.config(a)
	if err != nil {
		return err
	}
	cfg.Keys, cfg.Tracking = w.keys, w.flags.live.tracking(w.flags.live.RingSize)
	if w.flags.onScreen(w.std) {
		return w.flags.show(context.Background(), &screening{name: "endpoint on " + w.address, source: &watched{Source: w.source}, live: true, stop: w.stop}, cfg)
	}
	out, err := openOutput("", false, nil, w.std)
	if err != nil {
		return err
	}
	r := &reading{flags: w.flags, analysis: a, std: w.std, source: &watched{Source: w.source}, out: out, live: true}
	err = r.run(context.Background(), cfg, nil)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// serve serves until ctx is done or nobody reads what is shown.
func (w *watch) serve(ctx context.Context, site *endpoint.Site, ln net.Listener) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	shown := make(chan error, 1)
	go func() {
		shown <- w.show()
		w.stop()
		stop()
	}()
	err := serve(ctx, site, ln)
	w.stop()
	if failed := <-shown; err == nil {
		err = failed
	}
	if closed := w.source.Close(); err == nil {
		err = closed
	}
	return err
}
