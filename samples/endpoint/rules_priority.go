package endpoint

import "golang.org/x/net/http2"

// priorityRules are about priorities: PR.
func priorityRules() []Script {
	const wrong = http2.ErrCodeProtocol
	depends := func(stream, on uint32) Priority {
		return Priority{Stream: stream, PriorityParam: http2.PriorityParam{StreamDep: on, Weight: 15}}
	}
	update := func(stream uint32, payload ...byte) Raw {
		return Raw{Type: http2.FramePriorityUpdate, Stream: stream, Payload: payload}
	}
	without := Settings{setting(settingNoRFC7540Priorities, 1)}
	one := Settings{setting(http2.SettingMaxConcurrentStreams, 1)}
	return []Script{
		streamError("PR-01", Client, wrong, "a stream that depends on itself", client(posts(1), depends(1, 1))),
		tolerated("PR-02", Client, "a stream that depends on one that is not there", client(asks(1), depends(1, 1001)), server(done(1))),
		breaking("PR-03", Client, "PRIORITY of a client that has renounced it", hello(without, without), []Step{
			client(asks(1), depends(1, 0)), server(done(1)),
		}, goodbye()),
		connectionError("PR-04", Client, wrong, "PRIORITY_UPDATE on a stream", client(asks(1), update(1, 0, 0, 0, 1, 'u', '=', '1'))),
		connectionError("PR-05", Server, wrong, "PRIORITY_UPDATE of a server", client(asks(1)), server(PriorityUpdate{Stream: 1, Value: "u=1"})),
		connectionError("PR-06", Client, wrong, "PRIORITY_UPDATE for stream 0", client(PriorityUpdate{Stream: 0, Value: "u=1"})),
		connectionError("PR-07", Client, http2.ErrCodeFrameSize, "PRIORITY_UPDATE of 3 octets",
			client(malformedFrame(http2.FramePriorityUpdate, 0, 0, 0, 0, 1))),
		connectionError("PR-08", Client, wrong, "PRIORITY_UPDATE for a push that was not promised", client(PriorityUpdate{Stream: 2, Value: "u=1"})),
		tolerated("PR-09", Client, "an urgency of 9", client(asks(1, "priority", "u=9")), server(done(1))),
		also(breaking("PR-10", Client, "more streams prioritized than may be open", hello(nil, one), []Step{
			client(PriorityUpdate{Stream: 1, Value: "u=1"}, PriorityUpdate{Stream: 3, Value: "u=2"}),
		}, goAway(Server, wrong)), "SE-15"),
		tolerated("PR-11", Client, "a PRIORITY_UPDATE that is no structured field", client(asks(1), PriorityUpdate{Stream: 1, Value: "u=,"}), server(done(1))),
	}
}

// pushRules are about PUSH_PROMISE: PU.
func pushRules() []Script {
	const wrong = http2.ErrCodeProtocol
	promise := func(promised uint32, section Fields) PushPromise {
		return PushPromise{Stream: 1, Promised: promised, Fields: section}
	}
	style := request("GET", "/style.css")
	elsewhere := request("GET", "/style.css")
	elsewhere[2].Value = "other.example"
	refuse := client(ResetStream{Stream: 2, Code: wrong})
	return []Script{
		connectionError("PU-01", Client, wrong, "PUSH_PROMISE of a client", client(posts(1), promise(3, style))),
		breaking("PU-02", Server, "PUSH_PROMISE to a client that wants none", hello(Settings{setting(http2.SettingEnablePush, 0)}, nil), []Step{
			client(asks(1)), server(promise(2, style)),
		}, goAway(Client, wrong)),
		connectionError("PU-03", Server, wrong, "an odd stream promised", client(asks(1)), server(promise(3, style))),
		connectionError("PU-04", Server, wrong, "a promise behind the response", client(asks(1)), server(done(1)), server(promise(2, style))),
		tolerated("PU-05", Server, "a POST promised", client(asks(1)), server(promise(2, request("POST", "/order")), done(1)), refuse),
		tolerated("PU-06", Server, "a promise for another host", client(asks(1)), server(promise(2, elsewhere), done(1)), refuse),
		tolerated("PU-07", Server, "a promise behind the data that it is for",
			client(asks(1)), server(ok(1), data(1, 50), promise(2, style), last(1, nil), done(2))),
	}
}
