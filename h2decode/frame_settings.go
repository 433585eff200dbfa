package h2decode

import (
	"encoding/binary"
	"fmt"
	"iter"
)

// A SettingID names a setting (RFC 9113, Section 6.5.2).
type SettingID uint16

// The settings of RFC 9113, RFC 8441 and RFC 9218.
const (
	SettingHeaderTableSize       SettingID = 0x1
	SettingEnablePush            SettingID = 0x2
	SettingMaxConcurrentStreams  SettingID = 0x3
	SettingInitialWindowSize     SettingID = 0x4
	SettingMaxFrameSize          SettingID = 0x5
	SettingMaxHeaderListSize     SettingID = 0x6
	SettingEnableConnectProtocol SettingID = 0x8 // RFC 8441, Section 3
	SettingNoRFC7540Priorities   SettingID = 0x9 // RFC 9218, Section 2.1
)

var settingNames = [...]string{
	SettingHeaderTableSize:       "SETTINGS_HEADER_TABLE_SIZE",
	SettingEnablePush:            "SETTINGS_ENABLE_PUSH",
	SettingMaxConcurrentStreams:  "SETTINGS_MAX_CONCURRENT_STREAMS",
	SettingInitialWindowSize:     "SETTINGS_INITIAL_WINDOW_SIZE",
	SettingMaxFrameSize:          "SETTINGS_MAX_FRAME_SIZE",
	SettingMaxHeaderListSize:     "SETTINGS_MAX_HEADER_LIST_SIZE",
	SettingEnableConnectProtocol: "SETTINGS_ENABLE_CONNECT_PROTOCOL",
	SettingNoRFC7540Priorities:   "SETTINGS_NO_RFC7540_PRIORITIES",
}

// String is the registered name, or the number in hexadecimal.
func (id SettingID) String() string {
	if id.Registered() {
		return settingNames[id]
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}

// Registered reports whether the setting has a name here.
func (id SettingID) Registered() bool { return int(id) < len(settingNames) && settingNames[id] != "" }

// A Setting is one parameter of a SETTINGS frame.
type Setting struct {
	ID    SettingID
	Value uint32
}

const settingLength = 6

// A SettingsFrame is a SETTINGS payload (RFC 9113, Section 6.5), kept as its
// octets: settings in wire order, repeated ones and all.
type SettingsFrame struct {
	Octets []byte // a multiple of 6
}

func (ps *payloads) parseSettings(h FrameHeader, p []byte) (Payload, *FrameError) {
	ps.settings = SettingsFrame{Octets: p[:len(p)-len(p)%settingLength]}
	switch {
	case h.Flags.Has(FlagAck) && h.Length != 0:
		return &ps.settings, frameError(FrameSizeError, "SETTINGS acknowledgment of %d octets; it must be empty", h.Length)
	case h.Length%settingLength != 0:
		return &ps.settings, frameError(FrameSizeError, "SETTINGS of %d octets, which is not a multiple of %d", h.Length, settingLength)
	}
	return &ps.settings, nil
}

// Len is the number of settings.
func (f *SettingsFrame) Len() int { return len(f.Octets) / settingLength }

// All gives the settings in wire order.
func (f *SettingsFrame) All() iter.Seq[Setting] {
	return func(yield func(Setting) bool) {
		for p := f.Octets; len(p) >= settingLength; p = p[settingLength:] {
			s := Setting{ID: SettingID(binary.BigEndian.Uint16(p)), Value: binary.BigEndian.Uint32(p[2:])}
			if !yield(s) {
				return
			}
		}
	}
}

// Append writes the payload's octets.
func (f *SettingsFrame) Append(dst []byte) []byte { return append(dst, f.Octets...) }

func (f *SettingsFrame) layoutFlags() Flags { return 0 }

// AppendSetting writes one setting as it stands in a SETTINGS frame.
func AppendSetting(dst []byte, s Setting) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(s.ID))
	return binary.BigEndian.AppendUint32(dst, s.Value)
}
