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
