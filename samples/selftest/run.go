package selftest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"h2scope"
	"h2scope/samples/endpoint"
)

// ErrNoLoopback says that nothing can be tried, since this process may not open
// sockets on the loopback interface.
var ErrNoLoopback = errors.New("no socket on the loopback interface can be opened")

// Loopback tries whether a connection over the loopback interface can be made. An
// error wraps ErrNoLoopback.
func Loopback() error {
	ln, err := net.Listen("tcp4", loopback)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoLoopback, err)
	}
	defer ln.Close()
	conn, err := net.Dial("tcp4", ln.Addr().String())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoLoopback, err)
	}
	return conn.Close()
}

// loopback is where the checks listen: any port that is free.
const loopback = "127.0.0.1:0"

// A Config says what to run and how.
type Config struct {
	Only   []string  // names, or beginnings of names; none: all checks
	Keep   string    // a folder for the captures, which must exist; "": they are not kept
	Record Recording // the zero Recording is AtSocket
	Decode Decoder   // nil: h2scope.Run

	// Timeout is how long one check may take. 0: ten seconds.
	Timeout time.Duration
}

// A Result is what came of a check.
type Result struct {
	Check  Check
	Passed bool
	Took   time.Duration

	// What was compared: frames, field lines, bodies; windows by the frames that
	// move them, steps of streams from state to state, and stalls; and the
	// packets decoded.
	Frames, Fields, Bodies  int
	Windows, States, Stalls int
	Packets                 uint64

	// Mismatches are the differences between what was sent and what was
	// decoded, one sentence each: up to ten, and a last one that counts those
	// beyond. An error that kept the check from its end is one of them.
	Mismatches []string
}

// Select gives the checks whose name is one of only, or begins with one of them
// and a slash. It is an error if one of them names nothing.
func Select(only []string) ([]Check, error) {
	if len(only) == 0 {
		return Checks(), nil
	}
	found := map[string]bool{}
	var selected []Check
	for _, c := range Checks() {
		wanted := false
		for _, name := range only {
			if c.Name == name || strings.HasPrefix(c.Name, name+"/") {
				wanted, found[name] = true, true
			}
		}
		if wanted {
			selected = append(selected, c)
		}
	}
	for _, name := range only {
		if !found[name] {
			return nil, fmt.Errorf("no check is named %q", name)
		}
	}
	return selected, nil
}

// Run runs the checks one after the other and tells each of its result. A check
// that fails is a result; an error is what keeps the checks from being run:
// ErrNoLoopback, a name that is no check's, a folder that can't be written to, or
// the cause for which ctx is done.
func Run(ctx context.Context, cfg Config, each func(Result)) error {
	checks, err := Select(cfg.Only)
	if err != nil {
		return err
	}
	if cfg.Record.Start == nil {
		cfg.Record = AtSocket()
	}
	if cfg.Decode == nil {
		cfg.Decode = h2scope.Run
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	if err := Loopback(); err != nil {
		return err
	}
	var identities [2]*endpoint.Identity // by kind of key
	for i := range checks {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		c := &checks[i]
		if c.tls != nil && identities[c.key] == nil {
			if identities[c.key], err = endpoint.NewIdentity(c.key); err != nil {
				return err
			}
		}
		r := &round{check: c, decode: cfg.Decode}
		if c.tls != nil {
			r.identity = identities[c.key]
		}
		result, err := r.run(ctx, &cfg)
		if err != nil {
			return err
		}
		each(result)
	}
	return nil
}

// run runs the check of a round.
func (r *round) run(ctx context.Context, cfg *Config) (Result, error) {
	began := time.Now()
	if !r.check.written {
		if err := r.listen(cfg); err != nil {
			return Result{}, err
		}
		defer r.listener.Close()
	}
	limited, cancel := context.WithTimeout(ctx, cfg.Timeout)
	defer cancel()
	if err := r.check.play(limited, r); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return Result{}, cause
		}
		r.differ("%v", err)
	}
	if cfg.Keep != "" && r.file != nil {
		name := strings.ReplaceAll(r.check.Name, "/", "-") + ".pcapng"
		if err := os.WriteFile(filepath.Join(cfg.Keep, name), r.file, 0o600); err != nil {
			return Result{}, err
		}
	}
	return r.result(time.Since(began)), nil
}

// listen opens what the check needs to be played.
func (r *round) listen(cfg *Config) (err error) {
	if r.listener, err = net.Listen("tcp4", loopback); err != nil {
		return err
	}
	if r.recorder, err = cfg.Record.Start(netip.MustParseAddrPort(r.listener.Addr().String())); err != nil {
		_ = r.listener.Close()
		return fmt.Errorf("recording: %w", err)
	}
	return nil
}

func (r *round) result(took time.Duration) Result {
	mismatches := r.mismatches
	if r.more > 0 {
		mismatches = append(mismatches, fmt.Sprintf("and %d more differences", r.more))
	}
	return Result{
		Check: *r.check, Passed: len(mismatches) == 0, Took: took,
		Frames: r.Frames, Fields: r.Fields, Bodies: r.Bodies, Windows: r.Windows, States: r.States, Stalls: r.Stalls,
		Packets: r.packets, Mismatches: mismatches,
	}
}
