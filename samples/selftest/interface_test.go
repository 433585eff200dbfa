package selftest

import (
	"errors"
	"io/fs"
	"net/netip"
	"testing"
	"time"

	"h2scope/capture"
	"h2scope/capture/segment"
)

// atInterface is AtInterface, and skips the test where that is not possible.
func atInterface(t *testing.T) Recording {
	t.Helper()
	recording, err := AtInterface()
	switch {
	case errors.Is(err, fs.ErrPermission):
		t.Skip("needs the right to capture")
	case errors.Is(err, capture.ErrLiveUnsupported), errors.Is(err, ErrNoInterface):
		t.Skip("needs an interface to listen on:", err)
	case err != nil:
		t.Fatal(err)
	}
	return recording
}

// Everything passes also where the packets are the system's, in less than 20
// seconds.
func TestAllPassAtInterface(t *testing.T) {
	recording := atInterface(t)
	began := time.Now()
	for _, r := range run(t, Config{Record: recording}) {
		if !r.Passed {
			t.Errorf("%s: %q", r.Check.Name, r.Mismatches)
		}
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

// What is recorded begins with SYN and ends with FIN of both sides: Finish waits
// for packets that are on their way.
func TestInterfaceRecorderIsWhole(t *testing.T) {
	recording := atInterface(t)
	var file []byte
	kept := Recording{Name: recording.Name, Start: func(server netip.AddrPort) (Recorder, error) {
		r, err := recording.Start(server)
		return &keeper{r, &file}, err
	}}
	if r := run(t, Config{Only: []string{"exchange/cleartext"}, Record: kept}); !r[0].Passed {
		t.Fatal(r[0].Mismatches)
	}
	segments := segmentsOf(t, file)
	fins := 0
	for _, s := range segments {
		if s.Flags.Has(segment.FIN) {
			fins++
		}
	}
	if !segments[0].Flags.Has(segment.SYN) || fins != 2 {
		t.Errorf("the first has flags %x; %d have FIN", segments[0].Flags, fins)
	}
}

// A keeper keeps the file that a recorder makes.
type keeper struct {
	Recorder
	file *[]byte
}

func (k *keeper) Finish(keyLog []byte) (file []byte, err error) {
	*k.file, err = k.Recorder.Finish(keyLog)
	return *k.file, err
}
