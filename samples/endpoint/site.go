package endpoint

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// A Site is the well-behaved endpoint: HTTP/1.1 and HTTP/2 by package net/http.
// In cleartext it understands HTTP/2 with prior knowledge and by Upgrade.
type Site struct {
	http http.Server
	tls  bool
}

// NewSite makes a site of Handler. With an identity it speaks TLS 1.2 and
// 1.3, and writes the key log to keyLog where that is not nil; without, cleartext.
func NewSite(id *Identity, keyLog io.Writer) *Site {
	s := &Site{tls: id != nil}
	s.http = http.Server{
		Handler:           Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		Protocols:         new(http.Protocols),
		// What a client does wrong is seen in the capture.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.http.Protocols.SetHTTP1(true)
	if id != nil {
		s.http.Protocols.SetHTTP2(true)
		s.http.TLSConfig = id.Server(Protection{}, keyLog)
		s.http.TLSConfig.MaxVersion = 0 // the highest that there is
	} else {
		s.http.Protocols.SetUnencryptedHTTP2(true)
		s.http.Handler = s.upgrading(s.http.Handler)
	}
	return s
}

// Serve answers on ln until Close or Shutdown, and closes it.
func (s *Site) Serve(ln net.Listener) error {
	serve := s.http.Serve
	if s.tls {
		serve = func(ln net.Listener) error { return s.http.ServeTLS(ln, "", "") }
	}
	if err := serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown lets what has begun come to its end, sends GOAWAY, and closes all
// connections; those that are not done with ctx are closed as they are.
func (s *Site) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return s.http.Close()
	}
	return nil
}
