// Package pcapng has the blocks of capture files, read and written: those of
// pcapng (draft-ietf-opsawg-pcapng) and the header and records of the older
// pcap (draft-ietf-opsawg-pcap).
//
// It works on octets in memory and does no input or output of its own, the
// two writers excepted. Package capture finds the blocks in files and
// streams; this package says what stands in one.
//
// # Reading
//
// A pcapng file is a row of blocks, each with its type, its length, a body
// and the length once more. [ParseHeader] reads the first eight octets;
// [ParseOrder] finds the byte order in a section header, and every block until
// the next section header has that order. For each body that matters there is
// a Parse function:
//
//	[ParseSectionHeader]          begins a section
//	[ParseInterfaceDescription]   numbers interfaces, from 0 in each section
//	[Packet.ParseEnhanced]        a packet
//	[Packet.ParseSimple]          a packet without time, of interface 0
//	[Packet.ParseObsolete]        a packet as written before 2009
//	[ParseInterfaceStatistics]    how many packets the capturing side lost
//	[ParseDecryptionSecrets]      a TLS key log, say
//
// All of them borrow: slices in what they return point into the body. They
// return [ErrDamaged] for a body that is too short for what it must have or
// that claims more than it has. None allocates by a length that it read.
//
// Options at a body's end are walked by [Options]. A damaged row of options
// spoils only itself: the block keeps its fixed part.
//
// # Time
//
// A timestamp counts units of its interface's if_tsresol, a power of ten or
// of two, from if_tsoffset. [Clock] turns it into nanoseconds since 1970-01-01
// UTC in 128-bit arithmetic, so that no resolution overflows on the way.
//
// # Writing
//
// Every block type has an Append method. [Writer] and [PcapWriter] hand
// nothing but whole blocks to the writer below, so what reached it is
// a readable file at any time.
package pcapng
