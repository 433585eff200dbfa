package fields

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"h2scope/h2decode"
)

// A model of the language: expressions as trees, and what they mean in the words
// of docs/fields.md, over the texts that columns show. It shares no code with the
// filter but Field.Text.

// An expr is a relation, or a combination.
type expr interface {
	text(r *rand.Rand) string
	verdict(s *Subject) Verdict
}

type (
	notExpr  struct{ of expr }
	junction struct {
		and         bool
		left, right expr
	}
	relationExpr struct {
		field    *Field
		operator string   // "" asks whether it is there
		literals []string // values as columns show them; of a set, its members
		ranges   bool     // literals are the ends of ranges, by twos
	}
)

func (e notExpr) text(r *rand.Rand) string {
	return pick(r, "not ", "!", "! ") + "(" + e.of.text(r) + ")"
}

func (e notExpr) verdict(s *Subject) Verdict {
	return map[Verdict]Verdict{False: True, Unknown: Unknown, True: False}[e.of.verdict(s)]
}

// text puts in only the parentheses that are needed: "and" binds before "or".
func (e junction) text(r *rand.Rand) string {
	left, right := e.left.text(r), e.right.text(r)
	if !e.and {
		return left + pick(r, " or ", "||", " || ") + right
	}
	for _, side := range []*string{&left, &right} {
		of := map[*string]expr{&left: e.left, &right: e.right}[side]
		if b, ok := of.(junction); ok && !b.and {
			*side = "(" + *side + ")"
		}
	}
	return left + pick(r, " and ", "&&", " && ") + right
}

func (e junction) verdict(s *Subject) Verdict {
	a, b := e.left.verdict(s), e.right.verdict(s)
	switch {
	case e.and && (a == False || b == False):
		return False
	case !e.and && (a == True || b == True):
		return True
	case a == Unknown || b == Unknown:
		return Unknown
	}
	return verdictOf(e.and)
}

var spellings = map[string][]string{
	"==": {"==", "eq"}, "!=": {"!=", "ne"}, "<": {"<", "lt"}, "<=": {"<=", "le"}, ">": {">", "gt"}, ">=": {">=", "ge"},
	"contains": {"contains"}, "matches": {"matches", "~"}, "in": {"in"}, "not in": {"not in"}, "&": {"&", "bitwise_and"},
}

func (e relationExpr) text(r *rand.Rand) string {
	var quoted []string
	for _, l := range e.literals {
		quoted = append(quoted, literalText(e.field, e.operator, l))
	}
	switch e.operator {
	case "":
		return e.field.Name
	case "in", "not in":
		if e.ranges {
			for i := 0; i < len(quoted); i += 2 {
				quoted[i/2] = quoted[i] + ".." + quoted[i+1]
			}
			quoted = quoted[:len(quoted)/2]
		}
		return e.field.Name + " " + e.operator + " {" + strings.Join(quoted, pick(r, ",", ", ")) + "}"
	}
	return e.field.Name + " " + pick(r, spellings[e.operator]...) + " " + quoted[0]
}

func literalText(f *Field, operator, literal string) string {
	switch {
	case operator == "matches":
		return strconv.Quote(regexp.QuoteMeta(literal))
	case f.Type == Bytes && len(literal) > 0:
		return literal
	case f.Type == String, f.Type == Bytes, f.Type == Time && f.form != epoch:
		return strconv.Quote(literal)
	}
	return literal
}

func (e relationExpr) verdict(s *Subject) Verdict {
	values, known := e.field.Text(s)
	switch {
	case !known:
		return Unknown
	case e.operator == "":
		return verdictOf(len(values) > 0)
	case e.operator == "!=":
		return verdictOf(len(values) > 0 && !slices.ContainsFunc(values, e.equals))
	case e.operator == "not in":
		return verdictOf(!slices.ContainsFunc(values, e.isMember))
	case e.operator == "in":
		return verdictOf(slices.ContainsFunc(values, e.isMember))
	}
	return verdictOf(slices.ContainsFunc(values, e.holds))
}

func (e relationExpr) equals(v string) bool { return compareTexts(e.field, v, e.literals[0]) == 0 }

func (e relationExpr) isMember(v string) bool {
	if !e.ranges {
		return slices.ContainsFunc(e.literals, func(l string) bool { return compareTexts(e.field, v, l) == 0 })
	}
	for i := 0; i < len(e.literals); i += 2 {
		if compareTexts(e.field, v, e.literals[i]) >= 0 && compareTexts(e.field, v, e.literals[i+1]) <= 0 {
			return true
		}
	}
	return false
}

func (e relationExpr) holds(v string) bool {
	c := compareTexts(e.field, v, e.literals[0])
	switch e.operator {
	case "==":
		return c == 0
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	case "&":
		a, _ := strconv.ParseInt(v, 0, 64)
		b, _ := strconv.ParseInt(e.literals[0], 0, 64)
		return a&b != 0
	}
	whole, part := []byte(v), []byte(e.literals[0])
	if e.field.Type == Bytes {
		whole, _ = hex.DecodeString(v)
		if e.operator == "contains" {
			part, _ = hex.DecodeString(e.literals[0])
		}
	}
	if e.operator == "matches" {
		whole, part = bytes.ToLower(whole), bytes.ToLower(part)
	}
	return bytes.Contains(whole, part)
}

// compareTexts compares two values as columns show them.
func compareTexts(f *Field, a, b string) int {
	switch f.Type {
	case Integer:
		x, _ := strconv.ParseInt(a, 0, 64)
		y, _ := strconv.ParseInt(b, 0, 64)
		return cmp.Compare(x, y)
	case Address:
		return netip.MustParseAddr(a).Compare(netip.MustParseAddr(b))
	case Duration, Time:
		return cmp.Compare(nanoseconds(a), nanoseconds(b))
	case Enum:
		return cmp.Compare(wordIndex(f, a), wordIndex(f, b))
	}
	return strings.Compare(a, b)
}

func nanoseconds(text string) int64 {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UnixNano()
	}
	d, err := time.ParseDuration(text + "s")
	if err != nil {
		panic(err)
	}
	return int64(d)
}

func wordIndex(f *Field, word string) int {
	return slices.IndexFunc(f.Names, func(n Name) bool { return n.Name == word })
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// A generator makes expressions about subjects, with values that some of them
// have.
type generator struct {
	*rand.Rand
	subjects []*Subject
}

func (g *generator) expr(depth int) expr {
	switch n := g.IntN(6); {
	case depth == 0 || n < 2:
		return g.relation()
	case n == 2:
		return notExpr{g.expr(depth - 1)}
	default:
		return junction{n%2 == 1, g.expr(depth - 1), g.expr(depth - 1)}
	}
}

func (g *generator) relation() expr {
	f := pick(g.Rand, table...)
	operators := []string{"", "==", "!="}
	switch f.Type {
	case Mark:
		return relationExpr{field: f}
	case Boolean:
		operators = append(operators, "in", "not in")
	case String, Bytes:
		operators = append(operators, "<", "<=", ">", ">=", "in", "not in", "contains", "matches")
	case Integer:
		operators = append(operators, "<", "<=", ">", ">=", "in", "not in", "&")
	default:
		operators = append(operators, "<", "<=", ">", ">=", "in", "not in")
	}
	e := relationExpr{field: f, operator: pick(g.Rand, operators...)}
	for range 1 + g.IntN(3) {
		e.literals = append(e.literals, g.literal(f))
	}
	e.ranges = len(e.literals) == 2 && f.Type != Boolean && strings.HasSuffix(e.operator, "in")
	if e.ranges {
		slices.SortFunc(e.literals, func(a, b string) int { return compareTexts(f, a, b) })
	}
	if e.operator == "matches" { // an expression is UTF-8, and text where the values are octets
		e.literals[0] = strings.ToValidUTF8(e.literals[0], "")
		if f.Type == Bytes {
			e.literals[0] = "\x01"
		}
	}
	return e
}

// literal is a value of a subject, or another.
func (g *generator) literal(f *Field) string {
	if values, _ := f.Text(pick(g.Rand, g.subjects...)); len(values) > 0 {
		return pick(g.Rand, values...)
	}
	switch f.Type {
	case Boolean:
		return pick(g.Rand, "true", "false")
	case String:
		return pick(g.Rand, "", "a", "GET", "\"\\\x00\xff")
	case Bytes:
		return pick(g.Rand, "00", "0102", "ffff")
	case Address:
		if f.ip == 6 {
			return pick(g.Rand, "::", "2001:db8::1")
		}
		return pick(g.Rand, "0.0.0.0", "192.0.2.7", "255.1.2.3")
	case Duration, Time:
		return fmt.Sprintf("%d.%09d", g.IntN(3), g.IntN(4)*250_000_000)
	case Enum:
		return pick(g.Rand, f.Names...).Name
	}
	return strconv.Itoa(g.IntN(12) - 1)
}

func TestFilterMeansWhatTheModelSays(t *testing.T) {
	subjects := []*Subject{
		ofFrameOver(headersFrame()), ofStreamOver(), ofConnOver(),
		ofFrameOver(frame(h2decode.TypePing, 0, 0, &h2decode.PingFrame{Opaque: [8]byte{1, 2, 3}})),
		ofFrameOver(frame(h2decode.TypeGoAway, 0, 0, &h2decode.GoAwayFrame{LastStream: 3, DebugData: []byte("bye")})),
		ofFrameOver(frame(h2decode.TypeData, h2decode.FlagEndStream, 5, &h2decode.DataFrame{Length: 8})),
		{Frame: headersFrame()}, {Stream: testStream(), Conn: testConn()}, {Stream: testStream(), StreamOver: true},
		{Finding: &h2decode.Finding{Rule: "FC-01", Stream: 5, Severity: h2decode.SeverityError, Message: "too much"}},
	}
	subjects[1].Found = []Found{{"HD-01", h2decode.SeverityInfo}}
	r := rand.New(rand.NewPCG(6, 9113))
	g := &generator{r, subjects}
	for range 20_000 {
		e := g.expr(r.IntN(4))
		text := e.text(r)
		f, err := Compile(text)
		if err != nil {
			t.Fatal(err.(*Error).Show(text))
		}
		for _, s := range subjects {
			if got, want := f.Match(s), e.verdict(s); got != want {
				t.Fatalf("%s\non a %s: %s, the model says %s", text, s.Level(), got, want)
			}
		}
	}
}
