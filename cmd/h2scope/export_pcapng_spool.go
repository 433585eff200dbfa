package main

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"io"
	"os"
	"slices"

	"h2scope/capture"
	"h2scope/capture/pcapng"
	"h2scope/export/packets"
)

// A packetSpool keeps packets in a temporary file, in the order in which they
// came, with what their source said about them.
type packetSpool struct {
	file   *os.File
	out    *bufio.Writer
	source capture.Source // it may be closed when it is asked what it has said
}

// spooledHeader is what stands before the octets of a packet: its number, time,
// interface, length on the wire and how many octets there are.
const spooledHeader = 8 + 8 + 4 + 4 + 4

// newPacketSpool makes a spool. The file has no name, where the system allows that.
func newPacketSpool(source capture.Source) (*packetSpool, error) {
	file, err := os.CreateTemp("", "h2scope-*.packets")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(file.Name())
	return &packetSpool{file: file, out: bufio.NewWriterSize(file, 1<<20), source: source}, nil
}

func (s *packetSpool) add(p *capture.Packet) error {
	var h [spooledHeader]byte
	binary.LittleEndian.PutUint64(h[0:], p.Number)
	binary.LittleEndian.PutUint64(h[8:], uint64(p.Time))
	binary.LittleEndian.PutUint32(h[16:], uint32(p.Interface))
	binary.LittleEndian.PutUint32(h[20:], uint32(p.Length))
	binary.LittleEndian.PutUint32(h[24:], uint32(len(p.Data)))
	if _, err := s.out.Write(h[:]); err != nil {
		return err
	}
	_, err := s.out.Write(p.Data)
	return err
}

// again is what was kept, from the first packet on; done gives the file back. With
// filter the packets were captured.
func (s *packetSpool) again(filter string) (c *packets.Capture, done func() error, err error) {
	if err = s.out.Flush(); err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		s.close()
		return nil, nil, err
	}
	in, about := bufio.NewReaderSize(s.file, 1<<20), new(commentReader)
	var data []byte
	return &packets.Capture{
		Next: func(p *packets.Packet) (err error) {
			data, err = readSpooled(in, p, data)
			return err
		},
		Interface: func(i int) pcapng.InterfaceDescription {
			d := description(&s.source.Interfaces()[i])
			d.Filter = cmp.Or(d.Filter, filter)
			return d
		},
		Comments: func(packet uint64) []string { return about.of(s.source.Comments(), packet) },
	}, s.close, nil
}

// readSpooled reads a packet into a buffer, which may grow.
func readSpooled(in io.Reader, p *packets.Packet, buffer []byte) ([]byte, error) {
	var h [spooledHeader]byte
	if _, err := io.ReadFull(in, h[:]); err != nil {
		return buffer, err
	}
	n := int(binary.LittleEndian.Uint32(h[24:]))
	buffer = slices.Grow(buffer[:0], n)[:n]
	*p = packets.Packet{
		Number: binary.LittleEndian.Uint64(h[0:]), Time: int64(binary.LittleEndian.Uint64(h[8:])),
		Interface: int(binary.LittleEndian.Uint32(h[16:])), Length: int(binary.LittleEndian.Uint32(h[20:])), Data: buffer,
	}
	if _, err := io.ReadFull(in, buffer); err != nil {
		return buffer, io.ErrUnexpectedEOF
	}
	return buffer, nil
}

func (s *packetSpool) close() error {
	err := s.file.Close()
	_ = os.Remove(s.file.Name()) // where the system did not allow that before
	return err
}

// A spooledSource keeps the packets that it gives in a spool.
type spooledSource struct {
	capture.Source
	spool *packetSpool
}

// Next is that of capture.Source.
func (s *spooledSource) Next(p *capture.Packet) error {
	if err := s.Source.Next(p); err != nil {
		return err
	}
	return s.spool.add(p)
}
