package endpoint

import (
	"strconv"
	"time"

	"golang.org/x/net/http2"
)

// stall is how long a sender waits for a window in these scripts.
const stall = 150 * time.Millisecond

// flowScripts are about flow control (RFC 9113, Section 5.2).
func flowScripts() []Script {
	return []Script{
		{Name: "stream-stall", Title: "a response that waits for its stream's window", Steps: streamStall()},
		{Name: "connection-stall", Title: "two responses that wait for the connection's window", Steps: connectionStall()},
		{Name: "slow-page", Title: "a page whose parts wait for the connection's window, though they have priorities", Steps: slowPage()},
		{Name: "tiny-window", Title: "a window of one octet", Steps: tinyWindow()},
		{Name: "negative-window", Title: "a setting that makes windows negative", Steps: negativeWindow()},
	}
}

// streamStall has a client whose streams begin with 8 KiB: the response fills
// that at once, and its rest waits, while a short response passes by.
func streamStall() []Step {
	const window = 1 << 13
	body := text(20_000)
	return steps(hello(Settings{setting(http2.SettingInitialWindowSize, window)}, nil), []Step{
		client(WindowUpdate{Increment: 1 << 20}),
		client(get(1, "/report"), get(3, "/status")),
		server(ok(1, "content-type", "text/plain", "content-length", "20000"), Data{Stream: 1, Body: body[:window]}),
		server(ok(3, "content-type", "text/plain"), last(3, text(120))),
		after(stall, client(WindowUpdate{Stream: 1, Increment: window})),
		server(Data{Stream: 1, Body: body[window : 2*window]}),
		after(2*stall, client(WindowUpdate{Stream: 1, Increment: window})),
		server(last(1, body[2*window:])),
		client(GoAway{}),
	})
}

// connectionStall has streams with room enough, on a connection that keeps the
// 65,535 octets that it begins with: all streams stand still.
func connectionStall() []Step {
	const half = 1 << 15
	body := text(36_000)
	return steps(hello(Settings{setting(http2.SettingInitialWindowSize, 1<<20)}, nil), []Step{
		client(get(1, "/left"), get(3, "/right")),
		server(
			ok(1, "content-length", "36000"), ok(3, "content-length", "36000"),
			Data{Stream: 1, Body: body[:1<<14]}, Data{Stream: 3, Body: body[:1<<14]},
			Data{Stream: 1, Body: body[1<<14 : half]}, Data{Stream: 3, Body: body[1<<14 : half-1]},
		),
		client(WindowUpdate{Stream: 1, Increment: half}), // which helps nobody
		after(2*stall, client(WindowUpdate{Increment: 1 << 20})),
		server(last(3, body[half-1:]), last(1, body[half:])),
		client(GoAway{}),
	})
}

// slowPage is a page of four parts on a connection that keeps the 65,535 octets
// that it begins with. The client says in which order it wants the parts, by the
// tree of RFC 7540 and by the urgencies of RFC 9218: the text last. The server
// sends the script and the text in turns, so that the script, too, stands still
// when the window is used up; and then it is the script that the client asks for
// more urgently, and in vain.
func slowPage() []Step {
	const frame = 1 << 14
	part := func(stream, on uint32, weight uint8, path, urgency string) Headers {
		h := get(stream, path, "priority", urgency)
		h.Priority = &http2.PriorityParam{StreamDep: on, Exclusive: true, Weight: weight}
		return h
	}
	script, words := text(30_000), text(60_000)
	return steps(hello(Settings{setting(http2.SettingInitialWindowSize, 1<<20)}, nil), []Step{
		client(part(1, 0, 255, "/", "u=0, i")),
		server(ok(1, "content-type", "text/html", "content-length", "8000"), last(1, text(8000))),
		client(part(3, 0, 255, "/style.css", "u=0"), part(5, 3, 219, "/app.js", "u=1"), part(7, 5, 109, "/words.txt", "u=4, i")),
		server(
			ok(3, "content-type", "text/css", "content-length", "8000"), last(3, text(8000)),
			ok(5, "content-type", "text/javascript", "content-length", "30000"), ok(7, "content-type", "text/plain", "content-length", "60000"),
			Data{Stream: 5, Body: script[:frame]}, Data{Stream: 7, Body: words[:frame]},
			Data{Stream: 7, Body: words[frame : 2*frame]}, Data{Stream: 5, Body: script[frame : frame+383]},
		),
		after(stall/3, client(
			Priority{Stream: 5, PriorityParam: http2.PriorityParam{StreamDep: 0, Weight: 255}},
			PriorityUpdate{Stream: 5, Value: "u=0"},
			WindowUpdate{Stream: 5, Increment: frame}, // which helps nobody
		)),
		after(2*stall, client(WindowUpdate{Increment: 1 << 20})),
		server(last(5, script[frame+383:]), Data{Stream: 7, Body: words[2*frame : 3*frame]}, last(7, words[3*frame:])),
		client(GoAway{}),
	})
}

// WindowScripts are random walks of windows, one for each seed: both sides send
// what their windows allow, give back, and change the initial size under way, so
// that windows empty, fall below 0 and open again. Nothing in them breaks a rule.
// Each call makes them anew, and always the same.
func WindowScripts() []Script {
	var all []Script
	for seed := range uint64(4) {
		all = append(all, Script{
			Name: "windows-" + strconv.Itoa(int(seed)+1), Title: "windows that are used, shut and opened at random",
			Steps: newWalk(seed).run(300),
		})
	}
	return all
}

func tinyWindow() []Step {
	run := steps(hello(Settings{setting(http2.SettingInitialWindowSize, 1)}, nil), []Step{client(get(1, "/drop-by-drop")), server(ok(1))})
	body := text(24)
	for i := range body {
		run = append(run,
			server(Data{Stream: 1, Body: body[i : i+1], EndStream: i == len(body)-1}),
			client(WindowUpdate{Stream: 1, Increment: 1}, WindowUpdate{Increment: 1}),
		)
	}
	return run
}

// negativeWindow is RFC 9113, Section 6.9.2: 60 KiB are in flight when the
// initial size falls to 16 KiB, so that the window is -44 KiB and the client has
// to give more than that before the server may go on.
func negativeWindow() []Step {
	const kib = 1 << 10
	body := text(76 * kib)
	return steps(hello(nil, nil), []Step{
		client(WindowUpdate{Increment: 1 << 20}),
		client(get(1, "/shrinking")),
		server(
			ok(1), Data{Stream: 1, Body: body[:15*kib]}, Data{Stream: 1, Body: body[15*kib : 30*kib]},
			Data{Stream: 1, Body: body[30*kib : 45*kib]}, Data{Stream: 1, Body: body[45*kib : 60*kib]},
		),
		client(Settings{setting(http2.SettingInitialWindowSize, 16*kib)}),
		server(SettingsAck{}),
		client(WindowUpdate{Stream: 1, Increment: 4 * kib}),  // the window is -40 KiB
		client(WindowUpdate{Stream: 1, Increment: 40 * kib}), // it is 0
		after(stall, client(WindowUpdate{Stream: 1, Increment: 16 * kib})),
		server(last(1, body[60*kib:])),
	})
}
