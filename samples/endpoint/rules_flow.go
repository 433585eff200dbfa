package endpoint

import (
	"time"

	"golang.org/x/net/http2"
)

// windowRules are about how windows are used: FC.
func windowRules() []Script {
	const (
		most = 1<<31 - 1
		full = http2.ErrCodeFlowControl
	)
	initial := func(octets uint32) Settings { return Settings{setting(http2.SettingInitialWindowSize, octets)} }
	part := func(n int) Data { return data(1, n) }
	return []Script{
		breaking("FC-01", Server, "DATA above the stream's window", hello(initial(10), nil), []Step{
			client(asks(1)), server(ok(1), part(11)),
		}, resetFirst(Client, full)),
		breaking("FC-02", Server, "DATA above the connection's window", hello(initial(1<<20), nil), []Step{
			client(asks(1)), server(ok(1), part(1<<14), part(1<<14), part(1<<14), part(1<<14)), // 65,536
		}, goAway(Client, full)),
		streamError("FC-03", Client, http2.ErrCodeProtocol, "a stream's window opened by 0", client(asks(1), WindowUpdate{Stream: 1})),
		connectionError("FC-04", Client, http2.ErrCodeProtocol, "the connection's window opened by 0", client(WindowUpdate{})),
		connectionError("FC-05", Client, full, "a window above 2^31-1", client(WindowUpdate{Increment: most})),
		connectionError("FC-06", Client, full, "a setting that lifts a window above 2^31-1",
			client(asks(1), WindowUpdate{Stream: 1, Increment: most - 65535}), client(initial(65536)), server(SettingsAck{})),
		breaking("FC-07", Server, "DATA while the window is negative", hello(nil, nil), []Step{
			client(asks(1)), server(ok(1), part(100)), client(initial(0)), server(SettingsAck{}), server(part(1)),
		}, resetFirst(Client, full)),
		breaking("FC-10", Client, "a window opened in tiny steps while the sender waits", hello(initial(10_000), nil), tinySteps(), goodbye()),
	}
}

// tinySteps are increments of half a percent of the window.
func tinySteps() []Step {
	const step = 50
	run := []Step{client(asks(1)), server(ok(1), data(1, 10_000))}
	for i := range 12 {
		run = append(run, client(WindowUpdate{Stream: 1, Increment: step}),
			server(Data{Stream: 1, Body: text(step), EndStream: i == 11}))
	}
	return run
}

// stallRules are about windows that stay shut: FC.
func stallRules() []Script {
	initial := func(octets uint32) Settings { return Settings{setting(http2.SettingInitialWindowSize, octets)} }
	return []Script{
		breaking("FC-08", Client, "a window that stays shut for long", hello(initial(100), nil), []Step{
			client(asks(1)), server(ok(1, "content-length", "150"), data(1, 100)),
			after(late, client(WindowUpdate{Stream: 1, Increment: 100})), server(last(1, text(50))),
		}, goodbye()),
		breaking("FC-09", Client, "a stream that is not read, which takes all of the connection's window", hello(initial(1<<20), nil), []Step{
			client(asks(1), asks(3)),
			server(ok(1, "content-length", "70000"), data(1, 1<<14), data(1, 1<<14), data(1, 1<<14), data(1, 1<<14-1), ok(3, "content-length", "10")),
			client(WindowUpdate{Stream: 3, Increment: 1 << 16}),
			after(2*time.Second, client(WindowUpdate{Increment: 1<<16 - 1})),
			server(last(3, text(10)), last(1, text(70_000-65_535))),
		}, goodbye()),
		also(breaking("FC-11", Client, "a shut window that holds up the streams that depend on its stream", hello(initial(100), nil), []Step{
			client(asks(1), Headers{Stream: 3, Fields: request("GET", "/style.css"), EndStream: true, Priority: &http2.PriorityParam{StreamDep: 1, Weight: 15}}),
			server(ok(1, "content-length", "150"), data(1, 100), ok(3, "content-length", "50")),
			after(late, client(WindowUpdate{Stream: 1, Increment: 100})),
			server(last(1, text(50)), last(3, text(50))),
		}, goodbye()), "FC-08"),
	}
}
