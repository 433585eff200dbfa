package main

import (
	"context"
	"fmt"

	"h2scope"
	"h2scope/capture"
)

// listen analyzes what comes on an interface, until it is interrupted.
func (f *flags) listen(ctx context.Context, std streams, a *analysis) error {
	cfg, err := f.config(a)
	if err != nil {
		return err
	}
	if a.configure != nil {
		a.configure(&cfg)
	}
	keys, err := f.followKeys(cfg.Keys)
	if err != nil {
		return err
	}
	cfg.KeysFinal, cfg.Tracking = keys.none(), f.live.tracking(f.live.RingSize)
	cfg.Reassembly = f.live.reassembly(f.live.RingSize)
	live, err := f.live.open(f.warn(std))
	if err != nil {
		return err
	}
	defer live.Close()
	defer stopOnSignal(orBackground(ctx), live)()
	source := capture.Source(&followingSource{live, keys})
	var rec *recorder
	if f.live.write != "" {
		if rec, err = f.newRecorder(source, std, keys); err != nil {
			return err
		}
		source = &recordedSource{source, rec}
	}
	if source, err = a.wrapped(source, false); err != nil {
		return err
	}
	watched := &watched{Source: &countedSource{Source: source}}
	if a.bare && f.onScreen(std) {
		err = f.show(ctx, &screening{name: f.live.Interface, source: watched, live: true, idles: true, stop: live.Stop}, cfg)
	} else {
		err = f.print(ctx, std, a, watched, cfg)
	}
	if rec != nil {
		if closed := rec.close(); err == nil {
			err = closed
		}
		rec.sumUp(f.say(std))
	}
	return err
}

// print prints the analysis of what comes.
func (f *flags) print(ctx context.Context, std streams, a *analysis, source *watched, cfg h2scope.Config) error {
	out, err := openOutput(f.output, f.force, nil, std)
	if err != nil {
		return err
	}
	r := &reading{flags: f, analysis: a, std: std, source: source, out: out, live: true}
	err = r.run(context.WithoutCancel(orBackground(ctx)), cfg, nil)
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}

// warn says what is no part of the output, and no error.
func (f *flags) warn(std streams) func(string) {
	return func(s string) { f.say(std)("notice: " + s) }
}

// say writes a line to standard error, unless that is to be quiet.
func (f *flags) say(std streams) func(string) {
	return func(s string) {
		if !f.quiet {
			fmt.Fprintf(std.err, "h2scope: %s\n", s)
		}
	}
}
