package endpoint

import (
	"strconv"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Scripts are all scripts, by subject and then in the order in which they are
// best read. Each call makes them anew.
func Scripts() []Script {
	var all []Script
	for _, subject := range [][]Script{
		messageScripts(), frameScripts(), fieldScripts(), flowScripts(), streamScripts(),
		priorityScripts(), pushScripts(), protocolScripts(), wrongScripts(), attackScripts(),
	} {
		all = append(all, subject...)
	}
	return all
}

// Find gives the script of that name.
func Find(name string) (Script, bool) {
	for _, s := range Scripts() {
		if s.Name == name {
			return s, true
		}
	}
	return Script{}, false
}

// authority is the host that all requests name. The name is reserved for
// examples (RFC 2606, Section 3).
const authority = "www.example.com"

// hello opens a connection: the preface, both sides' settings, and their
// acknowledgment.
func hello(client_, server_ Settings) []Step {
	return []Step{
		client(Preface{}, client_),
		server(server_, SettingsAck{}),
		client(SettingsAck{}),
	}
}

// steps joins runs of steps.
func steps(runs ...[]Step) []Step {
	var all []Step
	for _, run := range runs {
		all = append(all, run...)
	}
	return all
}

// fields makes a field section of names and values, which alternate.
func fields(pairs ...string) Fields {
	var section Fields
	for i := 0; i+1 < len(pairs); i += 2 {
		section = append(section, hpack.HeaderField{Name: pairs[i], Value: pairs[i+1]})
	}
	return section
}

// request is the field section of a request in cleartext, response that of a
// response; more are further names and values.
func request(method, path string, more ...string) Fields {
	return append(fields(":method", method, ":scheme", "http", ":authority", authority, ":path", path), fields(more...)...)
}

func response(status int, more ...string) Fields {
	return append(fields(":status", strconv.Itoa(status)), fields(more...)...)
}

// get is a request without a body, as a frame.
func get(stream uint32, path string, more ...string) Headers {
	return Headers{Stream: stream, Fields: request("GET", path, more...), EndStream: true}
}

// ok is the beginning of a response with a body to follow.
func ok(stream uint32, more ...string) Headers {
	return Headers{Stream: stream, Fields: response(200, more...)}
}

// last is a body's end, or all of it.
func last(stream uint32, body []byte) Data { return Data{Stream: stream, Body: body, EndStream: true} }

// text is so many octets that can be read: numbered lines of 32.
func text(octets int) []byte {
	var b strings.Builder
	for line := 1; b.Len() < octets; line++ {
		number := strconv.Itoa(line)
		b.WriteString("line " + strings.Repeat(" ", 8-len(number)) + number + " of the example.\n")
	}
	return []byte(b.String()[:octets])
}

// line is so many octets that may stand in a field value: text without line ends
// and spaces.
func line(octets int) string {
	return strings.NewReplacer("\n", ".", " ", "_").Replace(string(text(octets)))
}

// setting is one parameter of a SETTINGS frame.
func setting(id http2.SettingID, value uint32) http2.Setting {
	return http2.Setting{ID: id, Val: value}
}

// Settings that package http2 has no name for.
const (
	settingEnableConnectProtocol http2.SettingID = 0x8 // RFC 8441, Section 3
	settingNoRFC7540Priorities   http2.SettingID = 0x9 // RFC 9218, Section 2.1
)
