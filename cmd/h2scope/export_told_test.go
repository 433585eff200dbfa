package main

import (
	"fmt"
	"strings"
)

// A toldCapture is what the records say of a capture, which all other formats are held against.
type toldCapture struct {
	Connections []struct {
		Connection toldConn
		Frames     []toldFrame
		Streams    []struct {
			Stream toldStream
			Frames []toldFrame
		}
	}
	Findings []struct{ Rule string }
	Gaps     []struct{ Conn int }
	Summary  struct {
		Streams, Frames int
		Findings        map[string]int
	}
}

type toldConn struct {
	Conn                            int
	Client, Server, Protocol, Close string
	Frames, Streams                 int
	Findings                        map[string]int
}

type toldFrame struct{ Conn, N int }

// A toldStream is what the record of a stream says. Absent is "": not known.
type toldStream struct {
	Conn, Stream                              int
	Kind, State                               string
	Method, Scheme, Authority, Path, Protocol string
	Status                                    any
	Request, Response                         toldMessage
	Reset                                     struct{ From, ErrorCode string }
	Findings                                  map[string]int
	GRPC                                      *toldCall
}

type toldMessage struct {
	DataBytes int64  `json:"data_bytes"`
	BodyBytes *int64 `json:"body_bytes"`
	Complete  bool
}

type toldCall struct {
	Service, Method, Message string
	Status                   *int
	Requests, Responses      *int
}

func (s *toldStream) id() string { return fmt.Sprintf("%d/%d", s.Conn, s.Stream) }

// status is :status as it stood, "" where it is not known.
func (s *toldStream) status() string {
	if s.Status == nil {
		return ""
	}
	return fmt.Sprint(s.Status)
}

// url is the address that the request is about, "" where a part of it is not known.
func (s *toldStream) url() string {
	scheme := s.Scheme
	switch {
	case s.Method == "CONNECT" && scheme == "" && s.Authority != "":
		return "connect://" + s.Authority
	case s.Method == "" || scheme == "" || s.Authority == "" || s.Path == "":
		return ""
	case s.Protocol == "websocket":
		scheme = strings.Replace(scheme, "http", "ws", 1)
	}
	return scheme + "://" + s.Authority + "/" + strings.TrimPrefix(s.Path, "/")
}
