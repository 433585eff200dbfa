package attack

import "h2scope/h2decode"

const (
	warning = h2decode.SeverityWarning
	failure = h2decode.SeverityError
)

// table has every signature, in order of identifier.
var table = [signatureCount]Signature{
	rapidReset: {
		ID: "AT-01", Severity: failure, Scope: "connection", Name: "rapid reset", Reference: "CVE-2023-44487",
		Shows:    "the client sends RST_STREAM within one round trip of its own HEADERS, before any response",
		Spares:   "a closed browser tab: one burst of CANCEL, then nothing",
		says:     "the {by} reset {count} of the {streams} streams it opened within a round trip and before any response, up to {per_second} in a second",
		evidence: []string{"streams", "per_second"},
	},
	madeYouReset: {
		ID: "AT-02", Severity: failure, Scope: "connection", Name: "made-you-reset", Reference: "CVE-2025-8671",
		Shows:    "the server resets requests that were in order, each provoked by the client's WINDOW_UPDATE of 0, window overflow, PRIORITY of a bad length, self-dependency, or HEADERS or DATA after END_STREAM",
		Spares:   "a single broken client request",
		says:     "the {by} made its peer reset {count} requests by an invalid frame for each, up to {most} within {seconds} s",
		evidence: []string{"most", "seconds"},
	},
	continuationFlood: {
		ID: "AT-03", Severity: failure, Scope: "connection", Name: "CONTINUATION flood",
		Reference: "CVE-2024-27316, CVE-2024-28182, CVE-2023-45288 and kin (VU#421644)",
		Shows:     "many CONTINUATION frames in one field block, or a field block that never ends",
		Spares:    "large cookies in two or three frames",
		says:      "the {by} sent {count} CONTINUATION frames in {blocks} field blocks, up to {frames} frames and {octets} octets in one, which stayed open for up to {open_ms} ms",
		evidence:  []string{"blocks", "frames", "octets", "open_ms"},
	},
	dataDribble: {
		ID: "AT-04", Severity: warning, Scope: "connection", Name: "data dribble", Reference: "CVE-2019-9511",
		Shows:    "tiny windows or increments cut big responses into tiny DATA frames",
		Spares:   "a chatty streaming API that writes small messages with open windows",
		says:     "the windows of the {by} cut responses into {count} tiny DATA frames, {tiny} of them within {frames} frames",
		evidence: []string{"tiny", "frames"},
	},
	pingFlood: {
		ID: "AT-05", Severity: failure, Scope: "connection", Name: "PING flood", Reference: "CVE-2019-9512",
		Shows:    "PING frames without ACK at a high rate",
		Spares:   "gRPC keepalive, bandwidth-delay probing",
		says:     "the {by} sent {count} PING frames without ACK, up to {per_second} in a second",
		evidence: []string{"per_second"},
	},
	priorityFlood: {
		ID: "AT-06", Severity: failure, Scope: "connection", Name: "PRIORITY flood (resource loop)", Reference: "CVE-2019-9513",
		Shows:    "PRIORITY frames that churn the dependency tree",
		Spares:   "a browser's initial tree of idle streams",
		says:     "the {by} sent {count} PRIORITY frames, up to {per_second} in a second and {per_stream} for one stream",
		evidence: []string{"per_second", "per_stream"},
	},
	resetFlood: {
		ID: "AT-07", Severity: failure, Scope: "connection", Name: "reset flood", Reference: "CVE-2019-9514",
		Shows:    "invalid requests, each answered by the server's RST_STREAM",
		Spares:   "refused and cancelled streams",
		says:     "invalid requests of the {by} were reset {count} times, up to {per_second} in a second",
		evidence: []string{"per_second"},
	},
	settingsFlood: {
		ID: "AT-08", Severity: failure, Scope: "connection", Name: "SETTINGS flood", Reference: "CVE-2019-9515",
		Shows:    "SETTINGS frames at a high rate, without waiting for acknowledgment, or with many entries",
		Spares:   "settings that change a few times while a connection begins",
		says:     "the {by} sent {count} SETTINGS frames, up to {per_second} in a second, {unacknowledged} unacknowledged and {entries} entries in one",
		evidence: []string{"per_second", "unacknowledged", "entries"},
	},
	emptyNames: {
		ID: "AT-09", Severity: failure, Scope: "connection", Name: "empty header leak", Reference: "CVE-2019-9516",
		Shows:    "fields with an empty name",
		says:     "the {by} sent {count} fields with an empty name, up to {in_section} in one field section",
		evidence: []string{"in_section"},
	},
	internalBuffering: {
		ID: "AT-10", Severity: warning, Scope: "connection", Name: "internal data buffering", Reference: "CVE-2019-9517",
		Shows:    "large HTTP/2 windows while the TCP receive window stays at 0 and requests go on",
		Spares:   "a paused debugger: no new requests",
		says:     "the {by} sent {count} requests while its TCP receive window was 0, for up to {closed_ms} ms, and left an HTTP/2 window of {window} octets open",
		evidence: []string{"closed_ms", "window"},
	},
	emptyFrames: {
		ID: "AT-11", Severity: failure, Scope: "connection", Name: "empty frames flood", Reference: "CVE-2019-9518",
		Shows:    "empty DATA, HEADERS, CONTINUATION or PUSH_PROMISE frames without END_STREAM or END_HEADERS",
		Spares:   "an empty DATA frame with END_STREAM at the end of each message",
		says:     "the {by} sent {count} empty frames that end nothing, up to {per_second} in a second and {in_a_row} in a row",
		evidence: []string{"per_second", "in_a_row"},
	},
	hpackBomb: {
		ID: "AT-12", Severity: failure, Scope: "connection", Name: "HPACK bomb", Reference: "CVE-2016-6581",
		Shows:    "a decoded field section far larger than its field block",
		Spares:   "indexed fields of usual size: a large ratio of a small section",
		says:     "the {by} sent {count} field blocks that decode to far more than they take, one of {wire} octets to {decoded} ({ratio} to 1)",
		evidence: []string{"ratio", "decoded", "wire"},
	},
	fieldBomb: {
		ID: "AT-13", Severity: failure, Scope: "connection", Name: "field-count bomb", Reference: "CVE-2026-49975, CVE-2026-47774",
		Shows:    "hundreds or thousands of fields in one field section, mostly indexed ones of one octet",
		Spares:   "a cookie in many crumbs",
		says:     "the {by} sent {count} field sections of very many fields, up to {fields} in a block of {wire} octets",
		evidence: []string{"fields", "wire"},
	},
	slowRead: {
		ID: "AT-14", Severity: warning, Scope: "connection", Name: "slow read", Reference: "CVE-2016-1546",
		Shows:    "responses with data pending are held at a window of 0 by their receiver",
		Spares:   "one paused video",
		says:     "the {by} held {count} responses at a flow-control window of 0, for up to {held_ms} ms",
		evidence: []string{"held_ms"},
	},
	slowRequest: {
		ID: "AT-15", Severity: warning, Scope: "connection", Name: "slow request",
		Shows:    "the field blocks or the data of requests trickle, and the server waits for their end",
		Spares:   "long polls and streams of the server, where the client has ended its request; streams in both directions, where the server has answered",
		says:     "the {by} let {count} requests trickle, for up to {slow_ms} ms",
		evidence: []string{"slow_ms"},
	},
	dependencyChurn: {
		ID: "AT-16", Severity: warning, Scope: "connection", Name: "dependency cycle or churn", Reference: "CVE-2015-8659",
		Shows:    "self-dependencies, back-and-forth reparenting, or a very deep tree",
		Spares:   "a chain of closed streams, which has no depth",
		says:     "the {by} churned the dependency tree {count} times, with up to {per_second} moves in a second and {self} streams that depend on themselves; the tree was up to {depth} deep",
		evidence: []string{"per_second", "self", "depth"},
	},
	streamReuse: {
		ID: "AT-17", Severity: failure, Scope: "connection", Name: "stream reuse", Reference: "CVE-2016-0150",
		Shows:    "HEADERS with a request, or a PUSH_PROMISE, on a stream identifier that was used before",
		Spares:   "trailers",
		says:     "the {by} opened {count} streams with identifiers already used, the first of them {first_stream}",
		evidence: []string{"first_stream"},
	},
	windowUpdateFlood: {
		ID: "AT-18", Severity: warning, Scope: "connection", Name: "WINDOW_UPDATE flood",
		Shows:    "WINDOW_UPDATE frames far beyond the DATA that they answer",
		Spares:   "receivers that update after each small read, or as each stream opens",
		says:     "the {by} sent {count} WINDOW_UPDATE frames, up to {per_second} in a second, beside up to {data} DATA frames of its peer",
		evidence: []string{"per_second", "data"},
	},
	tableSizeFlips: {
		ID: "AT-19", Severity: warning, Scope: "connection", Name: "table-size flip-flop",
		Shows:    "dynamic table size updates at a high rate",
		Spares:   "the update or two that a changed setting asks for",
		says:     "the {by} sent {count} dynamic table size updates, up to {per_second} in a second",
		evidence: []string{"per_second"},
	},
	smuggling: {
		ID: "AT-20", Severity: failure, Scope: "connection", Name: "request smuggling marks", Reference: "RFC 9113, Section 10.3",
		Shows:    "CR, LF or NUL in names or values, Transfer-Encoding, conflicting content-length, whitespace in :method or :path",
		says:     "the {by} sent {count} marks of smuggling: {control} fields with CR, LF or NUL, {transfer_encoding} Transfer-Encoding, {content_length} conflicting content-length, {whitespace} with whitespace in :method or :path",
		evidence: []string{"control", "transfer_encoding", "content_length", "whitespace"},
	},
	pinnedStreams: {
		ID: "AT-21", Severity: warning, Scope: "connection", Name: "pinned streams",
		Shows:    "as many streams as the server allows are open, and none makes progress",
		Spares:   "fewer streams than the limit, however long they last",
		says:     "the {by} held {count} streams, as many as SETTINGS_MAX_CONCURRENT_STREAMS allows, for up to {pinned_ms} ms without one octet of HEADERS or DATA",
		evidence: []string{"limit", "pinned_ms"},
	},
	connectionChurn: {
		ID: "AT-22", Severity: warning, Scope: "capture", Name: "connection churn",
		Shows:    "many short connections of one client",
		Spares:   "connections that carry several streams",
		says:     "the client {client} opened {count} connections with {streams} streams altogether, up to {per_second} in a second",
		evidence: []string{"client", "streams", "per_second"},
	},
}
