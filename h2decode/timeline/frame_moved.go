package timeline

import (
	"math"

	"h2scope/h2decode"
)

// setWindows puts the windows that the frame left into x and y, and those that
// do not fit there into a list.
func (r *record) setWindows(f *frame, w *h2decode.Windows, onStream bool) {
	f.mark(moved, true)
	connection, stream := w.Connection, h2decode.Window{}
	if onStream {
		stream = w.Stream
	}
	if f.kind() == h2decode.TypeWindowUpdate { // x is all there is room for
		if f.id() != 0 {
			connection = h2decode.Window{}
			f.x = uint32(int32(stream.Octets))
		} else {
			f.x = uint32(int32(connection.Octets))
		}
	} else {
		f.x, f.y = uint32(int32(connection.Octets)), uint32(int32(stream.Octets))
	}
	f.mark(connectionKnown, connection.Known)
	f.mark(streamKnown, stream.Known)
	if !narrow(connection.Octets) || !narrow(stream.Octets) {
		f.mark(wide, true)
		f.x = uint32(r.wide.len())
		r.wide.add([2]int64{connection.Octets, stream.Octets})
	}
}

func narrow(n int64) bool { return math.MinInt32 <= n && n <= math.MaxInt32 }

// windowsOf are the windows that a frame left.
func (r *record) windowsOf(f *frame) (w h2decode.Windows) {
	if !f.is(moved) {
		return w
	}
	w.Moved = true
	w.Connection.Known, w.Stream.Known = f.is(connectionKnown), f.is(streamKnown)
	switch {
	case f.is(wide):
		both := r.wide.at(int(f.x))
		w.Connection.Octets, w.Stream.Octets = both[0], both[1]
	case f.kind() != h2decode.TypeWindowUpdate:
		w.Connection.Octets, w.Stream.Octets = int64(int32(f.x)), int64(int32(f.y))
	case f.id() == 0:
		w.Connection.Octets = int64(int32(f.x))
	default:
		w.Stream.Octets = int64(int32(f.x))
	}
	return w
}
