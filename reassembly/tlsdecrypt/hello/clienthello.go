package hello

import "slices"

// An ECH says whether a ClientHello is one of Encrypted Client Hello (RFC 9849,
// Section 5).
type ECH uint8

// Kinds of ClientHello. An outer one has the name of the client-facing server
// where the true one is encrypted; or it only looks like that, since clients send
// the extension with random content too, and nobody but the server can tell.
const (
	NoECH ECH = iota
	ECHOuter
	ECHInner
)

// String is "", "outer" or "inner".
func (e ECH) String() string {
	switch e {
	case ECHOuter:
		return "outer"
	case ECHInner:
		return "inner"
	}
	return ""
}

// A ClientHello is what a client offers (RFC 8446, Section 4.1.2). Lists are in
// the order in which they were sent, GREASE (RFC 8701) included. It owns its
// memory.
type ClientHello struct {
	Version      uint16 // legacy_version; TLS 1.3 has the truth in SupportedVersions
	Random       [32]byte
	SessionID    []byte // up to 32 octets
	CipherSuites []uint16
	Compression  []byte
	Extensions   []uint16 // types of all of them
	Malformed    []uint16 // types of those that can't be read to their end

	ServerName          string   // the host_name of server_name, or ""
	ALPN                []string // protocols, the one preferred first
	SupportedVersions   []uint16
	Groups              []uint16 // supported_groups
	PointFormats        []byte
	SignatureAlgorithms []uint16
	KeyShares           []uint16 // groups that have a key with them

	PSKIdentities    int    // offered for resumption, or agreed on beforehand (TLS 1.3)
	PSKModes         []byte // psk_key_exchange_modes
	EarlyData        bool   // 0-RTT data follows
	HasSessionTicket bool   // tickets are understood (TLS 1.2)
	SessionTicket    []byte // the one that is offered for resumption, if any

	ECH                    ECH
	ExtendedMasterSecret   bool
	EncryptThenMAC         bool
	SecureRenegotiation    bool // by extension or by TLS_EMPTY_RENEGOTIATION_INFO_SCSV
	Renegotiation          bool // this hello stands inside a connection, by its renegotiation_info
	CertificateCompression []uint16
	RecordSizeLimit        uint16 // octets, 0 without the extension
	MaxFragmentLength      uint8  // 1 to 4 for 2^9 to 2^12 octets, 0 without
}

// PSK reports whether the client offers to resume a session of TLS 1.3, or
// another key that both ends have.
func (h *ClientHello) PSK() bool { return h.PSKIdentities > 0 }

// Offers reports whether the client offers that ALPN protocol.
func (h *ClientHello) Offers(protocol string) bool { return slices.Contains(h.ALPN, protocol) }

const scsvRenegotiation = 0x00ff // RFC 5746, Section 3.3

// ParseClientHello reads the body of a ClientHello.
func ParseClientHello(body []byte) (*ClientHello, error) {
	h, r := new(ClientHello), reader{rest: body}
	h.Version = r.uint16("legacy_version")
	r.copy(h.Random[:], "random")
	h.SessionID = clone(r.vector8("legacy_session_id"))
	h.CipherSuites = r.numbers(r.vector16("cipher_suites"), "cipher_suites")
	h.Compression = clone(r.vector8("legacy_compression_methods"))
	h.SecureRenegotiation = slices.Contains(h.CipherSuites, scsvRenegotiation)
	if len(r.rest) > 0 { // before TLS 1.3, a hello may end without extensions
		h.Extensions, h.Malformed = r.extensions(h.readExtension)
	}
	if err := r.end("ClientHello"); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *ClientHello) readExtension(extension uint16, r *reader) bool {
	switch extension {
	case extServerName:
		h.ServerName = readServerName(r)
	case extALPN:
		h.ALPN = r.alpn()
	case extSupportedVersions:
		h.SupportedVersions = r.numbers(r.vector8("versions"), "versions")
	case extSupportedGroups:
		h.Groups = r.numbers(r.vector16("named_group_list"), "named_group_list")
	case extPointFormats:
		h.PointFormats = clone(r.vector8("ec_point_format_list"))
	case extSignatureAlgorithms:
		h.SignatureAlgorithms = r.numbers(r.vector16("supported_signature_algorithms"), "supported_signature_algorithms")
	case extKeyShare:
		h.KeyShares = readKeyShares(r)
	case extPreSharedKey:
		h.PSKIdentities = countIdentities(r)
	case extPSKModes:
		h.PSKModes = clone(r.vector8("ke_modes"))
	case extEarlyData:
		h.EarlyData = true
	case extECH:
		h.ECH = readECH(r)
	case extCompressCertificate:
		h.CertificateCompression = r.numbers(r.vector8("algorithms"), "algorithms")
	default:
		return h.readOldExtension(extension, r)
	}
	return true
}

// readOldExtension is readExtension for those that TLS 1.2 has as well.
func (h *ClientHello) readOldExtension(extension uint16, r *reader) bool {
	switch extension {
	case extSessionTicket:
		h.HasSessionTicket, h.SessionTicket = true, clone(r.rest)
		r.rest = nil
	case extExtendedMasterSecret:
		h.ExtendedMasterSecret = true
	case extEncryptThenMAC:
		h.EncryptThenMAC = true
	case extRenegotiationInfo:
		h.SecureRenegotiation = true
		h.Renegotiation = len(r.vector8("renegotiated_connection")) > 0
	case extRecordSizeLimit:
		h.RecordSizeLimit = r.uint16("RecordSizeLimit")
	case extMaxFragmentLength:
		h.MaxFragmentLength = r.uint8("MaxFragmentLength")
	default:
		return false
	}
	return true
}

// readServerName is the first host_name of a list that has no other kinds of name
// in practice (RFC 6066, Section 3).
func readServerName(r *reader) (name string) {
	list := reader{rest: r.vector16("server_name_list")}
	for len(list.rest) > 0 {
		kind, octets := list.uint8("name_type"), list.vector16("name")
		if kind == 0 && name == "" {
			name = string(octets)
		}
	}
	if list.failed != "" || name == "" {
		r.fail("server_name_list")
	}
	return name
}

func readKeyShares(r *reader) (groups []uint16) {
	list := reader{rest: r.vector16("client_shares")}
	for len(list.rest) > 0 {
		group := list.uint16("group")
		list.vector16("key_exchange")
		if list.failed != "" {
			r.fail(list.failed)
			break
		}
		groups = append(groups, group)
	}
	return groups
}

// countIdentities counts the keys that are offered. A binder for each follows.
func countIdentities(r *reader) (n int) {
	list := reader{rest: r.vector16("identities")}
	r.vector16("binders")
	for len(list.rest) > 0 {
		list.vector16("identity")
		list.uint32("obfuscated_ticket_age")
		if list.failed != "" {
			r.fail(list.failed)
			break
		}
		n++
	}
	return n
}

func readECH(r *reader) ECH {
	kind := r.uint8("ECHClientHelloType")
	switch {
	case r.failed != "":
		return NoECH
	case kind == 1:
		return ECHInner
	case kind != 0:
		r.fail("ECHClientHelloType")
		return NoECH
	}
	r.uint32("cipher_suite")
	r.uint8("config_id")
	r.vector16("enc")
	r.vector16("payload")
	return ECHOuter
}
