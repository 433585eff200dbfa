package priority

import "math"

// Due gives each active stream its share, in order of stream numbers. It asks
// active once for each stream that is known, in that order, and knows of no
// others. The result is the caller's.
func (u *Urgencies) Due(active func(stream uint32) bool) []Share {
	var shares []Share
	first := uint8(math.MaxUint8)
	for _, stream := range u.sorted() {
		if active(stream) {
			shares = append(shares, Share{Stream: stream})
			first = min(first, u.streams[stream].Urgency)
		}
	}
	served := make([]int, 0, len(shares)) // by index in shares
	oneByOne := false
	for i, share := range shares {
		p := u.streams[share.Stream]
		switch {
		case p.Urgency != first:
		case p.Incremental:
			served = append(served, i)
		case !oneByOne: // the others that are not incremental wait for this one
			oneByOne = true
			served = append(served, i)
		}
	}
	for _, i := range served {
		shares[i].Fraction = 1 / float64(len(served))
	}
	return shares
}
