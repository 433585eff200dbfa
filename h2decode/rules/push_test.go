package rules

import "h2scope/h2decode"

// pushCases are those of the rules about server push.
var pushCases = []ruleCase{
	{rule: "PU-01", name: "a client promises",
		breaks: func(s *script) {
			s.client(s.request(1), h2decode.AppendFrame(nil, h2decode.TypePushPromise, h2decode.FlagEndHeaders, 1,
				&h2decode.PushPromiseFrame{Promised: 2, Fragment: s.block(client, get...)}))
		},
		legal: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, get...)) }},
	{rule: "PU-02", name: "push is disabled", bare: true,
		breaks: func(s *script) { s.withoutPush(); s.server(ackFrame(), s.promise(1, 2, get...)) },
		legal:  func(s *script) { s.withoutPush(); s.server(s.promise(1, 2, get...), ackFrame()) }},
	{rule: "PU-03", name: "an odd stream",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 3, get...)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 4, get...)) }},
	{rule: "PU-03", name: "a smaller stream",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 4, get...), s.promise(1, 2, get...)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, get...), s.promise(1, 4, get...)) }},
	{rule: "PU-03", name: "stream 0",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 0, get...)) }},
	{rule: "PU-04", name: "behind the response",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.response(1), s.promise(1, 2, get...)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, get...), s.response(1)) }},
	{rule: "PU-04", name: "behind the response, the request still open",
		breaks: func(s *script) {
			s.tunnel()
			s.server(dataFrame(1, h2decode.FlagEndStream, ""), s.promise(1, 2, get...))
		}},
	{rule: "PU-04", name: "on an idle stream",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(3, 2, get...)) },
		legal:  func(s *script) { s.client(s.request(1), s.request(3)); s.server(s.promise(3, 2, get...)) }},
	{rule: "PU-04", name: "on a push",
		breaks: func(s *script) { s.push(2, 0); s.server(s.promise(2, 4, get...)) },
		legal:  func(s *script) { s.push(2, 0); s.server(s.promise(1, 4, get...)) }},
	{rule: "PU-05", name: "POST",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, post...)) },
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, ":method", "HEAD", ":scheme", "http", ":path", "/", ":authority", "a.example"))
		}},
	{rule: "PU-05", name: "content",
		breaks: func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, withLength("1")...)) },
		legal:  func(s *script) { s.client(s.request(1)); s.server(s.promise(1, 2, withLength("0")...)) }},
	{rule: "PU-06", name: "another authority",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, toAuthority("http", "b.example")...))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, toAuthority("http", "A.EXAMPLE")...))
		}},
	{rule: "PU-06", name: "one that the client has used",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.promise(1, 2, toAuthority("http", "b.example")...))
		},
		legal: func(s *script) {
			s.client(s.request(1), s.headers(client, 3, h2decode.FlagEndStream, toAuthority("http", "b.example")...))
			s.server(s.promise(1, 2, toAuthority("http", "b.example")...))
		}},
	{rule: "PU-07", name: "behind DATA",
		breaks: func(s *script) {
			s.client(s.request(1))
			s.server(s.headers(server, 1, 0, ":status", "200"), dataFrame(1, 0, "x"), s.promise(1, 2, get...))
		},
		legal: func(s *script) {
			s.client(s.request(1))
			s.server(s.headers(server, 1, 0, ":status", "200"), s.promise(1, 2, get...), dataFrame(1, 0, "x"))
		}},
}

// withoutPush begins a connection whose client wants no push, which the server
// has not acknowledged.
func (s *script) withoutPush() {
	s.client([]byte(h2decode.Preface), settingsFrame(h2decode.Setting{ID: h2decode.SettingEnablePush, Value: 0}), s.request(1))
	s.server(settingsFrame())
	s.client(ackFrame())
}

func withLength(n string) []string { return append(get[:len(get):len(get)], "content-length", n) }

func toAuthority(scheme, authority string) []string {
	return []string{":method", "GET", ":scheme", scheme, ":path", "/", ":authority", authority}
}
