package timeline

import "iter"

// FramesOf gives the numbers of the frames on a stream in order: the
// PUSH_PROMISE that promised it first, and last those after its end. Stream 0
// is the connection. Those that were forgotten are not among them.
func (c *Conn) FramesOf(stream uint32) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		var chain []uint32
		if stream == 0 {
			c.chain(&chain, c.lastOnConnection)
		} else if x, found := c.ExchangeOf(stream); found {
			c.chain(&chain, uint32(x.Last))
			if x.First >= c.FirstFrame() && (len(chain) == 0 || chain[len(chain)-1] != uint32(x.First)) {
				chain = append(chain, uint32(x.First))
			}
		}
		strays := c.straysOf(stream)
		merged(chain, strays, yield)
	}
}

// chain follows the frames of a stream back from its last.
func (r *record) chain(dst *[]uint32, last uint32) {
	for n := last; n > r.frames.first; n = r.frames.at(int(n) - 1).prev {
		*dst = append(*dst, n)
	}
}

// straysOf are the frames on a stream while it was not followed: before it
// opened and after it closed.
func (r *record) straysOf(stream uint32) (numbers []uint32) {
	if stream == 0 {
		return nil
	}
	for i := r.strays.begin(); i < r.strays.len(); i++ {
		if n := *r.strays.at(i); r.frames.at(int(n)-1).id() == stream {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// merged yields the numbers of a falling and of a rising list in order.
func merged(falling, rising []uint32, yield func(uint64) bool) {
	i := len(falling) - 1
	for i >= 0 || len(rising) > 0 {
		var n uint32
		if i >= 0 && (len(rising) == 0 || falling[i] < rising[0]) {
			n = falling[i]
			i--
		} else {
			n, rising = rising[0], rising[1:]
		}
		if !yield(uint64(n)) {
			return
		}
	}
}
