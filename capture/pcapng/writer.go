package pcapng

import "io"

// flushAt is how many octets a writer gathers before it hands them on.
const flushAt = 64 << 10

// A Writer writes one section of pcapng. It hands whole blocks to the writer
// below, so that what reached it is a readable file. Errors of that writer
// stay: every later call returns them. A Writer is used by one goroutine.
type Writer struct {
	out        io.Writer
	buf        []byte
	options    []byte
	order      Order
	interfaces uint32
	err        error
}

// NewWriter begins a section. Nothing is written before the first Flush, or
// before enough has been gathered.
func NewWriter(w io.Writer, h SectionHeader) *Writer {
	return &Writer{out: w, buf: h.Append(nil), order: h.Order}
}

// Interface describes the next interface and returns its number.
func (w *Writer) Interface(d InterfaceDescription) (id uint32, err error) {
	w.buf = d.Append(w.buf, w.order)
	w.interfaces++
	return w.interfaces - 1, w.flushFull()
}

// Packet writes an enhanced packet block, with comments. p.Interface is
// a number that Interface returned, p.Timestamp counts units of that
// interface's Clock: nanoseconds where none was given. p.Options are left
// out.
func (w *Writer) Packet(p Packet, comments ...string) error {
	w.options = AppendComments(w.options[:0], w.order, comments...)
	p.Options = w.options
	w.buf = p.Append(w.buf, w.order)
	return w.flushFull()
}

// Secrets writes a Decryption Secrets Block. Readers expect it before the
// packets that it opens.
func (w *Writer) Secrets(s DecryptionSecrets) error {
	w.buf = s.Append(w.buf, w.order)
	return w.flushFull()
}

// Statistics writes an interface statistics block.
func (w *Writer) Statistics(st InterfaceStatistics) error {
	w.buf = st.Append(w.buf, w.order)
	return w.flushFull()
}

// Flush hands on what has been gathered. It does not close the writer below.
func (w *Writer) Flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
	return w.err
}

func (w *Writer) flushFull() error {
	if len(w.buf) >= flushAt {
		return w.Flush()
	}
	return w.err
}

// A PcapWriter writes a pcap file, as Writer does pcapng.
type PcapWriter struct {
	out    io.Writer
	header FileHeader
	buf    []byte
	err    error
}

// NewPcapWriter begins a file; the zero Variant is PcapNano.
func NewPcapWriter(w io.Writer, h FileHeader) *PcapWriter {
	return &PcapWriter{out: w, header: h, buf: h.Append(nil)}
}

// Packet writes a packet of length octets on the wire, captured at time,
// nanoseconds since 1970-01-01 UTC.
func (w *PcapWriter) Packet(time int64, data []byte, length int) error {
	w.buf = w.header.AppendRecord(w.buf, Record{time, uint32(len(data)), uint32(length)})
	w.buf = append(w.buf, data...)
	if len(w.buf) >= flushAt {
		return w.Flush()
	}
	return w.err
}

// Flush hands on what has been gathered. It does not close the writer below.
func (w *PcapWriter) Flush() error {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.out.Write(w.buf)
	}
	w.buf = w.buf[:0]
	return w.err
}
