package h2decode

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A frameCase is a file of http2-frame-test-case.
type frameCase struct {
	Error       []ErrorCode
	Wire        string
	Description string
	Frame       *struct {
		Length  uint32
		Type    Type
		Flags   Flags
		Stream  uint32      `json:"stream_identifier"`
		Payload casePayload `json:"frame_payload"`
	}
}

// A casePayload has the properties of all types of frame; null is left nil.
type casePayload struct {
	Data          string
	Fragment      string `json:"header_block_fragment"`
	PaddingLength *int   `json:"padding_length"`
	Padding       *string
	DependsOn     *uint32 `json:"stream_dependency"`
	Weight        *int
	Exclusive     *bool
	ErrorCode     ErrorCode `json:"error_code"`
	LastStream    uint32    `json:"last_stream_id"`
	DebugData     string    `json:"additional_debug_data"`
	Opaque        string    `json:"opaque_data"`
	Promised      uint32    `json:"promised_stream_id"`
	Settings      [][2]uint32
	Increment     uint32 `json:"window_size_increment"`
}

func TestHTTP2FrameTestCase(t *testing.T) {
	files, _ := filepath.Glob("../../shared/vectors/http2-frame-test-case/*/*.json")
	if len(files) == 0 {
		t.Skip("needs ../shared: vectors/http2-frame-test-case")
	}
	for _, file := range files {
		name, _ := filepath.Rel("../../shared/vectors/http2-frame-test-case", file)
		t.Run(name, func(t *testing.T) {
			octets, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c frameCase
			if err := json.Unmarshal(octets, &c); err != nil {
				t.Fatal(err)
			}
			if c.Frame == nil {
				checkInvalid(t, &c)
			} else {
				checkValid(t, &c)
			}
		})
	}
}

// defaultMaxFrameSize is the limit that the cases assume (RFC 9113, Section
// 6.5.2).
const defaultMaxFrameSize = 16384

func checkInvalid(t *testing.T, c *frameCase) {
	wire := unhex(t, c.Wire)
	h := ParseFrameHeader(wire)
	if h.Length > defaultMaxFrameSize {
		if !slices.Contains(c.Error, FrameSizeError) {
			t.Errorf("length %d, want one of %v", h.Length, c.Error)
		}
		return
	}
	found := h.Check()
	payload, malformed := ParsePayload(h, wire[HeaderLength:])
	if malformed != nil {
		found = malformed
	}
	if checker, ok := payload.(interface{ Check() *FrameError }); ok && found == nil {
		found = checker.Check()
	}
	if found == nil || !slices.Contains(c.Error, found.Code) {
		t.Errorf("%s: found %v, want one of %v", c.Description, found, c.Error)
	}
}

func checkValid(t *testing.T, c *frameCase) {
	wire := unhex(t, c.Wire)
	h := ParseFrameHeader(wire)
	want := FrameHeader{Length: c.Frame.Length, Type: c.Frame.Type, Flags: c.Frame.Flags, Stream: c.Frame.Stream}
	if h != want {
		t.Errorf("header %+v, want %+v", h, want)
	}
	if err := h.Check(); err != nil {
		t.Errorf("header: %v", err)
	}
	payload, err := ParsePayload(h, wire[HeaderLength:])
	if err != nil {
		t.Fatal(err)
	}
	if got := AppendFrame(nil, h.Type, h.Flags, h.Stream, payload); !bytes.Equal(got, wire) {
		t.Errorf("encoded again: %x\nwant           %x", got, wire)
	}
	checkPayload(t, payload, &c.Frame.Payload)
}

func checkPayload(t *testing.T, payload Payload, want *casePayload) {
	t.Helper()
	var got casePayload
	switch p := payload.(type) {
	case *DataFrame:
		got.Data = string(p.Data)
		got.setPadding(p.Padding)
	case *HeadersFrame:
		got.Fragment = string(p.Fragment)
		got.setPadding(p.Padding)
		if p.HasPriority {
			got.setPriority(&p.Priority)
		}
	case *PriorityFrame:
		got.setPriority(p)
	case *RSTStreamFrame:
		got.ErrorCode = p.Code
	case *SettingsFrame:
		for s := range p.All() {
			got.Settings = append(got.Settings, [2]uint32{uint32(s.ID), s.Value})
		}
	case *PushPromiseFrame:
		got.Promised, got.Fragment = p.Promised, string(p.Fragment)
		got.setPadding(p.Padding)
	case *PingFrame:
		got.Opaque = string(p.Opaque[:])
	case *GoAwayFrame:
		got.LastStream, got.ErrorCode, got.DebugData = p.LastStream, p.Code, string(p.DebugData)
	case *WindowUpdateFrame:
		got.Increment = p.Increment
	case *ContinuationFrame:
		got.Fragment = string(p.Fragment)
	}
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(g, w) {
		t.Errorf("payload %s\nwant    %s", g, w)
	}
}

// setPadding counts as the cases do: the octet of the pad length with them.
func (c *casePayload) setPadding(p Padding) {
	if p.Padded {
		length, padding := len(p.Octets), string(p.Octets)
		c.PaddingLength, c.Padding = &length, &padding
	}
}

func (c *casePayload) setPriority(p *PriorityFrame) {
	c.DependsOn, c.Weight, c.Exclusive = &p.DependsOn, &p.Weight, &p.Exclusive
}
