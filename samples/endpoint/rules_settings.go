package endpoint

import (
	"strings"

	"golang.org/x/net/http2"
)

// settingRules are about SETTINGS: SE.
func settingRules() []Script {
	const wrong = http2.ErrCodeProtocol
	set := func(id http2.SettingID, value uint32) Settings { return Settings{setting(id, value)} }
	// again changes a setting of the client's later on.
	again := func(s Settings) []Step { return []Step{client(s), server(SettingsAck{})} }
	big := asks(1, "x-big", strings.Repeat("0123456789", 10))
	return []Script{
		breaking("SE-01", Client, "SETTINGS_ENABLE_PUSH=2", hello(set(http2.SettingEnablePush, 2), nil), goAway(Server, wrong)),
		breaking("SE-02", Server, "SETTINGS_ENABLE_PUSH=1 of a server", hello(nil, set(http2.SettingEnablePush, 1)), goAway(Client, wrong)),
		breaking("SE-03", Client, "an initial window above 2^31-1", hello(set(http2.SettingInitialWindowSize, 1<<31), nil), goAway(Server, http2.ErrCodeFlowControl)),
		breaking("SE-04", Client, "a frame size below 2^14", hello(set(http2.SettingMaxFrameSize, 1<<14-1), nil), goAway(Server, wrong)),
		breaking("SE-05", Server, "SETTINGS that are not acknowledged", hello(nil, nil), []Step{
			client(set(http2.SettingInitialWindowSize, 1<<15)),
			after(late, client(Ping{})), server(Ping{Ack: true}),
			client(GoAway{Code: http2.ErrCodeSettingsTimeout}),
		}),
		tolerated("SE-06", Server, "an acknowledgment of nothing", server(SettingsAck{})),
		breaking("SE-07", Client, "a setting that stands twice in a frame", hello(Settings{
			setting(http2.SettingInitialWindowSize, 1<<15), setting(http2.SettingInitialWindowSize, 1<<16),
		}, nil), goodbye()),
		breaking("SE-08", Client, "a setting that nobody defined", hello(set(0xf0f0, 1), nil), goodbye()),
		breaking("SE-10", Server, "SETTINGS_ENABLE_CONNECT_PROTOCOL=2", hello(nil, set(settingEnableConnectProtocol, 2)), goAway(Client, wrong)),
		breaking("SE-11", Server, "SETTINGS_ENABLE_CONNECT_PROTOCOL taken back", hello(nil, set(settingEnableConnectProtocol, 1)), []Step{
			server(set(settingEnableConnectProtocol, 0)), client(SettingsAck{}),
		}, goAway(Client, wrong)),
		breaking("SE-12", Client, "SETTINGS_NO_RFC7540_PRIORITIES=2", hello(set(settingNoRFC7540Priorities, 2), nil), goAway(Server, wrong)),
		breaking("SE-13", Client, "SETTINGS_NO_RFC7540_PRIORITIES taken back",
			hello(set(settingNoRFC7540Priorities, 1), nil), again(set(settingNoRFC7540Priorities, 0)), goAway(Server, wrong)),
		breaking("SE-14", Client, "a field section above the server's limit", hello(nil, set(http2.SettingMaxHeaderListSize, 200)), []Step{
			client(big), server(Headers{Stream: 1, Fields: response(431), EndStream: true}),
		}, goodbye()),
		breaking("SE-15", Server, "fewer than 100 concurrent streams", hello(nil, set(http2.SettingMaxConcurrentStreams, 10)), goodbye()),
		breaking("SE-16", Client, "SETTINGS_NO_RFC7540_PRIORITIES that comes late", hello(nil, nil), again(set(settingNoRFC7540Priorities, 1)), goodbye()),
	}
}
