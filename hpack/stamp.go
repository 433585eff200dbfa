package hpack

// Stamp tells blocks apart that may decode differently: as long as it stays the
// same, the same octets decode to the same fields, and change nothing, if they
// did not change it before. ok is false where that cannot be said: inside a
// block, where the table is not wholly known, or where the next block owes a
// size update.
func (d *Decoder) Stamp() (stamp uint64, ok bool) {
	return d.table.changes, !d.open && d.owed == noDebt && d.table.Complete()
}
