package capture

import (
	"encoding/binary"
	"slices"
)

// radiotap is the header that drivers put before 802.11 frames, in little
// endian order: version, pad, length, presence words, fields. Of the fields
// only the flags matter here (www.radiotap.org).
func radiotap(w *walk) (layer, Skip) {
	if len(w.data) < 8 {
		return w.short(8)
	}
	length := int(binary.LittleEndian.Uint16(w.data[2:]))
	if w.data[0] != 0 || length < 8 {
		return nil, SkipMalformed
	}
	if len(w.data) < length {
		return w.short(length)
	}
	padded := radiotapFlags(w.data[:length])&0x20 != 0
	w.advance(length)
	if padded {
		return ieee80211Padded, Found
	}
	return ieee80211, Found
}

// radiotapFlags is the flags field of a radiotap header, 0 where it has none.
func radiotapFlags(header []byte) byte {
	const hasTSFT, hasFlags, extended = 1 << 0, 1 << 1, 1 << 31
	present := binary.LittleEndian.Uint32(header[4:])
	at := 8
	for word := present; word&extended != 0; at += 4 {
		if len(header) < at+4 {
			return 0
		}
		word = binary.LittleEndian.Uint32(header[at:])
	}
	if present&hasTSFT != 0 {
		at = (at+7)&^7 + 8
	}
	if present&hasFlags == 0 || at >= len(header) {
		return 0
	}
	return header[at]
}

// prism is the older driver header: a message code and the whole length, in
// the byte order of the host. Some drivers send AVS under its link type.
func prism(w *walk) (layer, Skip) {
	const minimum = 24
	if len(w.data) < 8 {
		return w.short(8)
	}
	if binary.BigEndian.Uint32(w.data)&^0xf == avsMagic {
		return avs, Found
	}
	length := binary.LittleEndian.Uint32(w.data[4:])
	if length > 0xffff {
		length = binary.BigEndian.Uint32(w.data[4:])
	}
	return w.driverHeader(length, minimum)
}

// avsMagic is the cookie of an AVS header; its last four bits are a version.
const avsMagic = 0x80211000

// avs is the AVS driver header, in network byte order.
func avs(w *walk) (layer, Skip) {
	if len(w.data) < 8 {
		return w.short(8)
	}
	if binary.BigEndian.Uint32(w.data)&^0xf != avsMagic {
		return nil, SkipMalformed
	}
	return w.driverHeader(binary.BigEndian.Uint32(w.data[4:]), 8)
}

// driverHeader goes past a driver header to the 802.11 frame.
func (w *walk) driverHeader(length, minimum uint32) (layer, Skip) {
	if length < minimum || length > 0xffff {
		return nil, SkipMalformed
	}
	if len(w.data) < int(length) {
		return w.short(int(length))
	}
	w.advance(int(length))
	return ieee80211, Found
}

// ieee80211 is an IEEE 802.11 frame. Only data frames that are not encrypted
// lead on; a frame check sequence at the end is cut by the IP length.
func ieee80211(w *walk) (layer, Skip) { return dataFrame(w, false) }

// ieee80211Padded is the same with the header padded to four octets.
func ieee80211Padded(w *walk) (layer, Skip) { return dataFrame(w, true) }

// dataFrame goes past the header of a data frame (IEEE 802.11-2020, Section
// 9.3.2).
func dataFrame(w *walk, padded bool) (layer, Skip) {
	if len(w.data) < 2 {
		return w.short(2)
	}
	control, flags := w.data[0], w.data[1]
	const typeMask, typeData, noData = 0x0c, 0x08, 0x40
	if control&typeMask != typeData || control&noData != 0 {
		return nil, SkipNonIP
	}
	header, qos := dataHeaderLength(control, flags)
	length := header
	if padded {
		length = (header + 3) &^ 3
	}
	if len(w.data) < length {
		return w.short(length)
	}
	const protected, moreFragments = 0x40, 0x04
	if flags&protected != 0 {
		return nil, SkipEncrypted80211
	}
	if flags&moreFragments != 0 || w.data[22]&0x0f != 0 {
		return w.notFollowed(fragments80211, 0, SkipLinkProtocol)
	}
	aggregated := qos > 0 && w.data[qos]&0x80 != 0
	w.advance(length)
	if aggregated {
		return amsdu, Found
	}
	return llc, Found
}

// dataHeaderLength is the length of a data frame's header, and where the QoS
// control field stands in it, 0 where there is none.
func dataHeaderLength(control, flags byte) (header, qos int) {
	const hasQoS, fourAddresses, order = 0x80, 0x03, 0x80
	header = 24
	if flags&fourAddresses == fourAddresses {
		header += 6
	}
	if control&hasQoS != 0 {
		qos = header
		header += 2
		if flags&order != 0 { // HT control
			header += 4
		}
	}
	return header, qos
}

// amsdu is the first subframe of an A-MSDU (IEEE 802.11-2020, Section
// 9.3.2.2): two addresses, a length, an LLC header, padding to four octets.
// What follows it is kept for Dissector.More.
func amsdu(w *walk) (layer, Skip) {
	const header = 14
	if len(w.data) < header {
		return w.short(header)
	}
	length := int(binary.BigEndian.Uint16(w.data[12:]))
	if next := (header + length + 3) &^ 3; len(w.data) >= next+header {
		w.siblings = siblings{w.data[next:], w.length - next, slices.Clone(w.marks)}
	}
	w.advance(header)
	w.limit(length)
	return llc, Found
}
