package endpoint

import (
	"crypto/tls"

	"golang.org/x/net/http2"
)

// prefaceRules are about how a connection begins: PF.
func prefaceRules() []Script {
	tls13 := Protection{Version: tls.VersionTLS13}
	plain := steps(hello(nil, nil), goodbye())
	return []Script{
		over(tls13, breaking("PF-01", Client, "a preface with a wrong octet", []Step{
			client(Plain(http2.ClientPreface[:len(http2.ClientPreface)-1] + "\r")),
			server(Settings{}),
		}, goAway(Server, http2.ErrCodeProtocol))),
		breaking("PF-02", Client, "a PING before the client's SETTINGS", []Step{
			client(Preface{}, Ping{}, Settings{}),
			server(Settings{}, SettingsAck{}, Ping{Ack: true}),
			client(SettingsAck{}),
		}, goAway(Server, http2.ErrCodeProtocol)),
		breaking("PF-03", Server, "a PING before the server's SETTINGS", []Step{
			client(Preface{}, Settings{}),
			server(Ping{}, Settings{}, SettingsAck{}),
			client(SettingsAck{}, Ping{Ack: true}),
		}, goAway(Client, http2.ErrCodeProtocol)),
		over(Protection{Version: tls.VersionTLS12, NoALPN: true}, breaking("PF-04", Client, "HTTP/2 over TLS that nobody negotiated", plain)),
		over(Protection{Version: tls.VersionTLS13, Offers: []string{"h2c", "h2"}}, breaking("PF-05", Client, "h2c offered by ALPN", plain)),
		also(upgrading("PF-06", Client, "an Upgrade whose HTTP2-Settings is not named in Connection", "Upgrade", usualSettings, plainUpgrade()), "PF-10"),
		also(upgrading("PF-07", Client, "DATA on the stream of the upgraded request", "Upgrade, HTTP2-Settings", usualSettings, []Step{
			server(Settings{}), client(Preface{}, Settings{}), server(SettingsAck{}),
			client(SettingsAck{}, last(1, text(10))),
			server(ResetStream{Stream: 1, Code: http2.ErrCodeStreamClosed}),
			client(GoAway{}),
		}), "PF-10"),
		also(upgrading("PF-08", Server, "a PING before the SETTINGS of the server that has upgraded", "Upgrade, HTTP2-Settings", usualSettings, []Step{
			server(Ping{}, Settings{}), client(Preface{}, Settings{}), server(SettingsAck{}),
			client(SettingsAck{}, Ping{Ack: true}, GoAway{Code: http2.ErrCodeProtocol}),
		}), "PF-10"),
		connectionError("PF-09", Client, http2.ErrCodeFrameSize, "the preface once more", client(Plain(http2.ClientPreface))),
		upgrading("PF-10", Client, "an Upgrade, which is obsolete", "Upgrade, HTTP2-Settings", usualSettings, plainUpgrade()),
		also(upgrading("PF-11", Client, "HTTP2-Settings that is no base64url", "Upgrade, HTTP2-Settings", "!!!!", plainUpgrade()), "PF-10"),
	}
}

// usualSettings are 100 concurrent streams and a window of 32,768.
const usualSettings = "AAMAAABkAAQAAIAA"

// upgrading begins with an Upgrade.
func upgrading(id string, by Side, title, connection, settings string, run []Step) Script {
	s := breaking(id, by, title, []Step{
		client(Plain("GET / HTTP/1.1\r\nHost: " + authority + "\r\nConnection: " + connection +
			"\r\nUpgrade: h2c\r\nHTTP2-Settings: " + settings + "\r\n\r\n")),
		server(Plain("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")),
	}, run)
	s.Upgrade = true
	return s
}

// plainUpgrade is what follows where nothing is wrong.
func plainUpgrade() []Step {
	return []Step{
		server(Settings{}), client(Preface{}, Settings{}), server(SettingsAck{}, done(1)), client(SettingsAck{}, GoAway{}),
	}
}

// tlsRules are about what TLS HTTP/2 may use: TL.
func tlsRules() []Script {
	plain := steps(hello(nil, nil), goodbye())
	return []Script{
		over(Protection{Version: tls.VersionTLS13, NoSNI: true}, breaking("TL-02", Client, "no server name in the TLS handshake",
			hello(nil, nil), []Step{client(get(1, "/")), server(done(1))}, goodbye())),
		over(Protection{Version: tls.VersionTLS12, Suite: tls.TLS_RSA_WITH_AES_128_GCM_SHA256}, breaking("TL-05", Server, "a prohibited cipher suite of TLS 1.2", plain)),
	}
}
