package priority_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"h2scope/h2decode/priority"
)

// drawUrgencies writes what holds, as signals reads it.
func drawUrgencies(u *priority.Urgencies) string {
	var words []string
	for s, p := range u.All() {
		word := fmt.Sprintf("%s=%d", letter(s), p.Urgency)
		if p.Incremental {
			word += "i"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestUrgencies(t *testing.T) {
	tests := []struct {
		name, signals string
		last          priority.Outcome
		want          string
	}{
		{"the default", "A", priority.Applied, "A=3"},
		{"the header field", "A=5i", priority.Applied, "A=5i"},
		{"Section 6: reprioritization", "A=7 !A=0", priority.Applied, "A=0"},
		{"Section 7: a complete set of parameters", "A=7i !A=0", priority.Applied, "A=0"},
		{"Section 7: an update for an idle stream is buffered", "!A=1i", priority.Buffered, "A=1i"},
		{"Section 7: … the most recent one", "!A=1 !A=2", priority.Buffered, "A=2"},
		{"Section 7: … and applied when the stream opens, whatever its field says", "!A=1 A=5i", priority.Overridden, "A=1"},
		{"an update after that", "!A=1 A=5 !A=2", priority.Applied, "A=2"},
		{"closed", "A=1 B=2 -A", priority.Applied, "B=2"},
		{"an update for a closed stream", "A=1 -A !A=2", priority.Ignored, ""},
		{"an update for one that was passed over", "B=1 !A=2", priority.Ignored, "B=1"},
		{"a stream closed before it opened", "!A=1 -A !A=2", priority.Ignored, ""},
		{"closed and never there", "-A", priority.Ignored, ""},
		{"stream 0", "!0=1", priority.Ignored, ""},
		{"limit of idle streams", "!A=1 !B=1 !C=1", priority.Dropped, "A=1 B=1"},
		{"… of which one opened", "!A=1 !B=1 A !C=1", priority.Buffered, "A=1 B=1 C=1"},
		{"… of which one closed", "!A=1 !C=1 -A !D=1", priority.Buffered, "C=1 D=1"},
		{"limit of all streams", "A B C D E", priority.Dropped, "A=3 B=3 C=3 D=3"},
		{"… for an update", "A B C D !E=1", priority.Dropped, "A=3 B=3 C=3 D=3"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			u := priority.NewUrgencies(priority.Limits{Retained: 2, Streams: 4})
			var last priority.Outcome
			for _, s := range signals(test.signals) {
				last = u.Apply(s)
			}
			if got := drawUrgencies(u); last != test.last || got != test.want {
				t.Errorf("got %v, %s; want %v, %s", last, got, test.last, test.want)
			}
		})
	}
	u := priority.NewUrgencies(priority.Limits{})
	if got := u.Apply(priority.Signal{Stream: 1, Kind: 9}); got != priority.Ignored {
		t.Errorf("an unknown kind was %v", got)
	}
}

func TestUrgenciesParams(t *testing.T) {
	u := priority.NewUrgencies(priority.Limits{})
	u.Apply(priority.Signal{Stream: 5, Params: priority.Params{Urgency: 1, Incremental: true}})
	if p, known := u.Params(5); !known || p != (priority.Params{Urgency: 1, Incremental: true}) {
		t.Errorf("stream 5 has %+v", p)
	}
	if _, known := u.Params(7); known {
		t.Error("stream 7 is known")
	}
	for range u.All() {
		break
	}
}

// TestRandomSignals holds what must be true of any sequence: counts agree, a clone
// goes the same way, shares add up to 1.
func TestRandomSignals(t *testing.T) {
	random := rand.New(rand.NewPCG(9218, 10))
	limits := priority.Limits{Retained: 3, Streams: 8}
	for range 300 {
		u := priority.NewUrgencies(limits)
		clone := u.Clone()
		for step := range 60 {
			s := priority.Signal{
				Stream: random.Uint32N(20),
				Kind:   priority.SignalKind(random.UintN(4)),
				Params: priority.Params{Urgency: uint8(random.UintN(8)), Incremental: random.UintN(2) == 0},
			}
			if step%7 == 0 {
				clone = u.Clone()
			}
			if a, b := u.Apply(s), clone.Apply(s); a != b || !u.Equal(clone) {
				t.Fatalf("%+v: %v, but %v for a clone", s, a, b)
			}
			if u.Len() > limits.Streams || u.Idle() > limits.Retained || u.Idle() < 0 {
				t.Fatalf("%d streams, %d idle", u.Len(), u.Idle())
			}
			sum := 0.0
			for _, share := range u.Due(func(s uint32) bool { return s%3 != 0 }) {
				sum += share.Fraction
			}
			if sum != 0 && (sum < 1-1e-9 || sum > 1+1e-9) {
				t.Fatalf("the shares add up to %v", sum)
			}
		}
	}
}
