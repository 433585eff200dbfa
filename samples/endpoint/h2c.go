package endpoint

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// upgrading answers a request that asks for h2c with 101 and goes on in HTTP/2
// (RFC 7540, Section 3.2), and hands all others to next. One with a body that is
// longer than maxUpgradeBody is answered in HTTP/1.1, which the server is free to
// do.
func (s *Site) upgrading(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !asksForH2C(r) {
			next.ServeHTTP(w, r)
			return
		}
		body, whole, err := takeBody(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if !whole {
			next.ServeHTTP(w, r)
			return
		}
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		_ = conn.SetDeadline(time.Now().Add(upgradeTimeout))
		octets, err := switchProtocols(conn, buffered, r, body)
		if err == nil {
			_ = conn.SetDeadline(time.Time{})
			// Serve returns as soon as the connection is taken.
			err = s.http.Serve(&single{conn: &upgraded{Conn: conn, reader: io.MultiReader(bytes.NewReader(octets), buffered)}})
		}
		if !errors.Is(err, net.ErrClosed) { // what single says behind its connection
			_ = conn.Close()
		}
	})
}

// upgradeTimeout is how long a client may take for its preface.
const upgradeTimeout = 10 * time.Second

// maxSettings is how many octets the client's SETTINGS frame may have: the frame
// size that all sides begin with (RFC 9113, Section 6.5.2).
const maxSettings = 1 << 14

// maxUpgradeBody is how many octets the body of an upgraded request may have:
// what a stream's window holds in the beginning (RFC 9113, Section 6.9.2).
const maxUpgradeBody = 1<<16 - 1

// takeBody reads the body, which a client that asks for an upgrade sends in
// HTTP/1.1 as a whole. One that is too long stays to be read.
func takeBody(r *http.Request) (body []byte, whole bool, err error) {
	body, err = io.ReadAll(io.LimitReader(r.Body, maxUpgradeBody+1))
	if err != nil {
		return nil, false, err
	}
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), rest), rest}
	return body, len(body) <= maxUpgradeBody, nil
}

func asksForH2C(r *http.Request) bool {
	return r.ProtoMajor == 1 && r.TLS == nil &&
		strings.EqualFold(r.Header.Get("Upgrade"), "h2c") && r.Header.Get("HTTP2-Settings") != ""
}

// switchProtocols answers 101 and reads the client's preface with its SETTINGS.
// It gives the octets that package net/http is to read first: these, and behind
// them the request as HEADERS and DATA on stream 1, which on the wire there are
// none of.
//
// The settings in HTTP2-Settings are not looked at: the client's SETTINGS frame
// says them again.
func switchProtocols(w io.Writer, r io.Reader, request *http.Request, body []byte) ([]byte, error) {
	const answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
	if _, err := io.WriteString(w, answer); err != nil {
		return nil, err
	}
	octets := make([]byte, len(http2.ClientPreface)+frameHeader)
	if _, err := io.ReadFull(r, octets); err != nil {
		return nil, err
	}
	header := octets[len(http2.ClientPreface):]
	length := int(binary.BigEndian.Uint32(header) >> 8)
	if length > maxSettings {
		return nil, errors.New("the client's SETTINGS frame is too long")
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(r, payload); err != nil {
		return nil, err
	}
	message, _ := newSpeaker(Client).say(upgradeMessage(request, body))
	return slices.Concat(octets, payload, message), nil
}

// upgradeMessage is the request as HTTP/2 has it.
func upgradeMessage(r *http.Request, body []byte) []Action {
	message := []Action{Headers{Stream: 1, Fields: upgradeFields(r), EndStream: len(body) == 0}}
	for rest := body; len(rest) > 0; {
		n := min(len(rest), 1<<14) // the frame size that all sides begin with
		message = append(message, Data{Stream: 1, Body: rest[:n], EndStream: n == len(rest)})
		rest = rest[n:]
	}
	return message
}

// upgradeFields are the request's fields as HTTP/2 has them. All of them are
// sensitive, so that they leave the HPACK table as the client believes it to be.
func upgradeFields(r *http.Request) Fields {
	section := fields(":method", r.Method, ":scheme", "http", ":authority", r.Host, ":path", r.RequestURI)
	for name, values := range r.Header {
		switch name {
		case "Connection", "Upgrade", "Http2-Settings", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Expect":
			continue // RFC 9113, Section 8.2.2; what is expected has been met
		}
		for _, value := range values {
			section = append(section, hpack.HeaderField{Name: strings.ToLower(name), Value: value})
		}
	}
	for i := range section {
		section[i].Sensitive = true
	}
	return section
}

// An upgraded connection has octets before those that come.
type upgraded struct {
	net.Conn
	reader io.Reader
}

func (u *upgraded) Read(p []byte) (int, error) { return u.reader.Read(p) }

// single is a listener that accepts one connection.
type single struct{ conn net.Conn }

func (s *single) Accept() (net.Conn, error) {
	conn := s.conn
	if s.conn = nil; conn == nil {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return &net.TCPAddr{} }
