package hello

// Extensions that are read (IANA registry "TLS ExtensionType Values").
const (
	extServerName           = 0      // RFC 6066, Section 3
	extMaxFragmentLength    = 1      // RFC 6066, Section 4
	extSupportedGroups      = 10     // RFC 8446, Section 4.2.7
	extPointFormats         = 11     // RFC 8422, Section 5.1.2
	extSignatureAlgorithms  = 13     // RFC 8446, Section 4.2.3
	extALPN                 = 16     // RFC 7301
	extEncryptThenMAC       = 22     // RFC 7366
	extExtendedMasterSecret = 23     // RFC 7627
	extCompressCertificate  = 27     // RFC 8879
	extRecordSizeLimit      = 28     // RFC 8449
	extSessionTicket        = 35     // RFC 5077
	extPreSharedKey         = 41     // RFC 8446, Section 4.2.11
	extEarlyData            = 42     // RFC 8446, Section 4.2.10
	extSupportedVersions    = 43     // RFC 8446, Section 4.2.1
	extPSKModes             = 45     // RFC 8446, Section 4.2.9
	extKeyShare             = 51     // RFC 8446, Section 4.2.8
	extECH                  = 0xfe0d // RFC 9849
	extRenegotiationInfo    = 0xff01 // RFC 5746
)

// isGREASE reports whether a number is one of those that mean nothing (RFC 8701):
// clients send them to keep servers from choking on what they don't know.
func isGREASE(n uint16) bool { return n&0x0f0f == 0x0a0a && n>>8 == n&0xff }

// withoutGREASE is a copy.
func withoutGREASE(all []uint16) []uint16 {
	kept := make([]uint16, 0, len(all))
	for _, n := range all {
		if !isGREASE(n) {
			kept = append(kept, n)
		}
	}
	return kept
}
