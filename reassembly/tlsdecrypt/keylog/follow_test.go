package keylog

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// A followed is a file that grows, and its follower.
type followed struct {
	*testing.T
	path     string
	store    *Store
	follower *Follower
}

func follow(t *testing.T) *followed {
	f := &followed{T: t, path: filepath.Join(t.TempDir(), "keys.log"), store: NewStore()}
	f.follower = Follow(f.store, f.path)
	return f
}

func (f *followed) write(text string) {
	f.Helper()
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

func (f *followed) append(text string) {
	f.Helper()
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		f.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(text); err != nil {
		f.Fatal(err)
	}
}

// poll polls without trouble; then there are so many secrets.
func (f *followed) poll(secrets int) {
	f.Helper()
	warnings, err := f.follower.Poll()
	if err != nil || len(warnings) > 0 {
		f.Fatalf("%v %v", warnings, err)
	}
	f.has(secrets)
}

func (f *followed) has(secrets int) {
	f.Helper()
	if _, n := f.store.Len(); n != secrets {
		f.Fatalf("%d secrets, want %d", n, secrets)
	}
}

func TestFollowGrowing(t *testing.T) {
	f := follow(t)
	if _, err := f.follower.Poll(); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v, want that it does not exist", err)
	}
	f.write("")
	f.poll(0)
	f.append("# begin\n" + line("CLIENT_RANDOM", 1, 1, 48))
	f.poll(1)
	f.poll(1)
	half := line("CLIENT_TRAFFIC_SECRET_0", 2, 2, 48)
	f.append(half[:120]) // 32 octets of the secret: a whole secret, to look at it
	f.poll(1)
	f.append(half[120 : len(half)-1])
	f.poll(1)
	f.append("\n" + line("CLIENT_RANDOM", 3, 3, 48))
	f.poll(3)
	expect(t, "in halves", find(t, f.store, 2).Traffic(Client, 0), "02*48")
	f.append("bad\n")
	warnings, err := f.follower.Poll()
	if err != nil || len(warnings) != 1 || warnings[0].Line != 5 || warnings[0].File != f.path {
		t.Errorf("%v %v", warnings, err)
	}
	f.poll(3)
}

// TestFollowFinish: the last line may have no end.
func TestFollowFinish(t *testing.T) {
	f := follow(t)
	text := line("CLIENT_RANDOM", 1, 1, 48)
	f.write(text[:len(text)-1])
	f.poll(0)
	if warnings, err := f.follower.Finish(); err != nil || len(warnings) > 0 {
		t.Fatalf("%v %v", warnings, err)
	}
	f.has(1)

	f = follow(t)
	if _, err := f.follower.Finish(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that it does not exist", err)
	}
}

func TestFollowTruncated(t *testing.T) {
	for name, after := range map[string]string{
		"shorter":   line("CLIENT_RANDOM", 3, 3, 48),
		"as long":   line("CLIENT_RANDOM", 3, 3, 48) + line("CLIENT_RANDOM", 4, 4, 48),
		"longer":    line("CLIENT_RANDOM", 3, 3, 48) + line("CLIENT_RANDOM", 4, 4, 48) + line("CLIENT_RANDOM", 5, 5, 48),
		"half line": line("CLIENT_RANDOM", 3, 3, 48) + "CLIENT_RANDOM 00",
	} {
		f := follow(t)
		f.write(line("CLIENT_RANDOM", 1, 1, 48) + line("CLIENT_RANDOM", 2, 2, 48))
		f.poll(2)
		f.write(after)
		if warnings, err := f.follower.Poll(); err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", name, warnings, err)
		}
		expect(t, name, find(t, f.store, 3).Master(), "03*48")
	}
}

// TestFollowReplaced: the old file is read to its end before the new one.
func TestFollowReplaced(t *testing.T) {
	f := follow(t)
	f.write(line("CLIENT_RANDOM", 1, 1, 48))
	f.poll(1)
	last := line("CLIENT_RANDOM", 2, 2, 48)
	f.append(last[:len(last)-1])
	if err := os.Rename(f.path, f.path+".old"); err != nil {
		t.Fatal(err)
	}
	f.write("bad\n" + line("CLIENT_RANDOM", 3, 3, 48))
	warnings, err := f.follower.Poll()
	if err != nil || len(warnings) != 1 || warnings[0].Line != 1 {
		t.Errorf("%v %v", warnings, err)
	}
	f.has(3)
}

// TestFollowRemoved: what is still written to a removed file counts.
func TestFollowRemoved(t *testing.T) {
	f := follow(t)
	f.write(line("CLIENT_RANDOM", 1, 1, 48))
	f.poll(1)
	f.append(line("CLIENT_RANDOM", 2, 2, 48))
	if err := os.Remove(f.path); err != nil {
		t.Fatal(err)
	}
	if _, err := f.follower.Poll(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that it does not exist", err)
	}
	f.has(2)
	f.write(line("CLIENT_RANDOM", 3, 3, 48))
	f.poll(3)
}

func TestFollowNoKeyLog(t *testing.T) {
	f := follow(t)
	f.write("what?\n")
	if warnings, err := f.follower.Poll(); !errors.Is(err, ErrNotKeyLog) || len(warnings) != 1 {
		t.Errorf("%v %v", warnings, err)
	}
	f.poll(0)
	f.append(line("CLIENT_RANDOM", 1, 1, 48))
	f.poll(1)
	f.append("what?\n")
	if warnings, err := f.follower.Poll(); err != nil || len(warnings) != 1 {
		t.Errorf("%v %v", warnings, err)
	}
}

func TestFollowDirectory(t *testing.T) {
	if _, err := Follow(NewStore(), t.TempDir()).Poll(); !errors.Is(err, errNotRegular) {
		t.Errorf("%v, want %v", err, errNotRegular)
	}
}

// TestFollowModel writes a log in random pieces, polls in between, and sometimes
// begins the file anew: in the end, all is known that whole files would have told.
func TestFollowModel(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		f, want := follow(t), NewStore()
		f.write("")
		warned := 0
		poll := func() {
			warnings, err := f.follower.Poll()
			if err != nil && !errors.Is(err, ErrNotKeyLog) {
				t.Fatal(err)
			}
			warned += len(warnings)
		}
		bad := 0
		for range 4 { // files
			text := ""
			for range r.IntN(8) {
				switch r.IntN(4) {
				case 0:
					text += "# comment\r\n"
				case 1:
					text += "bad\n"
					bad++
				default:
					text += line("CLIENT_RANDOM", byte(r.IntN(256)), byte(r.IntN(256)), 48)
				}
			}
			want.Add([]byte(text), "")
			for rest := text; rest != ""; {
				n := 1 + r.IntN(len(rest))
				f.append(rest[:n])
				rest = rest[n:]
				if r.IntN(2) == 0 {
					poll()
				}
			}
			poll()
			if r.IntN(2) == 0 {
				f.write("") // cut
			} else if err := os.Rename(f.path, f.path+".old"); err != nil {
				t.Fatal(err)
			} else {
				f.write("")
			}
			poll()
		}
		if _, n := want.Len(); warned != bad {
			t.Errorf("seed %d: %d warnings, want %d", seed, warned, bad)
		} else {
			f.has(n)
		}
		for r, c := range want.All() {
			if got, ok := f.store.Find(r); !ok || fmt.Sprint(got.Master()) != fmt.Sprint(c.Master()) {
				t.Errorf("seed %d: %v differs", seed, r)
			}
		}
	}
}
