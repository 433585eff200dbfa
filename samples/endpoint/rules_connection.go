package endpoint

import (
	"crypto/tls"

	"golang.org/x/net/http2"
)

// connectionRules are about PING and GOAWAY: PG, GA.
func connectionRules() []Script {
	const wrong = http2.ErrCodeProtocol
	away := func(lastStream uint32) GoAway { return GoAway{LastStream: lastStream} }
	return []Script{
		tolerated("PG-01", Server, "an acknowledgment of no PING", server(Ping{Ack: true, Opaque: opaque("unasked")})),
		breaking("PG-02", Server, "a PING that is not answered", hello(nil, nil), []Step{
			client(Ping{Opaque: opaque("hello?")}), after(late, client(asks(1))), server(done(1)),
		}, goodbye()),
		tolerated("GA-01", Server, "a GOAWAY that takes back another", client(asks(1), asks(3)), server(away(1)), server(away(3), done(1), done(3))),
		tolerated("GA-02", Client, "a stream opened behind the server's GOAWAY",
			client(asks(1)), server(done(1), away(1)), after(stall, client(asks(3)))),
		tolerated("GA-03", Server, "a GOAWAY that names a stream of its sender", client(asks(1)), server(done(1), away(2))),
		breaking("GA-04", Client, "an end without GOAWAY", hello(nil, nil), []Step{client(asks(1)), server(done(1))}),
		tolerated("GA-05", Server, "an answer on a stream that GOAWAY has given up",
			client(asks(1), asks(3)), server(away(1), done(1)), server(done(3))),
		also(breaking("GA-06", Server, "a connection that goes on behind an error", hello(nil, nil), []Step{
			client(WindowUpdate{}), server(GoAway{Code: wrong}),
			after(late, client(Ping{})), server(Ping{Ack: true}),
		}), "FC-04"),
	}
}

// extensionRules are about ALTSVC and ORIGIN: AS, OR.
func extensionRules() []Script {
	tls13 := Protection{Version: tls.VersionTLS13}
	origin := []byte("\x00\x17https://www.example.com")
	return []Script{
		tolerated("AS-01", Server, "ALTSVC that names an origin on a stream",
			client(asks(1)), server(AltSvc{Stream: 1, Origin: "http://" + authority, Value: `h2=":8443"`}, done(1))),
		tolerated("AS-02", Client, "ALTSVC of a client", client(AltSvc{Origin: "http://" + authority, Value: `h2=":8443"`})),
		over(tls13, tolerated("OR-01", Server, "ORIGIN on a stream",
			client(get(1, "/")), server(Raw{Type: typeOrigin, Stream: 1, Payload: origin}, done(1)))),
		tolerated("OR-02", Server, "ORIGIN in cleartext", server(Origins{"http://" + authority})),
		over(tls13, tolerated("OR-03", Server, "an origin longer than its frame",
			server(malformedFrame(typeOrigin, 0, 0, origin[:len(origin)-1]...)))),
	}
}
