package attack

import "h2scope/h2decode"

// A wait is a stream on which one side waits for the other.
type wait struct {
	stream     uint32
	queued     bool
	since      int64
	packet     uint64
	octets     int64 // that came since, or that the window has
	prev, next *wait

	answered, shut bool // of requests
}

// waits are the streams of a connection on which something is waited for, those
// that wait longest first. Whether so many wait too long at once can only change
// where one of them ends, so it is looked at then.
type waits struct {
	id       signature
	streams  int64 // the thresholds
	patience int64 // nanoseconds
	evidence string

	open        map[uint32]*wait
	first, last *wait
	free        *wait
	kept        int

	floor   int64 // waits count from here on
	extra   int64 // that were too long and are over, and count as if they still waited
	long    uint64
	longest int64
	packet  uint64 // where the first of the long ones began
	found   bool
}

func (q *waits) init(id signature, streams, seconds int64, evidence string) {
	q.id, q.streams, q.patience, q.evidence = id, streams, seconds*second, evidence
}

// add makes a wait for a stream, which is not queued yet.
func (q *waits) add(stream uint32) *wait {
	if q.open == nil {
		q.open = make(map[uint32]*wait)
	}
	x := q.free
	if x == nil {
		x = new(wait)
	} else {
		q.free = x.next
		q.kept--
	}
	*x = wait{stream: stream}
	q.open[stream] = x
	return x
}

// remove forgets a wait.
func (q *waits) remove(x *wait) {
	q.unlink(x)
	delete(q.open, x.stream)
	if q.kept < maxFree {
		x.next, q.free = q.free, x
		q.kept++
	}
}

// begin lets a wait begin.
func (q *waits) begin(x *wait, o *h2decode.Origin) {
	x.since, x.packet = o.Time, o.Packet
	x.queued, x.prev, x.next = true, q.last, nil
	if q.last == nil {
		q.first = x
	} else {
		q.last.next = x
	}
	q.last = x
}

func (q *waits) unlink(x *wait) {
	if !x.queued {
		return
	}
	x.queued = false
	if x.prev == nil {
		q.first = x.next
	} else {
		x.prev.next = x.next
	}
	if x.next == nil {
		q.last = x.prev
	} else {
		x.next.prev = x.prev
	}
	x.prev, x.next = nil, nil
}

// end lets a wait end, and judges it and those that go on.
func (w *Watch) end(q *waits, x *wait, o *h2decode.Origin) {
	if x.queued && o.Time-max(x.since, q.floor) > q.patience {
		if q.together(o.Time) {
			q.found = true
		}
		w.tooLong(q, max(x.since, q.floor), x.packet, o)
	}
	q.unlink(x)
}

// together reports that enough streams wait too long at once.
func (q *waits) together(now int64) bool {
	x := q.first
	for n := q.streams - q.extra; n > 1 && x != nil; n-- {
		x = x.next
	}
	return x != nil && now-max(x.since, q.floor) > q.patience
}

// tooLong counts a wait that began at a time and in a packet.
func (w *Watch) tooLong(q *waits, since int64, packet uint64, o *h2decode.Origin) {
	if q.long++; q.long == 1 || packet < q.packet {
		q.packet = packet
	}
	q.longest = max(q.longest, o.Time-since)
	if q.found {
		s := w.sightWait(q.id, o, q.packet)
		s.FirstPacket = q.packet
		s.reach(q.long, o)
		s.note(q.evidence, q.longest/1e6)
	}
}

// forget lets all waits end without judging them.
func (q *waits) forget() {
	for _, x := range q.open {
		q.remove(x)
	}
}
