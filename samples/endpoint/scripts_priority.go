package endpoint

import "golang.org/x/net/http2"

func priorityScripts() []Script {
	return []Script{
		{Name: "priority-tree", Also: []string{"PR-01"}, Title: "a dependency tree that is built, hung over and turned (RFC 7540)", Steps: steps(hello(nil, nil), priorityTree())},
		{Name: "priority-urgency", Title: "urgency and incremental (RFC 9218)", Steps: priorityUrgency()},
	}
}

// priorityTree is built of idle streams, as browsers did it. Then come the
// exclusive insertion of RFC 7540, Section 5.3.1, a stream that is made to depend
// on its own descendant (Section 5.3.3), and one that depends on itself.
func priorityTree() []Step {
	node := func(stream, on uint32, exclusive bool, weight uint8) Priority {
		return Priority{Stream: stream, PriorityParam: http2.PriorityParam{StreamDep: on, Exclusive: exclusive, Weight: weight}}
	}
	return []Step{
		client(node(3, 0, false, 200), node(5, 0, false, 100), node(7, 0, false, 0), node(9, 7, false, 0), node(11, 3, false, 0)),
		client(Headers{Stream: 13, Fields: request("GET", "/"), EndStream: true, Priority: &http2.PriorityParam{StreamDep: 11, Weight: 31}}),
		client(Headers{Stream: 15, Fields: request("GET", "/style.css"), EndStream: true, Priority: &http2.PriorityParam{StreamDep: 3, Exclusive: true, Weight: 21}}),
		server(ok(13), last(13, text(50)), ok(15), Data{Stream: 15, Body: text(50)}),
		client(node(3, 15, false, 40)), // its own descendant, which moves up first
		client(node(15, 15, false, 15)),
		client(node(17, 1001, true, 255)), // a stream that was never there
		server(last(15, text(10))),
	}
}

func priorityUrgency() []Step {
	return steps(hello(Settings{setting(settingNoRFC7540Priorities, 1)}, Settings{setting(settingNoRFC7540Priorities, 1)}), []Step{
		client(PriorityUpdate{Stream: 5, Value: "u=7"}), // before the stream is there
		client(get(1, "/", "priority", "u=1"), get(3, "/image", "priority", "u=5, i"), get(5, "/tracking")),
		client(PriorityUpdate{Stream: 3, Value: "u=2, i"}),
		server(ok(1, "priority", "u=0"), last(1, text(30))),
		client(PriorityUpdate{Stream: 3, Value: ""}),
		server(ok(3), last(3, text(30)), ok(5), last(5, text(30))),
	})
}
