// Package capture turns captures into packets, and packets into TCP segments.
//
// # Packets
//
// A [Source] gives the packets of its inputs in order of time. [Open] reads
// files and [NewReader] a stream:
//
//	src, err := capture.Open([]string{"a.pcapng", "b.pcap.gz"}, capture.Config{})
//	if err != nil {
//		return err // "open a.pcapng: no such file"
//	}
//	defer src.Close()
//	var p capture.Packet
//	for {
//		if err := src.Next(&p); err == io.EOF {
//			break
//		} else if err != nil {
//			return err
//		}
//		use(&p)
//	}
//	report(src.Notices())
//
// What a file is, its octets say and not its name: pcap with any of its magic
// numbers, or pcapng, in either byte order, as they are or compressed with
// gzip, zstd or lz4. "-" is standard input; pipes are read like files.
//
// Besides packets a source has interfaces, decryption secrets, comments, and
// notices: trouble with the input that did not stop the reading. A file that
// ends within a packet is read to its last whole packet, and a notice says so.
// Behind damage in a pcapng file the next sound block is searched; pcap has
// nothing to search by and ends at the first record that can't be. An error
// of Next is a file that can't be read on.
//
// # Memory
//
// There is one way to read, for files, pipes and decompressors alike: into
// windows of 256 KiB that are used again and again. Nothing is mapped, so
// a file that shrinks while it is read is a truncated file, and what is
// resident are the windows. [Packet].Data points into one of them. It stays
// until the next call of Next; who needs it for longer, such as a worker on
// another goroutine, calls Hold on the window before, and Release when done.
// A packet that straddles two windows has its beginning copied to the front of
// the second. A larger packet gets a larger window, which grows by doubling
// as octets arrive, so that no length field allocates anything.
//
// A source starts no goroutine. Next takes no allocation for a packet.
//
// # Order
//
// From octets to packets there are five steps, each of which pulls from the
// one before:
//
//	stream    the file's octets, decompressed
//	feed      windows over them
//	reader    the records of pcap, or the blocks of pcapng
//	sorter    the packets of one input in order of time
//	source    the packets of all inputs in order of time, numbered from 1
//
// The sorter holds packets back to look for earlier ones: up to 1,024, up to
// 2 MiB of them. One that is up to a second older than the newest before it is
// moved to its place. One that is older yet begins a second capture in the
// same file (mergecap -a makes those): it and what follows stay behind what is
// before them. A notice counts the packets that are out of order in the end.
// Who reads a stream that is still growing, and wants each packet as soon as it
// is there, turns this off with a negative [Config].SortPackets.
//
// # Live
//
// A [Live] is a source that listens on an interface, or on all of them. On Linux
// it reads the ring of a packet socket, which the kernel fills; what it has no
// room for there is dropped, and counted: [Interface] has the counters, and a
// notice tells the first drop and the last count. Elsewhere gopacket captures.
//
//	live, err := capture.OpenLive(capture.LiveConfig{Interface: "eth0"})
//	if err != nil {
//		return err // a *LiveError, whose Hint says what could be done about it
//	}
//	defer live.Close()
//	if err := capture.DropPrivileges(); err != nil { … }
//
// Next waits 100 ms for a packet and then returns [ErrIdle]: there may be more,
// and it is time to show what there is. Packets come in the order in which the
// system captured them, and are not sorted; each is copied out of the ring, so
// that whoever holds a window keeps the kernel from nothing. An interface that
// goes down is a notice (interface-down), and the capturing goes on: it may come up
// again. One that goes away ends it, with the same notice.
//
// Stop ends the capturing from any goroutine: Next then returns what had been
// captured, and io.EOF behind it. The capture filter is applied by the kernel as
// far as it can, and exactly behind it (package filter).
//
// # Segments
//
// A Dissector takes a packet apart, from its link layer through tunnels and
// fragments to TCP, and gives the [h2scope/capture/segment.Segment] in it, or counts why there
// is none. Packet by packet, what it returns borrows from the packet's window.
package capture
