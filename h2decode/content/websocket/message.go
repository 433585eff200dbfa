package websocket

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// A Message is a message that one side sent, put together from its frames, or a
// control frame.
type Message struct {
	Opcode Opcode

	// Begun and Ended are the times at which the first octet of the first frame
	// and the last octet of the last one came: those given to Write, in
	// nanoseconds.
	Begun, Ended int64

	Frames     int
	Masked     bool
	Compressed bool
	Length     uint64 // of the payloads of all frames, in octets as they were sent

	// Data is the message, unmasked and inflated, up to the first octet that is
	// missing and up to Config.MaxMessage. It is borrowed. What a message that
	// could not be inflated has here is nothing.
	Data []byte

	Missing uint64 // octets of payloads that the capture lacks
	Unsent  uint64 // octets that were announced and had not come at the end
	Omitted uint64 // octets that came and were not kept
	Excess  uint64 // octets that were inflated and not kept
	Open    bool   // the last fragment had not come at the end

	// Trouble says in a sentence what is wrong, or is empty.
	Trouble string
}

// Complete reports whether all of the message's octets are in the capture.
func (m *Message) Complete() bool { return m.Missing == 0 && m.Unsent == 0 && !m.Open }

// CloseReason is what the payload of a Close frame says: the code of RFC 6455,
// Section 7.4 and the reason. It reports false for other messages, and where
// there is no code.
func (m *Message) CloseReason() (code uint16, reason string, ok bool) {
	if m.Opcode != Close || len(m.Data) < 2 {
		return 0, "", false
	}
	return binary.BigEndian.Uint16(m.Data), string(m.Data[2:]), true
}

func (m *Message) trouble(format string, args ...any) {
	const enough = 512 // a message of a million broken frames says the same again and again
	if len(m.Trouble) > enough {
		return
	}
	if m.Trouble != "" {
		m.Trouble += "; "
	}
	m.Trouble += fmt.Sprintf(format, args...)
}

// checkContent says what is wrong with the content of a whole message.
func (m *Message) checkContent() {
	switch {
	case m.Opcode == Text && !utf8.Valid(m.Data):
		m.trouble("the text is not UTF-8 (RFC 6455, Section 8.1)")
	case m.Opcode == Close && len(m.Data) == 1:
		m.trouble("a Close frame of one octet has no code (RFC 6455, Section 5.5.1)")
	}
	if code, reason, ok := m.CloseReason(); ok {
		if !validCode(code) {
			m.trouble("the code %d must not be sent (RFC 6455, Section 7.4)", code)
		}
		if !utf8.ValidString(reason) {
			m.trouble("the reason is not UTF-8 (RFC 6455, Section 5.5.1)")
		}
	}
}

// validCode reports whether a Close frame may carry the code: those of RFC 6455,
// Section 7.4.1 and of IANA's registry, and those of libraries and applications.
func validCode(code uint16) bool {
	switch {
	case code >= 1000 && code <= 1003, code >= 1007 && code <= 1014:
		return true
	}
	return code >= 3000 && code <= 4999
}
