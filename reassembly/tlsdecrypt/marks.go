package tlsdecrypt

import (
	"sort"
)

// A mark says how much plaintext a half had with its ciphertext up to an offset.
type mark struct{ cipher, plain uint64 }

// marks translate acknowledgements. They are of whole records, in order; where
// there are too many, every second of the older half is forgotten, so that the
// answer is never too large.
type marks []mark

func (m *marks) add(cipher, plain uint64) {
	if *m == nil {
		*m = make([]mark, 0, 8)
	}
	if len(*m) == maxMarks {
		kept := (*m)[:0]
		for i, mk := range *m {
			if i%2 == 1 || i >= maxMarks/2 {
				kept = append(kept, mk)
			}
		}
		*m = kept
	}
	*m = append(*m, mark{cipher, plain})
}

// acknowledged is how much plaintext of the half its peer had when it had
// acknowledged the ciphertext up to an offset: of what was told, and one octet
// more where something may be among that which is not opened yet, or never.
func (h *half) acknowledged(cipher uint64) uint64 {
	if h.unsettled(cipher) {
		return h.plain + 1
	}
	return h.marks.plain(cipher)
}

// unsettled reports whether the ciphertext before an offset holds some that may
// be application data and was not told of: it has not come, or waits, or is lost,
// which is told only when a record behind the gap is opened.
func (h *half) unsettled(cipher uint64) bool {
	switch {
	case h.loss.active:
		return cipher > h.loss.from
	case h.mode == opaque:
		return cipher > h.closed
	}
	return cipher > h.end
}

// plain is how much plaintext is wholly before an offset of the ciphertext.
func (m marks) plain(cipher uint64) uint64 {
	if n := len(m); n > 0 && m[n-1].cipher <= cipher {
		return m[n-1].plain
	}
	i := sort.Search(len(m), func(i int) bool { return m[i].cipher > cipher })
	if i == 0 {
		return 0
	}
	return m[i-1].plain
}
