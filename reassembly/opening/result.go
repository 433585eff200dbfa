package opening

import "h2scope/reassembly"

// A Protocol is what is spoken on a connection, behind any greetings.
type Protocol uint8

// The protocols told apart.
const (
	Undecided    Protocol = iota // not enough octets so far
	TLS                          // TLS records
	HTTP2                        // HTTP/2 with prior knowledge, or by Config.Force
	HTTP2Upgrade                 // HTTP/2 after "Upgrade: h2c" and 101
	HTTP1                        // HTTP/1.0 or HTTP/1.1
	Other                        // none of these
)

// String is the protocol's name in lower case.
func (p Protocol) String() string {
	return [...]string{"undecided", "tls", "http2", "http2-upgrade", "http1", "other"}[p]
}

// A Verdict is what is known of a connection after a call.
type Verdict struct {
	Protocol Protocol

	// Final says that no later octet changes the Protocol. Until then the
	// Opening wants every chunk and gap. Undecided is never final.
	Final bool
}

// A Result is what an opening told.
type Result struct {
	Protocol Protocol

	// Client is the half of the client: who sent the request, the
	// ClientHello, the preface or the greeting. It means nothing unless
	// ClientKnown.
	Client      reassembly.Half
	ClientKnown bool

	// Via lists the greetings passed, outermost first.
	Via []Via

	// Upgrade is the exchange that led to HTTP/2: nil unless Protocol is
	// HTTP2Upgrade.
	Upgrade *Upgrade

	// Joined says that HTTP/2 was recognised by its frames, behind its
	// beginning; or, by Config.Force, is to be taken for granted there. InStep
	// says of each half that a frame begins at its Start.
	Joined bool
	InStep [2]bool

	// Start is, for each half, the offset at which the protocol beneath
	// begins; 0 in a half of which nothing has come. For HTTP1 and Other it is
	// where understanding ended.
	Start [2]uint64
}

// A ViaKind is a way to speak through a proxy.
type ViaKind uint8

// The kinds of greeting.
const (
	ViaConnect       ViaKind = iota // HTTP/1.1 CONNECT, answered by 2xx
	ViaSOCKS5                       // RFC 1928
	ViaSOCKS4                       // SOCKS4 and SOCKS4a
	ViaProxyProtocol                // PROXY protocol, version 1 or 2
)

// String is the name that records use.
func (k ViaKind) String() string {
	return [...]string{"connect", "socks5", "socks4", "proxy-protocol"}[k]
}

// A Via is a greeting that was passed. Its strings are as the peer sent them,
// except that addresses in binary are written as "host:port" ("[host]:port"
// for IPv6).
type Via struct {
	Kind ViaKind

	// Target is where the client wanted to go: CONNECT's authority or the
	// destination of a SOCKS request.
	Target string

	// Source and Destination are the addresses of the connection that a
	// PROXY protocol header stands for: "host:port", or a path for UNIX
	// sockets. They are empty where it names none (LOCAL, UNKNOWN).
	Source, Destination string
}

// An Upgrade is the HTTP/1.1 exchange that changed a connection to HTTP/2. Its
// request is the one on stream 1 (RFC 7540, Section 3.2).
type Upgrade struct {
	Method  string
	Target  string // the request target as sent
	Version string // "HTTP/1.1"

	// Authority and Path are what :authority and :path would have said: from
	// the target where it is in absolute-form (RFC 9112, Section 3.2.2), else
	// from Host and the target.
	Authority, Path string

	// Fields are the request's field lines, ResponseFields those of the 101.
	Fields, ResponseFields []Field

	// Settings is the decoded payload of HTTP2-Settings: that of a SETTINGS
	// frame (RFC 7540, Section 3.2.1). SettingsValid says that there was
	// exactly one such field, that it was base64url, and that its length is a
	// multiple of 6. Otherwise Settings is nil; Fields tell why.
	Settings      []byte
	SettingsValid bool

	// Body counts the octets of the request's body, without chunk framing.
	Body uint64

	// Request runs from the first octet of the request's head to the last of
	// its body; Response is the head of the 101.
	Request, Response Span
}

// A Field is a field line of HTTP/1.1: the name as sent, the value without
// whitespace around it, with each line folding made one space.
type Field struct{ Name, Value string }

// A Mark is where an octet stood in the capture.
type Mark struct {
	Packet uint64 // whose arrival let the octet be delivered, from 1
	Time   int64  // of that packet, as reassembly tells it
	Offset uint64 // in its half
}

// A Span is a run of octets, by its first and last.
type Span struct{ First, Last Mark }
