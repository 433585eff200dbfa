// Package filter is tcpdump's capture filter: the expressions of
// pcap-filter(7), judged in user space over packets as they were captured,
// and compiled to classic BPF for the kernel.
//
//	f, err := filter.Parse("tcp port 443 and not host 192.0.2.1")
//	…
//	if f.Match(link, data, length) { … }
//
// An expression goes through four small steps, a file or two for each:
//
//   - token.go cuts it into tokens as libpcap's scanner does, and parse*.go
//     makes a tree of them by libpcap's grammar: "and" and "or" bind equally
//     and from the left, "port 80 or 443" carries the qualifiers on.
//   - primitive*.go, linktype.go and arithmetic.go turn the tree into a
//     condition for one link type: tests of a loaded value, joined by and, or
//     and not. Here is what the words mean. A layout says where the layers
//     are; "vlan", "mpls" and "pppoes" move it for the rest of the expression.
//   - graph.go makes the condition a graph of decisions, each of them one
//     test with two ways on.
//   - match.go walks the graph over a packet; bpf.go and socket.go write it
//     as BPF instructions.
//
// # What a filter means
//
// tcpdump is the reference, its quirks included: [Filter.Match] gives what
// the program of "tcpdump -O -d" for the same expression gives, for every
// packet. A test that reaches beyond the captured octets ends the matter:
// the packet does not match, even under "not".
//
// What is not understood is an [*Error] that shows the place, never a filter
// that quietly means something else. Names of hosts are not resolved. Words
// that need what a packet does not have (the netmask for "ip broadcast") and
// those for link layers that carry no HTTP/2 (ATM, SS7, 802.11) are errors as
// well. Whether an expression suits a link type is known only with the link
// type; see [Filter.Check].
//
// The table in docs/capture-filter.md has all words and the few differences.
package filter
