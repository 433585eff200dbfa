package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"h2scope/capture"
)

const (
	// roundEvery is how long packets wait for their secrets, where some may
	// come; up to twice as long.
	roundEvery = int64(250 * time.Millisecond)

	// statisticsEvery is how often the counters are written on the way, if
	// packets were dropped.
	statisticsEvery = int64(5 * time.Second)
)

// A recorder writes packets to one capture file after the other. One goroutine
// uses it; the counters may be read by any.
type recorder struct {
	name     string // "-": standard output
	stdout   io.Writer
	force    bool
	rotation rotation
	filter   string
	source   capture.Source
	embedded *embedded // nil: no secrets come

	file    *captureFile
	names   []string // of the files that are there, rotated
	files   int
	round   int64  // when the last round ended; nanoseconds since 1970
	counted int64  // when the counters were last written
	last    uint64 // how many were dropped then

	packets, dropped atomic.Uint64
	octets           atomic.Int64
}

// newRecorder creates the first file for the packets of source.
func (f *flags) newRecorder(source capture.Source, std streams, keys *keyFollower) (*recorder, error) {
	r := &recorder{
		name: f.live.write, stdout: std.out, force: f.force, rotation: f.live.rotation,
		filter: f.live.expression, source: source,
	}
	if r.name == "-" && terminalWidth(std.out) > 0 {
		return nil, usagef("--write - writes octets that are not for a terminal")
	}
	if !keys.none() {
		r.embedded = newEmbedded(keys)
	}
	return r, r.begin(time.Now().UnixNano())
}

// begin begins a file, with all the secrets that the next packets may need.
func (r *recorder) begin(now int64) error {
	out, err := r.create(now)
	if err != nil {
		return err
	}
	i := r.source.Interfaces()[0]
	if r.file, err = newCaptureFile(out, r.embedded != nil, i, r.filter, now); err != nil {
		return r.failed(err)
	}
	r.files++
	r.counted = now
	if r.embedded != nil {
		r.embedded.news()
		err = r.file.secrets(r.embedded.kept)
	}
	return r.failed(err)
}

// unclosed is a writer that stays open.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func (r *recorder) create(now int64) (io.WriteCloser, error) {
	name := r.name
	switch {
	case name == "-":
		return unclosed{r.stdout}, nil
	case !r.rotation.none():
		name = fileName(r.name, r.files+1, time.Unix(0, now))
		r.names = append(r.names, name)
	}
	f, err := createCapture(name, r.force)
	if err != nil {
		return nil, err
	}
	return f, r.forget()
}

// forget removes the oldest file, if there are too many.
func (r *recorder) forget() error {
	if r.rotation.files == 0 || len(r.names) <= r.rotation.files {
		return nil
	}
	oldest := r.names[0]
	r.names = r.names[1:]
	return os.Remove(oldest)
}

// packet writes a packet, to the next file if that is due.
func (r *recorder) packet(p *capture.Packet) error {
	if r.rotation.full(r.file) {
		if err := r.next(p.Time); err != nil {
			return err
		}
	}
	if err := r.pass(p.Time); err != nil {
		return err
	}
	r.packets.Add(1)
	r.octets.Add(int64(len(p.Data)))
	return r.failed(r.file.packet(p))
}

// idle lets go of what is not held, since no packet comes now.
func (r *recorder) idle() error {
	if err := r.pass(time.Now().UnixNano()); err != nil {
		return err
	}
	if r.file.holding {
		return nil
	}
	return r.failed(r.file.turn())
}

// pass does what is due at a time.
func (r *recorder) pass(now int64) error {
	f := r.file
	if r.rotation.old(f, now) {
		return r.next(now)
	}
	if f.holding && (now >= r.round+roundEvery || f.full()) {
		r.round = now
		if err := f.secrets(r.embedded.news()); err != nil {
			return r.failed(err)
		}
		if err := f.turn(); err != nil {
			return r.failed(err)
		}
	}
	if now >= r.counted+statisticsEvery {
		r.counted = now
		if i := r.counters(); i.Dropped != r.last {
			r.last = i.Dropped
			return r.failed(f.statistics(i, now))
		}
	}
	return nil
}

// next ends a file and begins another.
func (r *recorder) next(now int64) error {
	if err := r.end(now); err != nil {
		return err
	}
	return r.begin(now)
}

func (r *recorder) counters() capture.Interface {
	i := r.source.Interfaces()[0]
	r.dropped.Store(i.Dropped)
	return i
}

// end ends a file: with the secrets that came last, and the counters.
func (r *recorder) end(now int64) error {
	var err error
	if r.embedded != nil {
		err = r.file.secrets(r.embedded.news())
	}
	if err == nil {
		err = r.file.statistics(r.counters(), now)
	}
	if closed := r.file.close(); err == nil {
		err = closed
	}
	return r.failed(err)
}

// close ends the last file.
func (r *recorder) close() error { return r.end(time.Now().UnixNano()) }

func (r *recorder) failed(err error) error {
	var path *os.PathError
	if err == nil || errors.As(err, &path) {
		return err
	}
	return fmt.Errorf("write %s: %w", r.name, err)
}

// A recordedSource writes the packets that are read from it.
type recordedSource struct {
	capture.Source
	recorder *recorder
}

// Next is Source's. An error may be one of writing.
func (s *recordedSource) Next(p *capture.Packet) error {
	err := s.Source.Next(p)
	switch {
	case err == nil:
		return s.recorder.packet(p)
	case errors.Is(err, capture.ErrIdle):
		if failed := s.recorder.idle(); failed != nil {
			return failed
		}
	}
	return err
}
