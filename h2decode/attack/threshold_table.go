package attack

// A Limit is a threshold of a signature, as it is called and by default.
type Limit struct {
	Name    string // "resets_per_second"
	Default int64
	Meaning string // what the traffic must do for the signature to show

	of signature
}

// String is the name as a command line has it: "AT-01.resets_per_second".
func (l *Limit) String() string { return table[l.of].ID + "." + l.Name }

// Signature is whose threshold it is.
func (l *Limit) Signature() *Signature { return &table[l.of] }

// A limit is the place of a Limit in the table.
type limit uint8

const (
	rapidPerSecond limit = iota
	rapidPercent
	rapidStreams
	rapidRoundTrip
	madeResets
	madeSeconds
	blockFrames
	blockOctets
	blockOpen
	dribbleOctets
	dribbleFrames
	pingsPerSecond
	prioritiesPerStream
	prioritiesPerSecond
	invalidPerSecond
	settingsPerSecond
	settingsUnacknowledged
	settingsEntries
	namelessFields
	bufferingSeconds
	bufferingWindow
	emptyPerSecond
	emptyInARow
	bombRatio
	bombOctets
	bombFields
	bombFieldsWarning
	heldStreams
	heldSeconds
	trickleStreams
	trickleOctets
	trickleSeconds
	treeDepth
	movesPerSecond
	reuses
	updatesPerData
	updatesPerSecond
	flipsPerSecond
	marks
	pinnedSeconds
	churnPerSecond
	churnStreams
	limitCount
)

// limits has every threshold, in the order of the signatures.
var limits = [limitCount]Limit{
	rapidPerSecond:         {"resets_per_second", 100, "more resets than this in one second, with new streams between them", rapidReset},
	rapidPercent:           {"percent", 50, "or more than this share of the client's streams reset so, the longest run without a new stream between counted as one", rapidReset},
	rapidStreams:           {"streams", 100, "the share counts from so many streams on", rapidReset},
	rapidRoundTrip:         {"round_trip_ms", 10, "what a round trip is taken for, in milliseconds, where less or none was measured", rapidReset},
	madeResets:             {"resets", 20, "at least so many resets", madeYouReset},
	madeSeconds:            {"seconds", 10, "within so many seconds", madeYouReset},
	blockFrames:            {"frames", 20, "more CONTINUATION frames than this in one block", continuationFlood},
	blockOctets:            {"octets", 65536, "or more octets than this in a block with CONTINUATION", continuationFlood},
	blockOpen:              {"open_ms", 1000, "or, behind the third CONTINUATION frame, more milliseconds than this without END_HEADERS", continuationFlood},
	dribbleOctets:          {"octets", 64, "more than half of the DATA frames are shorter than this and use up a window", dataDribble},
	dribbleFrames:          {"frames", 100, "over so many DATA frames", dataDribble},
	pingsPerSecond:         {"pings_per_second", 100, "more PING frames than this in one second", pingFlood},
	prioritiesPerStream:    {"frames_per_stream", 100, "more PRIORITY frames than this for one stream", priorityFlood},
	prioritiesPerSecond:    {"frames_per_second", 500, "or more than this in one second", priorityFlood},
	invalidPerSecond:       {"resets_per_second", 100, "more resets than this in one second", resetFlood},
	settingsPerSecond:      {"frames_per_second", 50, "more SETTINGS frames than this in one second", settingsFlood},
	settingsUnacknowledged: {"unacknowledged", 10, "or more than this that wait for their acknowledgment", settingsFlood},
	settingsEntries:        {"entries", 32, "or more entries than this in one frame", settingsFlood},
	namelessFields:         {"fields", 10, "more fields than this", emptyNames},
	bufferingSeconds:       {"seconds", 5, "the receive window is 0 for more seconds than this", internalBuffering},
	bufferingWindow:        {"window", 65535, "and the connection's flow-control window is at least so many octets", internalBuffering},
	emptyPerSecond:         {"frames_per_second", 100, "more empty frames than this in one second", emptyFrames},
	emptyInARow:            {"in_a_row", 10, "or more than this with no other frame of that side between them", emptyFrames},
	bombRatio:              {"ratio", 100, "the section is more than so many times as large as its block", hpackBomb},
	bombOctets:             {"octets", 65536, "and has more octets than this", hpackBomb},
	bombFields:             {"fields", 1000, "more fields than this in a section", fieldBomb},
	bombFieldsWarning:      {"warning_fields", 200, "a warning only where a section has more fields than this and not more than that", fieldBomb},
	heldStreams:            {"streams", 5, "at least so many streams at once", slowRead},
	heldSeconds:            {"seconds", 10, "each for more seconds than this", slowRead},
	trickleStreams:         {"streams", 5, "at least so many requests at once", slowRequest},
	trickleOctets:          {"octets_per_second", 10, "each slower than this", slowRequest},
	trickleSeconds:         {"seconds", 10, "for more seconds than this", slowRequest},
	treeDepth:              {"depth", 100, "the tree is deeper than this", dependencyChurn},
	movesPerSecond:         {"moves_per_second", 100, "or more reparentings and self-dependencies than this in one second", dependencyChurn},
	reuses:                 {"streams", 1, "at least so many", streamReuse},
	updatesPerData:         {"per_data_frame", 10, "more than so many for each DATA frame of the peer, over up to two seconds", windowUpdateFlood},
	updatesPerSecond:       {"frames_per_second", 100, "and more than this in one second", windowUpdateFlood},
	flipsPerSecond:         {"updates_per_second", 10, "more updates than this in one second", tableSizeFlips},
	marks:                  {"marks", 1, "at least so many", smuggling},
	pinnedSeconds:          {"seconds", 10, "for more seconds than this", pinnedStreams},
	churnPerSecond:         {"connections_per_second", 50, "more new connections than this in one second", connectionChurn},
	churnStreams:           {"streams", 3, "each with fewer streams than this", connectionChurn},
}
