package selftest

import (
	"bytes"
	"net"
	"net/netip"

	"h2scope/samples/endpoint"
	"h2scope/samples/endpoint/socket"
)

// A Recorder records the connections of one check.
type Recorder interface {
	// Tap is told of each end of each connection before anything is sent over
	// it, and gives the end that is to be used instead: the same, where the
	// recorder needs no hand in it.
	Tap(conn net.Conn, side endpoint.Side) net.Conn
	// Finish ends the recording, when all connections are closed, and gives it
	// as a pcapng file, with the lines of a key log embedded.
	Finish(keyLog []byte) ([]byte, error)
}

// A Recording is a way to record.
type Recording struct {
	Name string // completes "recorded …"
	// Start begins to record what is sent to and from the server's address.
	Start func(server netip.AddrPort) (Recorder, error)
}

// AtSocket records what the endpoint writes and reads, and makes the packets
// itself. It needs no privilege.
func AtSocket() Recording {
	return Recording{
		Name:  "at the socket, packets made from it",
		Start: func(netip.AddrPort) (Recorder, error) { return new(socketRecorder), nil },
	}
}

// A socketRecorder has a tap at both ends of each connection.
type socketRecorder struct{ socket.Recorder }

// Finish implements Recorder.
func (r *socketRecorder) Finish(keyLog []byte) ([]byte, error) {
	var file bytes.Buffer
	err := r.Capture.Write(&file, keyLog)
	return file.Bytes(), err
}
