package endpoint

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// withExtendedConnect runs the test in a process of its own, whose environment has
// package net/http offer extended CONNECT, and reports whether this is that one.
func withExtendedConnect(t *testing.T) bool {
	t.Helper()
	const setting = "GODEBUG=http2xconnect=1"
	if strings.Contains(os.Getenv("GODEBUG"), "http2xconnect=1") {
		return true
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.timeout=30s")
	cmd.Env = append(os.Environ(), setting)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// A WebSocket over HTTP/2 echoes messages, answers pings, and closes.
func TestWebSocket(t *testing.T) {
	if !withExtendedConnect(t) {
		return
	}
	_, url := serve(t, nil, nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := newSpeaker(Client)
	send := func(actions ...Action) {
		octets, _ := s.say(actions)
		if _, err := conn.Write(octets); err != nil {
			t.Fatal(err)
		}
	}
	send(Preface{}, Settings{}, SettingsAck{})
	framer := http2.NewFramer(nil, conn)
	offered := false
	for !offered {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if settings, ok := frame.(*http2.SettingsFrame); ok && !settings.IsAck() {
			value, there := settings.Value(settingEnableConnectProtocol)
			if !there || value != 1 {
				t.Fatalf("%v does not offer extended CONNECT", settings)
			}
			offered = true
		}
	}
	send(Headers{Stream: 1, Fields: fields(":method", "CONNECT", ":protocol", "websocket", ":scheme", "http", ":authority", "localhost", ":path", "/websocket")})
	long := string(text(300))
	var said, want []byte
	for _, message := range []struct {
		opcode byte
		text   string
	}{{webSocketText, "Hello"}, {webSocketPing, "there?"}, {webSocketClose, "\x03\xe8"}} {
		said = append(said, webSocketFrame(Client, message.opcode, message.text)...)
		answer := message.opcode
		if answer == webSocketPing {
			answer = webSocketPong
		}
		want = append(want, webSocketFrame(Server, answer, message.text)...)
		if message.opcode == webSocketText {
			said = append(said, longWebSocketFrame(long)...)
			want = append(append(want, 0x82, 126, 1, 44), long...)
		}
	}
	send(Data{Stream: 1, Body: said})
	var got []byte
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := frame.(*http2.DataFrame); ok {
			got = append(got, d.Data()...)
			if d.StreamEnded() {
				break
			}
		}
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%x\nwant %x", got, want)
	}
}

// longWebSocketFrame is a client's binary message of 126 octets or more, masked
// with zeros.
func longWebSocketFrame(payload string) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x82, 0x80 | 126}, uint16(len(payload)))
	return append(append(b, 0, 0, 0, 0), payload...)
}

// What is cut, not masked or too long ends the WebSocket.
func TestWebSocketFrames(t *testing.T) {
	whole := webSocketFrame(Client, webSocketText, "Hello")
	for n := range whole {
		if frame, err := readWebSocketFrame(bytes.NewReader(whole[:n])); err == nil {
			t.Errorf("%d octets are %x", n, frame)
		}
	}
	for _, octets := range []string{
		"\x81\x05Hello", "\x82\xff\x00\x00\x00\x00\x00\x10\x00\x01\x00\x00\x00\x00", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
	} {
		if frame, err := readWebSocketFrame(strings.NewReader(octets)); err != errWebSocketFrame {
			t.Errorf("%x is %x, %v", octets, frame, err)
		}
	}
	if frame, err := readWebSocketFrame(bytes.NewReader(whole)); err != nil || !bytes.Equal(frame, webSocketFrame(Server, webSocketText, "Hello")) {
		t.Errorf("%x, %v", frame, err)
	}
	if _, err := readWebSocketFrame(strings.NewReader("")); err != io.EOF {
		t.Errorf("%v", err)
	}
}
