package bodies

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"h2scope/h2decode"
	"h2scope/h2decode/content/tunnel/tunneltest"
)

// sinkFunc is a function that takes events.
type sinkFunc func(h2decode.Event)

// Event calls it.
func (f sinkFunc) Event(e h2decode.Event) { f(e) }

// extract writes the bodies of a connection to a folder, and returns the list.
func extract(t *testing.T, folder string, force bool, steps []tunneltest.Step) (list string, failed error) {
	t.Helper()
	var out strings.Builder
	b := New(Config{Folder: folder, MaxBody: 1 << 20, Force: force})
	if err := b.Head(&out); err != nil {
		t.Fatal(err)
	}
	w := b.Worker()
	tunneltest.Play(steps, sinkFunc(func(e h2decode.Event) { out.Write(w.Event(nil, e)) }))
	return out.String(), b.Foot(&out)
}

func nested() []tunneltest.Step {
	inner := tunneltest.Connect("c.example:80", tunneltest.Exchange("/../../a.txt?x", "innermost"))
	return tunneltest.Connect("b.example:443", inner)
}

// Bodies inside of tunnels stand in the tunnels' folders.
func TestBodiesInsideTunnels(t *testing.T) {
	folder := t.TempDir()
	list, err := extract(t, folder, false, nested())
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for line := range strings.Lines(list) {
		name, _, _ := strings.Cut(line, ",")
		files = append(files, name)
	}
	want := []string{
		"file", "c1-s1-sent", "c1-s1-received", "c1-s1-tunnel/s1-sent", "c1-s1-tunnel/s1-received",
		"c1-s1-tunnel/s1-tunnel/s1-response-a.txt",
	}
	if !slices.Equal(files, want) {
		t.Errorf("%q", files)
	}
	octets, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(want[5])))
	if string(octets) != "innermost" || err != nil {
		t.Errorf("%q, %v", octets, err)
	}
}

// The folder of a tunnel may be there; what is in it is not written over.
func TestFoldersOfTunnelsThatExist(t *testing.T) {
	folder := t.TempDir()
	inner := filepath.Join(folder, "c1-s1-tunnel", "s1-tunnel", "s1-response-a.txt")
	if err := os.MkdirAll(filepath.Dir(inner), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inner, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	var exists *ExistsError
	if _, err := extract(t, folder, false, nested()); !errors.As(err, &exists) || exists.Name != "c1-s1-tunnel/s1-tunnel/s1-response-a.txt" {
		t.Errorf("%v", err)
	}
	if octets, err := os.ReadFile(inner); string(octets) != "mine" {
		t.Errorf("%q, %v", octets, err)
	}
	if _, err := extract(t, folder, true, nested()); err != nil {
		t.Error(err)
	}
	if octets, err := os.ReadFile(inner); string(octets) != "innermost" {
		t.Errorf("%q, %v", octets, err)
	}
}

// No link leads out of the folder, or elsewhere in it.
func TestLinksInPlaceOfFoldersOfTunnels(t *testing.T) {
	for _, target := range []string{"..", "elsewhere"} {
		folder := filepath.Join(t.TempDir(), "bodies")
		if err := os.MkdirAll(filepath.Join(folder, "elsewhere"), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(folder, "c1-s1-tunnel")); err != nil {
			t.Skip("needs links: ", err)
		}
		var exists *ExistsError
		if _, err := extract(t, folder, true, nested()); !errors.As(err, &exists) {
			t.Errorf("%s: %v", target, err)
		}
		err := filepath.WalkDir(filepath.Dir(folder), func(name string, d fs.DirEntry, err error) error {
			if strings.HasPrefix(d.Name(), "s1-") {
				t.Errorf("%s was written", name)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
