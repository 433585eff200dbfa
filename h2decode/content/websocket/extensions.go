package websocket

import (
	"fmt"
	"strconv"
	"strings"
)

// Extensions are what both sides agreed on in Sec-WebSocket-Extensions.
type Extensions struct {
	// Deflate says that messages may be deflated: permessage-deflate, RFC 7692.
	Deflate bool
	// ClientNoTakeover and ServerNoTakeover say that each message of that side is
	// deflated by itself: RFC 7692, Section 7.1.1.
	ClientNoTakeover, ServerNoTakeover bool
	// ClientWindowBits and ServerWindowBits are the base-2 logarithms of the
	// windows, 8 to 15: RFC 7692, Section 7.1.2.
	ClientWindowBits, ServerWindowBits int

	// Unknown are the extensions agreed on that this package does not know, as
	// they stand. Frames of such a connection may mean something else.
	Unknown []string
	// Trouble says in a sentence what is wrong, or is empty.
	Trouble string
}

// ParseExtensions reads what the client offered and the server accepted: the
// values of Sec-WebSocket-Extensions in request and response, joined with commas
// where there are several. The server's answer says what is used (RFC 6455,
// Section 9.1); the offer only tells whether it was asked.
func ParseExtensions(offered, accepted string) Extensions {
	e := Extensions{ClientWindowBits: 15, ServerWindowBits: 15}
	for element := range strings.SplitSeq(accepted, ",") {
		element = strings.Trim(element, " \t")
		name, parameters, _ := strings.Cut(element, ";")
		switch name = strings.ToLower(strings.Trim(name, " \t")); {
		case name == "":
		case name == "permessage-deflate" && !e.Deflate:
			e.Deflate = true
			e.deflate(parameters)
		default:
			e.Unknown = append(e.Unknown, element)
			e.trouble("the extension %q is not known", name)
		}
		if name != "" && !offers(offered, name) {
			e.trouble("the client did not offer %q", name)
		}
	}
	return e
}

func (e *Extensions) trouble(format string, args ...any) {
	if e.Trouble != "" {
		e.Trouble += "; "
	}
	e.Trouble += fmt.Sprintf(format, args...)
}

// deflate reads the parameters of permessage-deflate.
func (e *Extensions) deflate(parameters string) {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.Trim(parameter, " \t"), "=")
		value = strings.Trim(value, " \t\"")
		switch name = strings.ToLower(strings.Trim(name, " \t")); name {
		case "":
		case "client_no_context_takeover":
			e.ClientNoTakeover = true
		case "server_no_context_takeover":
			e.ServerNoTakeover = true
		case "client_max_window_bits":
			e.ClientWindowBits = e.windowBits(name, value)
		case "server_max_window_bits":
			e.ServerWindowBits = e.windowBits(name, value)
		default:
			e.trouble("permessage-deflate has no parameter %q", name)
		}
	}
}

func (e *Extensions) windowBits(name, value string) int {
	bits, err := strconv.Atoi(value)
	if err != nil || bits < 8 || bits > 15 {
		e.trouble("%s is %q, not 8 to 15", name, value)
		return 15
	}
	return bits
}

func offers(offered, name string) bool {
	for element := range strings.SplitSeq(offered, ",") {
		offer, _, _ := strings.Cut(element, ";")
		if strings.EqualFold(strings.Trim(offer, " \t"), name) {
			return true
		}
	}
	return false
}
