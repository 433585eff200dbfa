package document

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sorted gives lines to a sorter, and returns them as they come out.
func sorted(t *testing.T, s *sorter, keys []key) (lines []string, runs int) {
	t.Helper()
	defer s.close()
	for i, k := range keys {
		line := fmt.Appendf(nil, "%v %d%s", k, i, bytes.Repeat([]byte("x"), i%50))
		if err := s.add(k, line); err != nil {
			t.Fatal(err)
		}
		clear(line) // it was borrowed
	}
	runs = len(s.runs)
	err := s.each(func(k key, line []byte) error {
		lines = append(lines, string(line))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines, runs
}

// Records come in the same order, whether they are sorted in memory, in runs or
// in runs that were made one now and then. Those of the same place keep theirs.
func TestSorter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	keys := make([]key, 5000)
	for i := range keys {
		keys[i] = key{place{part(r.IntN(int(parts))), rank(r.IntN(5))}, r.Uint64N(7), r.Uint64N(20)}
	}
	want, runs := sorted(t, &sorter{limit: held, most: maxRuns}, keys)
	if runs != 0 || len(want) != len(keys) {
		t.Fatalf("%d runs, %d lines", runs, len(want))
	}
	for _, test := range []struct{ limit, most, runs int }{{10_000, maxRuns, 30}, {5000, 8, 2}} {
		t.Setenv("TMPDIR", t.TempDir())
		got, runs := sorted(t, &sorter{limit: test.limit, most: test.most}, keys)
		if !slices.Equal(got, want) || runs < test.runs {
			t.Errorf("%d octets, %d runs at most: %d runs, another order", test.limit, test.most, runs)
		}
		if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) > 0 {
			t.Errorf("files are left: %v", left)
		}
	}
}

// A document is the same, however little of it is held.
func TestDocumentThatIsSpooled(t *testing.T) {
	for _, most := range []int{2, maxRuns} {
		d := New(nil)
		d.sorter = sorter{limit: 1, most: most}
		if _, err := d.Pipe(nil).Write([]byte(records)); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := d.Foot(&out); err != nil || out.String() != want {
			t.Errorf("%v\n%s", err, out.String())
		}
	}
}

// Where there is no place for the file, or the document can't be written, that is
// the error.
func TestSorterErrors(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nosuch"))
	d := New(nil)
	d.sorter = sorter{limit: 1, most: maxRuns}
	if _, err := d.Pipe(nil).Write([]byte(records)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	d = New(nil)
	if _, err := d.Pipe(nil).Write([]byte(records + "{\"record\":\"other\"}\n")); err == nil {
		t.Error("a record without a place is lost in silence")
	}
	if err := d.Foot(full{}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

var errFull = errors.New("the disk is full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }
