package pcapng

// An InterfaceDescription describes the section's next interface.
type InterfaceDescription struct {
	LinkType    uint16
	Snaplen     uint32 // 0: no limit
	Name        string
	Description string
	OS          string
	Filter      string // the capture filter, in tcpdump's words; one that is a BPF program is not read
	FCS         int    // octets of frame check sequence behind each packet
	Clock       Clock
	Comments    []string
}

const interfaceFixed = 8 // link type, reserved, snaplen

// filterText is the first octet of an if_filter that is text.
const filterText = 0

// ParseInterfaceDescription reads the body of an interface description.
func ParseInterfaceDescription(body []byte, o Order) (InterfaceDescription, error) {
	if len(body) < interfaceFixed {
		return InterfaceDescription{}, ErrDamaged
	}
	d := InterfaceDescription{LinkType: o.uint16(body), Snaplen: o.uint32(body[4:])}
	resolution, offset := Microseconds, int64(0)
	for s := NewOptions(body[interfaceFixed:], o); s.Next(); {
		switch {
		case s.Code == optComment:
			d.Comments = append(d.Comments, string(s.Value))
		case s.Code == ifName:
			d.Name = string(s.Value)
		case s.Code == ifDescription:
			d.Description = string(s.Value)
		case s.Code == ifOS:
			d.OS = string(s.Value)
		case s.Code == ifFilter && len(s.Value) >= 1 && s.Value[0] == filterText:
			d.Filter = string(s.Value[1:])
		case s.Code == ifTsresol && len(s.Value) >= 1:
			resolution = Resolution(s.Value[0])
		case s.Code == ifTsoffset && len(s.Value) >= 8:
			offset = int64(o.uint64(s.Value))
		case s.Code == ifFcslen && len(s.Value) >= 1:
			d.FCS = fcsOctets(s.Value[0])
		}
	}
	d.Clock = NewClock(resolution, offset)
	return d, nil
}

// fcsOctets reads if_fcslen. The draft says bits and gives "4" for an
// example, which writers have taken for octets: both are found, and no FCS
// has fewer than 8 bits or more than 8 octets.
func fcsOctets(v byte) int {
	if v <= 8 {
		return int(v)
	}
	return int(v) / 8
}

// Append appends the block. The zero Clock is written as nanoseconds, which
// is what Writer's packets have.
func (d InterfaceDescription) Append(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append16(begin(dst, o, TypeInterfaceDescription), d.LinkType)
	dst = o.append32(o.append16(dst, 0), d.Snaplen)
	options := len(dst)
	dst = appendComments(dst, o, d.Comments)
	dst = appendOption(dst, o, ifName, []byte(d.Name))
	dst = appendOption(dst, o, ifDescription, []byte(d.Description))
	if d.Filter != "" {
		dst = appendOption(dst, o, ifFilter, append([]byte{filterText}, d.Filter...))
	}
	dst = appendOption(dst, o, ifOS, []byte(d.OS))
	c := d.Clock
	if c == (Clock{}) {
		c = NewClock(Nanoseconds, 0)
	}
	if c.resolution != Microseconds {
		dst = appendOption(dst, o, ifTsresol, []byte{byte(c.resolution)})
	}
	if c.offset != 0 {
		dst = appendOption(dst, o, ifTsoffset, o.appendUint64(nil, uint64(c.offset)))
	}
	if d.FCS != 0 {
		dst = appendOption(dst, o, ifFcslen, []byte{byte(d.FCS)})
	}
	return end(appendEnd(dst, options), o, start)
}

// InterfaceStatistics are counters of one interface since the capture began.
type InterfaceStatistics struct {
	Interface uint32
	Timestamp uint64 // in units of the interface's Clock
	Received  uint64 // isb_ifrecv
	Dropped   uint64 // isb_ifdrop and isb_osdrop: not in the file for want of room
	Comments  []string
}

const statisticsFixed = 12 // interface, timestamp

// ParseInterfaceStatistics reads the body of an interface statistics block.
func ParseInterfaceStatistics(body []byte, o Order) (InterfaceStatistics, error) {
	if len(body) < statisticsFixed {
		return InterfaceStatistics{}, ErrDamaged
	}
	st := InterfaceStatistics{Interface: o.uint32(body), Timestamp: o.halves(body[4:])}
	for s := NewOptions(body[statisticsFixed:], o); s.Next(); {
		switch {
		case s.Code == optComment:
			st.Comments = append(st.Comments, string(s.Value))
		case len(s.Value) < 8:
		case s.Code == isbIfrecv:
			st.Received = o.uint64(s.Value)
		case s.Code == isbIfdrop, s.Code == isbOsdrop:
			st.Dropped += o.uint64(s.Value)
		}
	}
	return st, nil
}

// Append appends the block; Dropped is written as isb_ifdrop.
func (st InterfaceStatistics) Append(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append32(begin(dst, o, TypeInterfaceStatistics), st.Interface)
	dst = o.appendHalves(dst, st.Timestamp)
	options := len(dst)
	dst = appendComments(dst, o, st.Comments)
	dst = appendOption(dst, o, isbIfrecv, o.appendUint64(nil, st.Received))
	dst = appendOption(dst, o, isbIfdrop, o.appendUint64(nil, st.Dropped))
	return end(appendEnd(dst, options), o, start)
}
