package hpack

import (
	"fmt"
	"math/rand/v2"
	"testing"

	xhpack "golang.org/x/net/http2/hpack"
)

// shown is a field with its trust: "name: value (exact)", or the name's and the
// value's where they differ.
func shown(fields []Field) (s []string) {
	for _, f := range fields {
		trust := f.NameTrust.String()
		if f.ValueTrust != f.NameTrust {
			trust += ", " + f.ValueTrust.String()
		}
		s = append(s, fmt.Sprintf("%s: %s (%s)", f.Name, f.Value, trust))
	}
	return s
}

// A trustStep is a block, or a miss where there is none.
type trustStep struct {
	wire     string
	fields   []string
	complete bool
}

func runTrust(t *testing.T, d *Decoder, steps []trustStep) {
	t.Helper()
	for i, s := range steps {
		if s.wire == "" {
			d.MissedBlocks()
		} else if fields, err := d.DecodeBlock(nil, fromHex(t, s.wire)); err != nil || d.ViolationCount() > 0 {
			t.Fatal(i, err, d.Violations())
		} else {
			equal(t, fmt.Sprint("step ", i), shown(fields), s.fields)
		}
		if d.Table().Complete() != s.complete {
			t.Errorf("step %d: complete is %v", i, !s.complete)
		}
	}
}

// The blocks of these tests insert a: A, b: B and so on; 62 is "be", 63 "bf".
const (
	insertA = "40 01 61 01 41"
	insertB = "40 01 62 01 42"
	insertC = "40 01 63 01 43"
)

func TestTrustOfLateJoin(t *testing.T) {
	runTrust(t, NewLateDecoder(), []trustStep{
		{"be 82", []string{":  (unknown)", ":method: GET (exact)"}, false},
		{insertA + "be bf", []string{"a: A (exact)", "a: A (exact)", ":  (unknown)"}, false},
		// A literal whose name was never seen is inserted all the same.
		{"7f 01 01 42 be bf", []string{": B (unknown, exact)", ": B (unknown, exact)", "a: A (exact)"}, false},
		// A name from the table is as good as the entry is.
		{"0f 2f 01 43 0f 30 01 44 0f ff 00 01 45", []string{": C (unknown, exact)", "a: D (exact)", ": E (unknown, exact)"}, false},
	})
}

func TestTrustAfterSizeUpdateToZero(t *testing.T) {
	runTrust(t, NewLateDecoder(), []trustStep{
		{insertA, []string{"a: A (exact)"}, false},
		{"20 3f e1 1f " + insertB, []string{"b: B (exact)"}, true},
	})
}

func TestTrustAfterMiss(t *testing.T) {
	runTrust(t, NewDecoder(4096), []trustStep{
		{insertA, []string{"a: A (exact)"}, true},
		{"", nil, false},
		{"be bf", []string{"a: A (uncertain)", ":  (unknown)"}, false},
		{insertB + "be bf c0", []string{"b: B (exact)", "b: B (exact)", "a: A (uncertain)", ":  (unknown)"}, false},
		// What is inserted under an uncertain name keeps that, whatever follows.
		{"7f 00 01 43 be bf", []string{"a: C (uncertain, exact)", "a: C (uncertain, exact)", "b: B (exact)"}, false},
		{"", nil, false},
		{"be bf", []string{"a: C (uncertain)", "b: B (uncertain)"}, false},
		{"20 82", []string{":method: GET (exact)"}, true},
	})
}

// TestTrustWhenFilledAnew: after a miss, older entries are out of the table once
// the newer ones, of 34 octets each, leave less room than the smallest entry
// takes, which is 32.
func TestTrustWhenFilledAnew(t *testing.T) {
	steps := func(twoAreEnough bool) []trustStep {
		return []trustStep{
			{insertA, []string{"a: A (exact)"}, true},
			{"", nil, false},
			{insertB, []string{"b: B (exact)"}, false},
			{insertC, []string{"c: C (exact)"}, twoAreEnough},
			{insertA, []string{"a: A (exact)"}, true},
			{"be bf", []string{"a: A (exact)", "c: C (exact)"}, true},
		}
	}
	runTrust(t, NewDecoder(100), steps(false))
	runTrust(t, NewDecoder(99), steps(true))
}

// TestTrustOfEntryAboveMaximum: an entry that is larger than the table can be
// empties it (RFC 7541, Section 4.4).
func TestTrustOfEntryAboveMaximum(t *testing.T) {
	d := NewDecoder(33)
	d.MissedBlocks()
	runTrust(t, d, []trustStep{{insertA, []string{"a: A (exact)"}, true}})
	if d.Table().Len() != 0 {
		t.Error("it was inserted")
	}
}

// TestTrustNeedsTheLimit: the gap may have held a size update to the limit, so
// that more than the old maximum must be filled.
func TestTrustNeedsTheLimit(t *testing.T) {
	d := NewDecoder(0)
	d.SetMaxTableSize(99)
	runTrust(t, d, []trustStep{
		{"82", []string{":method: GET (exact)"}, true},
		{"", nil, false},
		{insertA, []string{"a: A (exact)"}, false},
		{insertB, []string{"b: B (exact)"}, true},
	})
	if _, known := d.Table().MaxSize(); known {
		t.Error("the maximum in force can't be known")
	}
}

// TestTrustOfWhatIsNotHeld: an entry above what is held keeps its place.
func TestTrustOfWhatIsNotHeld(t *testing.T) {
	d := NewDecoder(4096)
	d.HoldTable(64)
	runTrust(t, d, []trustStep{
		{insertA, []string{"a: A (exact)"}, true},
		{"40 01 62 21" + fmt.Sprintf("%066x", 0) + "be bf", []string{"b: " + string(make([]byte, 33)) + " (exact)", ":  (unknown)", ":  (unknown)"}, false},
		{insertC + "be bf", []string{"c: C (exact)", "c: C (exact)", ":  (unknown)"}, false},
	})
}

// TestLateTableThatOverflows: when an entry that was seen has to go, everything
// that was not seen went before it.
func TestLateTableThatOverflows(t *testing.T) {
	d := NewLateDecoder()
	runTrust(t, d, []trustStep{
		{insertA + insertB, []string{"a: A (exact)", "b: B (exact)"}, false},
		{"3f 03 be", []string{"b: B (exact)"}, true}, // to 34 octets
	})
	late := NewLateDecoder()
	runTrust(t, late, []trustStep{
		{"3f 23 40 01 61 01 41", []string{"a: A (exact)"}, false}, // 66 octets
		{"40 01 62 03 424242", []string{"b: BBB (exact)"}, true},
	})
}

func TestDoubtfulEntries(t *testing.T) {
	d := NewDecoder(4096)
	d.DecodeBlock(nil, fromHex(t, insertA))
	d.MissedBlocks()
	d.DecodeBlock(nil, fromHex(t, insertB))
	for i, want := range []Trust{Exact, Uncertain} {
		if e := d.Table().Entry(i); e.NameTrust != want || e.ValueTrust != want {
			t.Errorf("entry %d: %v, %v", i, e.NameTrust, e.ValueTrust)
		}
	}
}

func TestTableCounts(t *testing.T) {
	d := NewDecoder(68)
	d.DecodeBlock(nil, fromHex(t, insertA+insertB+insertC))
	table := d.Table()
	if table.Inserted() != 3 || table.Evicted() != 1 || table.Len() != 2 || table.Size() != 68 {
		t.Errorf("%d inserted, %d evicted, %d held, size %d", table.Inserted(), table.Evicted(), table.Len(), table.Size())
	}
	for index, e := range table.All() {
		if want := table.Entry(int(index) - 62); string(e.Name) != string(want.Name) || e.Size() != 34 {
			t.Errorf("index %d: %s", index, e.Name)
		}
		break
	}
	defer func() {
		if recover() == nil {
			t.Error("there is no third entry")
		}
	}()
	table.Entry(2)
}

// TestExactMeansExact plays conversations with misses and late joins, and holds
// what is called Exact to what was sent.
func TestExactMeansExact(t *testing.T) {
	var all tally
	for seed := range uint64(400) {
		all.add(playTrust(t, seed))
	}
	t.Logf("%+v", all)
	if all.exact < 10*all.uncertain || all.wrongUncertain == 0 || all.unknown == 0 || all.regained == 0 {
		t.Errorf("the test does not test much: %+v", all)
	}
}

func FuzzExactMeansExact(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { playTrust(t, seed) })
}

// A tally counts parts of fields, and how often completeness came back.
type tally struct{ exact, uncertain, wrongUncertain, unknown, regained int }

func (t *tally) add(u tally) {
	t.exact += u.exact
	t.uncertain += u.uncertain
	t.wrongUncertain += u.wrongUncertain
	t.unknown += u.unknown
	t.regained += u.regained
}

// playTrust encodes random blocks with the encoder of golang.org/x/net, which
// changes its table's size at times, and decodes some of them.
func playTrust(t *testing.T, seed uint64) (n tally) {
	r := rand.New(rand.NewPCG(seed, 7541))
	var block blockBuffer
	e := xhpack.NewEncoder(&block)
	limit := []uint32{0, 100, 300, 1000, 4096}[r.IntN(5)]
	e.SetMaxDynamicTableSizeLimit(limit)
	e.SetMaxDynamicTableSize(limit)
	d := NewDecoder(limit)
	if r.IntN(3) == 0 {
		d = NewLateDecoder()
		if r.IntN(2) == 0 {
			d.SetMaxTableSize(limit)
		}
	}
	if r.IntN(4) == 0 {
		d.HoldTable(200)
	}
	block, missed := nil, false
	if r.IntN(2) == 0 { // joined late: blocks before it
		d = NewLateDecoder()
	}
	for range 60 {
		if r.IntN(20) == 0 {
			e.SetMaxDynamicTableSize(r.Uint32N(limit + 1))
		}
		block = block[:0]
		truth := randomFields(r)
		for _, f := range truth {
			if err := e.WriteField(f); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(12) == 0 {
			missed = true
			continue
		}
		if missed {
			d.MissedBlocks()
			missed = false
		}
		before := d.Table().Complete()
		fields, err := d.DecodeBlock(nil, block)
		if err != nil || d.ViolationCount() > 0 || len(fields) != len(truth) {
			t.Fatalf("seed %d: %v %v", seed, err, d.Violations())
		}
		if !before && d.Table().Complete() {
			n.regained++
		}
		for i, f := range fields {
			n.check(t, f.Name, f.NameTrust, truth[i].Name)
			n.check(t, f.Value, f.ValueTrust, truth[i].Value)
		}
	}
	return n
}

func (n *tally) check(t *testing.T, got []byte, trust Trust, want string) {
	t.Helper()
	switch trust {
	case Exact:
		if n.exact++; string(got) != want {
			t.Errorf("%q is called exact; it was %q", got, want)
		}
	case Uncertain:
		if n.uncertain++; string(got) != want {
			n.wrongUncertain++
		}
	default:
		if n.unknown++; got != nil {
			t.Errorf("%q is called unknown", got)
		}
	}
}

// randomFields makes fields of few names and values, so that many are indexed,
// some of them longer than small tables.
func randomFields(r *rand.Rand) (fields []xhpack.HeaderField) {
	for range 1 + r.IntN(6) {
		f := xhpack.HeaderField{Name: fmt.Sprint("name-", r.IntN(12)), Value: fmt.Sprint("value-", r.IntN(5)), Sensitive: r.IntN(10) == 0}
		switch r.IntN(10) {
		case 0:
			f.Name = "cookie"
		case 1:
			f.Value = fmt.Sprint(string(make([]byte, r.IntN(200))), r.IntN(100))
		case 2:
			f.Name, f.Value = ":method", "GET"
		}
		fields = append(fields, f)
	}
	return fields
}

// A blockBuffer is where the encoder writes a block.
type blockBuffer []byte

func (b *blockBuffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// An encoder that breaks the limit has the larger table, and a miss does not
// take it away: what it holds above the limit stays.
func TestMissAfterUnlawfulSizeUpdate(t *testing.T) {
	d := NewDecoder(40)
	block := fromHex(t, "3f 31"+insertA+insertB) // a size of 80 where 40 is the limit
	if _, err := d.DecodeBlock(nil, block); err != nil || d.ViolationCount() != 1 {
		t.Fatal(err, d.Violations())
	}
	d.MissedBlocks()
	checkTable(t, d.Table())
	if d.Table().Len() != 2 {
		t.Fatalf("%d entries", d.Table().Len())
	}
	if _, err := d.DecodeBlock(nil, fromHex(t, "bf")); err != nil || d.ViolationCount() > 0 {
		t.Fatal(err, d.Violations())
	}
}
