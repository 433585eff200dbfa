package endpoint

import (
	"time"

	"h2scope/samples/endpoint/wire"
)

// A Side is an end of a connection.
type Side = wire.Side

// The sides.
const (
	Client = wire.Client
	Server = wire.Server
)

// A Script is a connection as data: who sends what, in which order, and what is
// waited for in between.
type Script struct {
	Name  string
	Title string // what happens, in a few words
	Steps []Step

	// Upgrade says that the connection begins with HTTP/1.1 in cleartext (RFC
	// 7540, Section 3.2), so that it can't be played over TLS.
	Upgrade bool

	// Breaks is the rule that the script breaks, or the attack that it plays, by
	// the identifier that findings have; "" where it is about neither. By is who
	// does it.
	Breaks string
	By     Side

	// Also are rules that can't be left alone then. Where the script is about
	// none they are those that it breaks on its way, but for those whose breach
	// is no more than worth knowing.
	Also []string

	// Carried is how the connection has to be protected, where the script means
	// what it says only so; nil: it need not be.
	Carried *Protection

	// Connections is how many connections the script is played on, one after the
	// other; 0: one.
	Connections int
}

// Slow reports whether the script waits for so long that it should be written as
// packets ([Transcript.Capture]) and not be played.
func (s *Script) Slow() bool {
	var waits time.Duration
	for i := range s.Steps {
		waits += s.Steps[i].Wait
	}
	return waits > maxWaits
}

// maxWaits is how long a script may wait to be played.
const maxWaits = 2 * time.Second

// A Step is what one side sends at once. The next step begins when the other
// side has received all of it.
type Step struct {
	From Side
	Wait time.Duration // how long the side waits before it sends
	Send []Action
	Cut  int // octets a write; 0: all of it in one

	// Deaf says that from here on the TCP of the other side has no room (its
	// receive window is 0). It has no meaning but in packets.
	Deaf bool
}

// An Action is something that a side writes: one of the types of this package
// whose documentation begins with "writes".
type Action interface{ write(s *speaker) }

// client and server make a step that follows the one before without a wait.
func client(send ...Action) Step { return Step{From: Client, Send: send} }
func server(send ...Action) Step { return Step{From: Server, Send: send} }

// after makes a step wait.
func after(wait time.Duration, s Step) Step {
	s.Wait = wait
	return s
}

// cut makes a step send its octets in writes of n.
func cut(n int, s Step) Step {
	s.Cut = n
	return s
}
