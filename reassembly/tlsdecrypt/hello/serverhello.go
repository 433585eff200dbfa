package hello

// A ServerHello is what a server has chosen (RFC 8446, Section 4.1.3). It owns
// its memory.
type ServerHello struct {
	Version           uint16 // legacy_version
	Random            [32]byte
	SessionID         []byte // TLS 1.2: the client's again where the session is resumed
	CipherSuite       uint16
	Compression       uint8
	Extensions        []uint16 // types, in the order in which they were sent
	Malformed         []uint16 // types of those that can't be read to their end
	SelectedVersion   uint16   // of supported_versions, or Version without it
	HelloRetryRequest bool     // not an answer yet: the client is to send another hello

	KeyShare    uint16 // group of the server's key, or the one that it asks for; 0 without
	PSK         bool   // a key that the client offered was taken (TLS 1.3)
	SelectedPSK uint16 // which one, from 0

	// Extensions of TLS 1.2; in TLS 1.3 they are in EncryptedExtensions or gone.
	ALPN                 string
	ExtendedMasterSecret bool
	EncryptThenMAC       bool
	SessionTicket        bool // a NewSessionTicket will come
	SecureRenegotiation  bool
	RecordSizeLimit      uint16 // octets, 0 without the extension
	MaxFragmentLength    uint8  // 1 to 4 for 2^9 to 2^12 octets, 0 without
}

// retryRandom is SHA-256 of "HelloRetryRequest" (RFC 8446, Section 4.1.3).
const retryRandom = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" +
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

// ParseServerHello reads the body of a ServerHello.
func ParseServerHello(body []byte) (*ServerHello, error) {
	h, r := new(ServerHello), reader{rest: body}
	h.Version = r.uint16("legacy_version")
	r.copy(h.Random[:], "random")
	h.SessionID = clone(r.vector8("legacy_session_id_echo"))
	h.CipherSuite = r.uint16("cipher_suite")
	h.Compression = r.uint8("legacy_compression_method")
	h.SelectedVersion = h.Version
	h.HelloRetryRequest = string(h.Random[:]) == retryRandom
	if len(r.rest) > 0 {
		h.Extensions, h.Malformed = r.extensions(h.readExtension)
	}
	if err := r.end("ServerHello"); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *ServerHello) readExtension(extension uint16, r *reader) bool {
	switch extension {
	case extSupportedVersions:
		if v := r.uint16("selected_version"); r.failed == "" {
			h.SelectedVersion = v
		}
	case extKeyShare:
		h.KeyShare = r.uint16("group")
		if !h.HelloRetryRequest {
			r.vector16("key_exchange")
		}
	case extPreSharedKey:
		h.SelectedPSK = r.uint16("selected_identity")
		h.PSK = r.failed == ""
	case extALPN:
		h.ALPN = chosen(r)
	case extExtendedMasterSecret:
		h.ExtendedMasterSecret = true
	case extEncryptThenMAC:
		h.EncryptThenMAC = true
	case extSessionTicket:
		h.SessionTicket = true
	case extRenegotiationInfo:
		h.SecureRenegotiation = true
		r.vector8("renegotiated_connection")
	case extRecordSizeLimit:
		h.RecordSizeLimit = r.uint16("RecordSizeLimit")
	case extMaxFragmentLength:
		h.MaxFragmentLength = r.uint8("MaxFragmentLength")
	default:
		return false
	}
	return true
}

// chosen is the one name in a server's ALPN extension.
func chosen(r *reader) string {
	names := r.alpn()
	if len(names) != 1 {
		r.fail("protocol_name_list")
		return ""
	}
	return names[0]
}

// EncryptedExtensions are what a server of TLS 1.3 has chosen besides (RFC 8446,
// Section 4.3.1).
type EncryptedExtensions struct {
	Extensions []uint16 // types, in the order in which they were sent
	Malformed  []uint16 // types of those that can't be read to their end

	ALPN              string
	EarlyData         bool     // 0-RTT data is accepted
	ServerName        bool     // the name has been used
	Groups            []uint16 // that the server would like next time
	RecordSizeLimit   uint16   // octets, 0 without the extension
	MaxFragmentLength uint8    // 1 to 4 for 2^9 to 2^12 octets, 0 without
	ECHRetry          bool     // ECH was refused, or only pretended; keys for the next try are enclosed
}

// ParseEncryptedExtensions reads the body of an EncryptedExtensions message.
func ParseEncryptedExtensions(body []byte) (*EncryptedExtensions, error) {
	e, r := new(EncryptedExtensions), reader{rest: body}
	e.Extensions, e.Malformed = r.extensions(e.readExtension)
	if err := r.end("EncryptedExtensions"); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *EncryptedExtensions) readExtension(extension uint16, r *reader) bool {
	switch extension {
	case extALPN:
		e.ALPN = chosen(r)
	case extEarlyData:
		e.EarlyData = true
	case extServerName:
		e.ServerName = true
	case extSupportedGroups:
		e.Groups = r.numbers(r.vector16("named_group_list"), "named_group_list")
	case extRecordSizeLimit:
		e.RecordSizeLimit = r.uint16("RecordSizeLimit")
	case extMaxFragmentLength:
		e.MaxFragmentLength = r.uint8("MaxFragmentLength")
	case extECH:
		e.ECHRetry = true
		r.vector16("retry_configs")
	default:
		return false
	}
	return true
}
