package keylog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The secret of these tests is 0x5e ('^', 94 in decimal) in every octet: none of
// these shows anywhere. They are longer than what an address may have by chance.
const theSecret = 0x5e

func mustNotShow(t *testing.T, how, text string) {
	t.Helper()
	for _, trace := range []string{"5e5e5e", "5E5E5E", "5e 5e", "0x5e, 0x5e", "94 94", "94, 94", "^^", "136 136", "0136 0136"} {
		if strings.Contains(text, trace) {
			t.Errorf("%s shows %s", how, trace)
		}
	}
}

// TestNoSecretIsPrinted prints everything that holds one, with every verb, alone
// and within other types, where package fmt can't call methods.
func TestNoSecretIsPrinted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.log")
	text := line("CLIENT_RANDOM", 1, theSecret, 48) + line("CLIENT_TRAFFIC_SECRET_0", 1, theSecret, 32) +
		"RSA " + hexOf(1, 8) + " " + hexOf(theSecret, 48) + "\n" + line("CLIENT_RANDOM", 2, theSecret, 48)[:150]
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	store := NewStore()
	follower := Follow(store, path)
	if _, err := follower.Poll(); err != nil {
		t.Fatal(err)
	}
	found := find(t, store, 1)
	type outside struct{ Value any }
	for name, v := range map[string]any{
		"*Store":             store,
		"*Secrets":           found,
		"Secrets":            *found,
		"secret":             found.list[0],
		"[]secret":           found.list,
		"in a field":         outside{found},
		"in a slice":         []*Secrets{found},
		"in a map":           map[string]Secrets{"": *found},
		"unexported pointer": struct{ s *Secrets }{found},
		"unexported value":   struct{ s Secrets }{*found},
		"unexported store":   struct{ s *Store }{store},
		"inside the store":   &struct{ conns []*Secrets }{store.conns},
		"premaster":          &struct{ m map[[8]byte]secret }{store.preMaster},
		"*Follower":          follower,
		"in a Follower":      struct{ f *Follower }{follower},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%b", "%c", "%U", "%T", "%p", "%w"} {
			mustNotShow(t, name+" "+verb, fmt.Sprintf(verb, v))
		}
		if b, err := json.Marshal(v); err == nil {
			mustNotShow(t, name+" as JSON", string(b))
		}
		var out bytes.Buffer
		slog.New(slog.NewTextHandler(&out, nil)).Info("", "v", v)
		mustNotShow(t, name+" in slog", out.String())
	}
	if got := fmt.Sprintf("%v %+v %s", store, found, *found); got != "[secret] [secret] [secret]" {
		t.Error(got)
	}
}

// TestNoSecretInWarnings damages a good line at each octet: whatever is said of
// it does not repeat it.
func TestNoSecretInWarnings(t *testing.T) {
	for _, good := range []string{
		line("CLIENT_RANDOM", 1, theSecret, 48), line("SERVER_TRAFFIC_SECRET_0", 1, theSecret, 32),
		"RSA " + hexOf(1, 8) + " " + hexOf(theSecret, 48) + "\n",
	} {
		for i := range len(good) {
			for _, damage := range []string{"", "\n", "\r", " ", "\x00", "zz", good} {
				warnings, err := NewStore().Add([]byte(good[:i]+damage+good[i+1:]), "keys.log")
				mustNotShow(t, "a warning or error", fmt.Sprintf("%v %+v %#v %v", warnings, warnings, warnings, err))
			}
		}
	}
}
