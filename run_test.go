package h2scope_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/gopacket/layers"

	"h2scope"
	"h2scope/capture"
	"h2scope/h2decode"
)

// lines renders an event as a line, for those that tests look at.
type lines struct{}

func (lines) Event(dst []byte, e h2decode.Event) []byte {
	switch e := e.(type) {
	case *h2decode.CaptureOpened:
		return fmt.Appendf(dst, "capture %s\n", e.Files)
	case *h2decode.ConnectionOpened:
		return fmt.Appendf(dst, "%d: opened in packet %d by %s to %s\n", e.Conn, e.Packet, e.Client, e.Server)
	case *h2decode.FrameDecoded:
		return fmt.Appendf(dst, "%d: packet %d %s %s %d\n", e.Conn, e.Packet, e.From, e.Header.Type, e.Header.Stream)
	case *h2decode.StreamClosed:
		return fmt.Appendf(dst, "%d: stream %d %s %s\n", e.Conn, e.Stream.ID, e.Stream.Kind, e.Stream.State)
	case *h2decode.ConnectionClosed:
		return fmt.Appendf(dst, "%d: closed %s %s %s\n", e.Number, e.Close, e.Protocol, e.Start)
	case *h2decode.Noticed:
		return fmt.Appendf(dst, "notice %s: %s\n", e.Kind, e.Message)
	case *h2decode.CaptureEnded:
		return fmt.Appendf(dst, "%d packets, %d connections, %d streams, %d frames\n", e.Packets, e.Connections, e.Streams, e.Frames)
	}
	return dst
}

func run(t *testing.T, src h2scope.Source, cfg h2scope.Config) string {
	t.Helper()
	var out bytes.Buffer
	if err := h2scope.Run(context.Background(), src, cfg, func() h2scope.Renderer { return lines{} }, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func expect(t *testing.T, got string, want ...string) {
	t.Helper()
	if w := strings.Join(want, "\n") + "\n"; got != w {
		t.Errorf("got\n%s\nwant\n%s", got, w)
	}
}

func TestPriorKnowledge(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 80)
	l.send(h2decode.Server, emptySettings) // a server may speak first
	l.send(h2decode.Client, preface, request(1, "/"))
	l.send(h2decode.Server, response(1, "hello"))
	l.close()
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 4 server SETTINGS 0",
		"1: packet 5 client SETTINGS 0",
		"1: packet 5 client HEADERS 1",
		"1: packet 6 server HEADERS 1",
		"1: packet 6 server DATA 1",
		"1: stream 1 request closed",
		"1: closed fin h2 prior-knowledge",
		"9 packets, 1 connections, 1 streams, 5 frames",
	)
}

func TestUpgrade(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 80)
	l.send(h2decode.Client, []byte("GET / HTTP/1.1\r\nHost: a.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"))
	l.send(h2decode.Server, []byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), emptySettings, response(1, "hello"))
	l.send(h2decode.Client, preface)
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 5 server SETTINGS 0",
		"1: packet 5 server HEADERS 1",
		"1: packet 5 server DATA 1",
		"1: stream 1 upgrade closed",
		"1: packet 6 client SETTINGS 0",
		"1: closed end-of-capture h2 upgrade",
		"6 packets, 1 connections, 1 streams, 4 frames",
	)
}

func TestBehindProxysGreeting(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 3128)
	l.send(h2decode.Client, []byte("CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n"))
	l.send(h2decode.Server, []byte("HTTP/1.1 200 Connection established\r\n\r\n"))
	l.send(h2decode.Client, preface, request(1, "/"))
	var via []h2decode.Via
	gather := &gatherer{on: func(e h2decode.Event) {
		if e, ok := e.(*h2decode.ConnectionClosed); ok {
			via = e.Via
		}
	}}
	if err := h2scope.Run(context.Background(), w.source(), h2scope.Config{}, func() h2scope.Renderer { return gather }, io.Discard); err != nil {
		t.Fatal(err)
	}
	if len(via) != 1 || via[0].Kind != "connect" || via[0].Target != "a.example:80" {
		t.Errorf("via %+v", via)
	}
	if gather.frames != 2 {
		t.Errorf("%d frames, want 2", gather.frames)
	}
}

// gatherer hands events on and renders nothing.
type gatherer struct {
	on     func(h2decode.Event)
	frames int
}

func (g *gatherer) Event(dst []byte, e h2decode.Event) []byte {
	if _, ok := e.(*h2decode.FrameDecoded); ok {
		g.frames++
	}
	g.on(e)
	return dst
}

func TestDecodeAs(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 4433)
	l.send(h2decode.Client, request(1, "/")) // no preface
	l.send(h2decode.Server, response(1, "hello"))
	expect(t, run(t, w.source(), h2scope.Config{DecodeAs: []uint16{4433}}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:4433",
		"1: packet 4 client HEADERS 1",
		"1: packet 5 server HEADERS 1",
		"1: packet 5 server DATA 1",
		"1: stream 1 request closed",
		"1: closed end-of-capture h2 decode-as",
		"5 packets, 1 connections, 1 streams, 3 frames",
	)
}

func TestPortsUsedAgain(t *testing.T) {
	w := &wire{t: t}
	first := w.connect(50000, 80)
	first.send(h2decode.Client, preface)
	second := w.connect(50000, 80)
	second.sent = [2]uint32{1, 1}
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 4 client SETTINGS 0",
		"1: closed end-of-capture h2 prior-knowledge",
		"7 packets, 1 connections, 0 streams, 1 frames",
	)
	// With another initial sequence number it is another connection.
	w = &wire{t: t}
	first = w.connect(50000, 80)
	first.send(h2decode.Client, preface)
	second = &link{wire: w, port: first.port, sent: [2]uint32{1 << 20, 1 << 21}}
	second.packet(h2decode.Client, func(tcp *layers.TCP) { tcp.SYN = true }, nil)
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 4 client SETTINGS 0",
		"1: closed replaced h2 prior-knowledge",
		"2: opened in packet 5 by 192.0.2.1:50000 to 192.0.2.2:80",
		"2: closed end-of-capture other ",
		"5 packets, 2 connections, 0 streams, 1 frames",
	)
}

func TestReset(t *testing.T) {
	w := &wire{t: t}
	l := w.connect(50000, 80)
	l.send(h2decode.Client, preface)
	l.packet(h2decode.Server, func(tcp *layers.TCP) { tcp.RST = true }, nil)
	expect(t, run(t, w.source(), h2scope.Config{}),
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"1: packet 4 client SETTINGS 0",
		"1: closed rst h2 prior-knowledge",
		"5 packets, 1 connections, 0 streams, 1 frames",
	)
}

// many is more than a batch of packets on many connections, interleaved.
func many(t *testing.T) *wire {
	w := &wire{t: t}
	var links []*link
	for i := range 17 {
		l := w.connect(uint16(50000+i), 80)
		l.send(h2decode.Server, emptySettings)
		links = append(links, l)
	}
	for _, l := range links {
		l.send(h2decode.Client, preface)
	}
	for round := range 60 {
		for i, l := range links {
			stream := uint32(2*round + 1)
			l.send(h2decode.Client, request(stream, fmt.Sprintf("/%d/%d", i, round)))
			l.send(h2decode.Server, response(stream, strings.Repeat("x", round*i)))
		}
	}
	for _, l := range links[:9] {
		l.close()
	}
	return w
}

func TestOutputIsTheSameForAnyNumberOfWorkers(t *testing.T) {
	w := many(t)
	want := run(t, w.source(), h2scope.Config{Workers: 1})
	if !strings.HasSuffix(want, "2152 packets, 17 connections, 1020 streams, 3094 frames\n") {
		t.Fatalf("one worker: …%s", want[max(0, len(want)-200):])
	}
	for workers := 2; workers <= 8; workers++ {
		if got := run(t, w.source(), h2scope.Config{Workers: workers}); got != want {
			t.Errorf("the output of %d workers is another than that of one", workers)
		}
	}
}

func TestPacketLimit(t *testing.T) {
	got := run(t, many(t).source(), h2scope.Config{Packets: 100})
	if !strings.HasSuffix(got, "100 packets, 17 connections, 8 streams, 56 frames\n") {
		t.Errorf("got …%s", got[max(0, len(got)-200):])
	}
}

// The end of the context is an end of input: what was seen is summed up.
func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	src := many(t).source()
	src.onNext = func(read int) {
		if read == 1000 {
			cancel()
		}
	}
	var out bytes.Buffer
	if err := h2scope.Run(ctx, src, h2scope.Config{}, func() h2scope.Renderer { return lines{} }, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "1001 packets, 17 connections") {
		t.Errorf("got …%s", out.String()[max(0, out.Len()-200):])
	}
}

// Where nothing comes for a while, what came before is rendered.
func TestIdleSourceIsNotWaitedFor(t *testing.T) {
	w := &wire{t: t}
	w.connect(50000, 80)
	src := w.source()
	out := make(lineChannel, 10)
	src.idle = func() bool { // at the end of the packets, until the opening was seen
		return src.read == len(src.packets) && len(out) < 2
	}
	if err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return lines{} }, out); err != nil {
		t.Fatal(err)
	}
}

// A lineChannel takes what is written.
type lineChannel chan string

func (c lineChannel) Write(p []byte) (int, error) {
	c <- string(p)
	return len(p), nil
}

func TestReadErrorComesAfterWhatWasRead(t *testing.T) {
	src := many(t).source()
	src.err = errors.New("the disk is gone")
	var out bytes.Buffer
	err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return lines{} }, &out)
	if !errors.Is(err, src.err) {
		t.Errorf("error %v, want %v", err, src.err)
	}
	if !strings.Contains(out.String(), "3094 frames") {
		t.Error("what was read is not summed up")
	}
}

// failing fails from its first octet on.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWriteErrorEndsTheReading(t *testing.T) {
	src := many(t).source()
	want := errors.New("broken pipe")
	err := h2scope.Run(context.Background(), src, h2scope.Config{}, func() h2scope.Renderer { return lines{} }, failing{want})
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestNoticesAreTold(t *testing.T) {
	w := &wire{t: t}
	w.connect(50000, 80)
	got := run(t, w.source(capture.Notice{Kind: capture.Truncated, Message: "ends within packet 4"}), h2scope.Config{})
	expect(t, got,
		"capture [wire]",
		"1: opened in packet 1 by 192.0.2.1:50000 to 192.0.2.2:80",
		"notice truncated: ends within packet 4",
		"1: closed end-of-capture other ",
		"3 packets, 1 connections, 0 streams, 0 frames",
	)
}

func TestEmptyCapture(t *testing.T) {
	expect(t, run(t, (&wire{t: t}).source(), h2scope.Config{}),
		"capture [wire]",
		"0 packets, 0 connections, 0 streams, 0 frames",
	)
}

// panicking breaks at the first frame on connection 2.
type panicking struct{ lines }

func (p panicking) Event(dst []byte, e h2decode.Event) []byte {
	if f, ok := e.(*h2decode.FrameDecoded); ok && f.Conn == 2 {
		panic("a defect")
	}
	return p.lines.Event(dst, e)
}

// A defect costs the connection that meets it, and is told; the others go on.
func TestDefectCostsOneConnection(t *testing.T) {
	var out bytes.Buffer
	err := h2scope.Run(context.Background(), many(t).source(), h2scope.Config{}, func() h2scope.Renderer { return panicking{} }, &out)
	if err != nil {
		t.Fatal(err)
	}
	got := out.String()
	if !strings.Contains(got, "notice decode-panic: a defect of h2scope: connection 2 was given up at packet") {
		t.Error("the defect is not told")
	}
	if !strings.HasSuffix(got, "2152 packets, 17 connections, 960 streams, 2913 frames\n") {
		t.Errorf("got …%s", got[max(0, len(got)-200):])
	}
}
