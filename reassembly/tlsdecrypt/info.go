package tlsdecrypt

import (
	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/hello"
)

// Decrypted says how much of a connection's application data was opened.
type Decrypted uint8

// How much.
const (
	None       Decrypted = iota
	Partial              // of a half, or of both, some records
	ClientOnly           // all that the client sent, nothing of the server
	ServerOnly
	Full
)

// String is the name that records use.
func (d Decrypted) String() string {
	return [...]string{"none", "partial", "client-only", "server-only", "full"}[d]
}

// A Reason says why a connection is not fully decrypted: the name that records
// use, "" for one that is.
type Reason string

// The reasons.
const (
	NoKeyLog           Reason = "no-keylog"                   // there are no secrets at all
	NoSecret           Reason = "no-secret-for-client-random" // the key log is of other connections, or lacks this half's secret
	NoClientRandom     Reason = "no-client-random"            // the ClientHello is not in the capture
	NoServerRandom     Reason = "no-server-random"            // the ServerHello is not, and TLS 1.2 needs it
	NoHandshake        Reason = "no-handshake"                // neither is, or the handshake came to nothing
	UnsupportedCipher  Reason = "unsupported-cipher"          // Info.CipherSuite names it
	UnsupportedVersion Reason = "unsupported-version"         // SSL 3.0, or a version that is not known
	RecordAuthFailed   Reason = "record-auth-failed"          // the secrets are wrong, or octets were changed
	LostInGap          Reason = "gap"                         // octets that the capture lacks
	NoEarlySecret      Reason = "no-early-secret"             // all but the 0-RTT data was opened
	SSLv2              Reason = "sslv2"                       // a hello of SSL 2.0's form
	NotTLS             Reason = "not-tls"                     // what should be a record header is none
	MalformedHandshake Reason = "malformed-handshake"         // a hello can't be read
	TrialsExhausted    Reason = "trial-limit"                 // Limits.Work ended the search
	CompressionUnknown Reason = "tls-compression"             // TLS compression, which HTTP/2 forbids
)

// EarlyData is what became of 0-RTT data (RFC 8446, Section 2.3).
type EarlyData uint8

// What became of it.
const (
	NotOffered EarlyData = iota
	Offered              // and no more is known
	Accepted
	Refused
)

// String is the name that records use.
func (e EarlyData) String() string {
	return [...]string{"", "offered", "accepted", "refused"}[e]
}

// ContentType is the type of a record's content (RFC 8446, Section 5.1).
type ContentType uint8

// Content types.
const (
	ChangeCipherSpec ContentType = 20
	AlertContent     ContentType = 21
	HandshakeContent ContentType = 22
	ApplicationData  ContentType = 23
	Heartbeat        ContentType = 24
)

// Tally counts records and the octets in them.
type Tally struct{ Records, Octets uint64 }

func (t *Tally) add(octets int) {
	t.Records++
	t.Octets += uint64(octets)
}

// A SideInfo is what is known of one half.
type SideInfo struct {
	// Records and octets of content by type: 0 for ChangeCipherSpec to 4 for
	// Heartbeat. The type is the one within the protection where the record
	// was opened, else the one that shows, which is ApplicationData for all
	// protected records of TLS 1.3. Octets are those of the content: of the
	// plaintext where opened, else of the record without its header.
	Content [5]Tally

	// Opened are protected records that authenticated, Failed those that did
	// not and should have, Passed those before the first known secret (of
	// the handshake, or 0-RTT data), Unopened those of a half without
	// secrets.
	Opened, Failed, Passed, Unopened Tally

	// Lost is what the capture lacks, or what was passed over until the next
	// record was proved: records as far as their numbers tell, and octets of
	// ciphertext. Resynced is how often decryption went on.
	Lost     Tally
	Resynced int

	// Unframed are octets after a gap in a half without secrets, whose
	// records can't be told apart; Incomplete those of a record that the
	// capture ends in.
	Unframed, Incomplete uint64

	// KeyUpdates counts those of TLS 1.3 that this half sent.
	KeyUpdates int

	// CloseNotify is whether the half was closed in order.
	CloseNotify bool

	// Certificates is how many this half sent, Certificate the first of them,
	// its own; nil where it could not be read.
	Certificates int
	Certificate  *hello.CertificateInfo
}

// An Alert is one that was seen in the clear or opened (RFC 8446, Section 6).
type Alert struct {
	Half        reassembly.Half
	Level       uint8 // 1 warning, 2 fatal
	Description uint8
	Packet      uint64
	Time        int64
}

// An Info is what is known of a TLS connection.
type Info struct {
	// Client is the half that the client sends, where known.
	Client      reassembly.Half
	ClientKnown bool

	// Version is the negotiated one, 0x0303 for TLS 1.2, and CipherSuite the
	// selected suite. 0 where not known. A suite may be known from the secret
	// that opened a record alone.
	Version     uint16
	CipherSuite uint16

	// ClientHello is the first one, ServerHello the last one; nil where the
	// capture lacks them. ServerName is the one in the ClientHello, which
	// with ECH is the outer name.
	ClientHello *hello.ClientHello
	ServerHello *hello.ServerHello
	ServerName  string

	// ALPN is the protocol that was selected. That of TLS 1.3 is encrypted:
	// "" where the server's handshake could not be opened. ALPNKnown says
	// that the server's choice was seen, also where it chose none.
	ALPN      string
	ALPNKnown bool

	Resumed              bool
	EarlyData            EarlyData
	ECH                  bool // encrypted ClientHello was offered, or something that looks like it
	HelloRetryRequest    bool
	ExtendedMasterSecret bool
	EncryptThenMAC       bool
	ClientCertificate    bool // the server asked for one, as far as could be read
	Renegotiations       int  // handshakes beyond the first, TLS 1.2 and below

	// Renegotiated is the packet with the ClientHello of the last of them, 0
	// without one.
	Renegotiated uint64

	// LateAuthentication is the packet in which a server of TLS 1.3 first
	// asked for the client's certificate behind the handshake (RFC 8446,
	// Section 4.6.2), 0 where none was seen.
	LateAuthentication uint64

	// EarlyOctets is how far 0-RTT data reaches into the client's plaintext: its
	// end, as chunks count. 0 where none was opened.
	EarlyOctets uint64

	// KeyExchange is that of TLS 1.2 and below, zero where it was not seen.
	KeyExchange hello.KeyExchange

	// Secrets is whether the key log has any of this connection's.
	Secrets bool

	// Late is whether a secret arrived after ciphertext that it opened.
	Late bool

	Decrypted Decrypted
	Reason    Reason

	// Side is by half, as in chunks.
	Side   [2]SideInfo
	Alerts []Alert // the first 16
}

// VersionName is "TLS 1.3", "" where the version is not known.
func (i *Info) VersionName() string {
	if i.Version == 0 {
		return ""
	}
	return hello.VersionName(i.Version)
}

// CipherName is the registered name, "" where the suite is not known.
func (i *Info) CipherName() string {
	if i.CipherSuite == 0 {
		return ""
	}
	return hello.SuiteName(i.CipherSuite)
}

// count notes content of a record. That of unknown types is not.
func (s *SideInfo) count(typ ContentType, octets int) {
	if i := int(typ) - int(ChangeCipherSpec); i >= 0 && i < len(s.Content) {
		s.Content[i].add(octets)
	}
}
