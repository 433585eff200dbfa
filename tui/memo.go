package tui

import (
	"h2scope/h2decode"
	"h2scope/h2decode/timeline"
)

// A memo keeps what was worked out of a snapshot, so that not every drawing does
// so anew. It changes nothing that is shown: what it gives depends on the key
// alone. All models of an app share one.
type memo struct {
	windows     [2][2 + maxPins]slot[windowKey, windowSeries] // by side; of the connection, the stream, pinned streams
	ladder      slot[streamKey, []uint64]
	priorities  slot[priorityKey, priorities]
	changes     slot[*timeline.Conn, []timeline.PriorityChange]
	body        slot[bodyKey, Octets]
	block       slot[blockKey, block]
	compression slot[compressionKey, compression]
	blockAt     blockFound
	severities  slot[*timeline.Snapshot, h2decode.Severities]
	trouble     slot[*timeline.Snapshot, *troubleSum]
	advice      slot[grownKey, []timeline.Advice]
	notes       slot[notesKey, []cell]
	wrapped     slot[wrapKey, []string]
}

// A slot is room for one value, and the key that it was made for.
type slot[K comparable, V any] struct {
	key   K
	value V
	full  bool
}

// get is the value for a key, which compute makes where another was here.
func (s *slot[K, V]) get(key K, compute func() V) V {
	if !s.full || s.key != key {
		s.key, s.value, s.full = key, compute(), true
	}
	return s.value
}

type streamKey struct {
	conn   *timeline.Conn
	stream uint32
}
