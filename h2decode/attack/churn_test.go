package attack_test

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"h2scope/h2decode/attack"
)

// openings are n connections of a client, so many milliseconds apart.
func openings(clientAddress string, n int, first uint64, apart int64, streams uint64) []attack.Opening {
	var o []attack.Opening
	for i := range n {
		number := first + uint64(i)
		o = append(o, attack.Opening{
			Conn: number, Client: netip.MustParseAddr(clientAddress), Streams: streams,
			Time: 1_700_000_000e9 + int64(i)*apart*1e6, Packet: 10 * number,
		})
	}
	return o
}

func churn(t *testing.T, all ...[]attack.Opening) []string {
	t.Helper()
	c := attack.NewChurn(attack.Thresholds{})
	for _, openings := range all {
		for _, o := range openings {
			c.Add(o)
		}
	}
	var found []string
	for _, f := range c.Findings() {
		found = append(found, fmt.Sprintf("%s %s %d %d-%d: %s", f.Rule, f.Scope, f.Packet, f.FirstPacket, f.LastPacket, f.Message))
	}
	return found
}

func TestConnectionChurn(t *testing.T) {
	for _, test := range []struct {
		name string
		all  [][]attack.Opening
		want string
	}{
		{"51 in a second", [][]attack.Opening{openings("192.0.2.1", 51, 1, 19, 2)},
			"[AT-22 capture 510 10-510: the client 192.0.2.1 opened 51 connections with 102 streams altogether, up to 51 in a second]"},
		{"50 in a second", [][]attack.Opening{openings("192.0.2.1", 50, 1, 0, 0)}, "[]"},
		{"50 a second, for long", [][]attack.Opening{openings("192.0.2.1", 1000, 1, 20, 0)}, "[]"},
		{"with 3 streams", [][]attack.Opening{openings("192.0.2.1", 500, 1, 0, 3)}, "[]"},
		{"of many clients", [][]attack.Opening{
			openings("192.0.2.1", 50, 1, 0, 0), openings("192.0.2.2", 50, 100, 0, 0), openings("2001:db8::1", 50, 200, 0, 0),
		}, "[]"},
		{"of two clients, in order of when they crossed the threshold", [][]attack.Opening{
			openings("192.0.2.1", 60, 100, 0, 1), openings("2001:db8::1", 60, 1, 0, 0),
		}, "[AT-22 capture 510 10-600: the client 2001:db8::1 opened 60 connections with 0 streams altogether, up to 60 in a second" +
			" AT-22 capture 1500 1000-1590: the client 192.0.2.1 opened 60 connections with 60 streams altogether, up to 60 in a second]"},
		{"of one client by two families", [][]attack.Opening{
			openings("192.0.2.1", 26, 1, 0, 0), openings("::ffff:192.0.2.1", 25, 27, 0, 0),
		}, "[AT-22 capture 510 10-510: the client 192.0.2.1 opened 51 connections with 0 streams altogether, up to 51 in a second]"},
	} {
		if got := fmt.Sprint(churn(t, test.all...)); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

// Connections end in another order than they begin, and with several workers in
// none.
func TestConnectionChurnInAnyOrder(t *testing.T) {
	all := append(openings("192.0.2.1", 200, 1, 7, 1), openings("192.0.2.2", 300, 1000, 3, 0)...)
	want := fmt.Sprint(churn(t, all))
	random := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := fmt.Sprint(churn(t, all)); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
