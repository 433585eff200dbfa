package h2decode

// Security is what TLS tells of a connection: neutral facts that whoever reads
// the records fills in. Strings are empty where a fact is not known.
type Security struct {
	Version    string // "TLS 1.3"
	Cipher     string // the registered name of the suite
	ServerName string // as the client named it; the outer name where ECH was offered
	ALPN       string // the protocol that the server chose
	ALPNKnown  bool   // its choice was seen, also where it chose none
	Offered    []string
	Resumed    bool
	EarlyData  string // "offered", "accepted", "refused"
	ECH        bool   // encrypted client hello was offered

	Decrypted string // "full", "client-only", "server-only", "partial", "none"
	Reason    string // why not full
	Late      bool   // a secret came after what it opened
	Secret    bool   // the key log has a secret of this connection

	// Compression is the method that the server chose: "none", "deflate", or
	// its number (TLS 1.2 and below).
	Compression string
	// EphemeralBits is the size of the ephemeral key exchange (TLS 1.2 and
	// below): of the prime of DHE, or of the field of ECDHE's curve. 0: there
	// is none, or it was not seen.
	EphemeralBits int
	// EarlyOctets is how far early data (0-RTT) reaches into the client's
	// HTTP/2, in octets; 0: there was none, or it is not known.
	EarlyOctets uint64

	HelloRetryRequest bool
	Renegotiations    int
	// Renegotiated is the packet with the last of them; 0: none, or not known.
	Renegotiated uint64
	// LateAuthentication is the packet in which a server of TLS 1.3 asked for
	// the client's certificate behind the handshake; 0: none that was seen.
	LateAuthentication uint64
	KeyUpdates         [2]int          // by side that sent them
	Records            [2]RecordCounts // by side
	Certificates       [2]*Certificate // by side: its own, the first that it sent
	Alerts             []Alert

	JA3, JA4 string // fingerprints of the ClientHello: JA3 as its MD5
}

// RecordCounts are the TLS records of one side.
type RecordCounts struct {
	Records, Octets uint64 // of all types, with what they protect
	Opened          uint64
	Failed          uint64 // did not authenticate and should have
	Lost            uint64 // as far as can be told, in gaps
}

// A Certificate is what is shown of a certificate.
type Certificate struct {
	Subject, Issuer     string
	Names               []string // DNS names and addresses
	NotBefore, NotAfter int64    // nanoseconds since 1970-01-01 UTC; 0: not known
	KeyBits             int      // size of the RSA modulus or of the curve's field; 0: not known
}

// An Alert is a TLS alert.
type Alert struct {
	From        Side
	Fatal       bool
	Description string
	Packet      uint64
}
