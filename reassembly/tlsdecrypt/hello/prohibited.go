package hello

import "slices"

// prohibited has the suites of RFC 9113, Appendix A, as ranges of their numbers,
// both ends included.
var prohibited = [...][2]uint16{
	{0x0000, 0x001b},
	{0x001e, 0x0046},
	{0x0067, 0x006d},
	{0x0084, 0x009d},
	{0x00a0, 0x00a1},
	{0x00a4, 0x00a9},
	{0x00ac, 0x00c5},
	{0x00ff, 0x00ff},
	{0xc001, 0xc02a},
	{0xc02d, 0xc02e},
	{0xc031, 0xc051},
	{0xc054, 0xc055},
	{0xc058, 0xc05b},
	{0xc05e, 0xc05f},
	{0xc062, 0xc06b},
	{0xc06e, 0xc07b},
	{0xc07e, 0xc07f},
	{0xc082, 0xc085},
	{0xc088, 0xc089},
	{0xc08c, 0xc08f},
	{0xc092, 0xc09d},
	{0xc0a0, 0xc0a1},
	{0xc0a4, 0xc0a5},
	{0xc0a8, 0xc0a9},
}

// Prohibited reports whether a suite is on the list of RFC 9113, Appendix A:
// those without ephemeral key exchange or without an AEAD cipher. An endpoint may
// treat HTTP/2 over TLS 1.2 with one of them as a connection error of type
// INADEQUATE_SECURITY (Section 9.2.2).
func Prohibited(suite uint16) bool {
	return slices.ContainsFunc(prohibited[:], func(r [2]uint16) bool { return r[0] <= suite && suite <= r[1] })
}
