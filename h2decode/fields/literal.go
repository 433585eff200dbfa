package fields

import (
	"encoding/hex"
	"errors"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operand reads a literal as the type of the field asks for.
func (f *Field) operand(t *token) (*operand, error) {
	if t.kind != wordToken && t.kind != textToken {
		return nil, errorAt(t.offset, "%s takes %s, not %s", f.Name, f.Type.literal(), t)
	}
	switch f.Type {
	case String:
		return textOperand(t.text), nil
	case Bytes:
		return f.bytesOperand(t)
	case Address:
		return f.addressOperand(t)
	}
	n, err := f.numberOperand(t)
	if err != nil {
		return nil, err
	}
	return &operand{number: n}, nil
}

// literal is what may stand beside a field of the type, for messages.
func (t Type) literal() string {
	return [...]string{
		Integer: "a number", Boolean: "true or false", Mark: "true or false", String: "text", Bytes: "octets as 01:02:03 or text",
		Address: "an IP address or a prefix", Time: "a date or the seconds since 1970", Duration: "seconds, or a number with its unit",
		Enum: "one of its words",
	}[t]
}

// mismatch is the error of a literal that does not suit the field.
func (f *Field) mismatch(t *token) error {
	return errorAt(t.offset, "%s takes %s, not %s", f.Name, f.Type.literal(), t)
}

func (f *Field) numberOperand(t *token) (int64, error) {
	var n int64
	var ok bool
	switch f.Type {
	case Boolean, Mark:
		n, ok = parseBool(t.text)
	case Time:
		n, ok = parseTime(t)
	case Duration:
		n, ok = parseDuration(t.text)
	case Enum:
		return f.named(t)
	default:
		return f.integer(t)
	}
	if !ok {
		return 0, f.mismatch(t)
	}
	return n, nil
}

// integer reads a number or, where the field has names for them, a name.
func (f *Field) integer(t *token) (int64, error) {
	if t.kind == wordToken {
		n, err := strconv.ParseInt(t.text, 0, 64)
		if err == nil {
			return n, nil
		}
		if errors.Is(err, strconv.ErrRange) {
			return 0, errorAt(t.offset, "%s is too great a number", t.text)
		}
	}
	if len(f.Names) > 0 {
		return f.named(t)
	}
	return 0, f.mismatch(t)
}

// named reads a name of the field's, in upper or lower case.
func (f *Field) named(t *token) (int64, error) {
	for _, name := range f.Names {
		if strings.EqualFold(name.Name, t.text) {
			return name.Number, nil
		}
	}
	err := errorAt(t.offset, "%s knows no %s", f.Name, t)
	err.Suggestion = nearestWord(t.text, func(yield func(string) bool) {
		for _, name := range f.Names {
			if !yield(name.Name) {
				return
			}
		}
	})
	if err.Suggestion == "" && len(f.Names) <= 8 {
		err.Message += ": it is one of " + f.words()
	}
	return 0, err
}

// words lists the field's names.
func (f *Field) words() string {
	var names []string
	for _, name := range f.Names {
		names = append(names, name.Name)
	}
	return strings.Join(names, ", ")
}

func parseBool(s string) (int64, bool) {
	switch strings.ToLower(s) {
	case "true", "1":
		return 1, true
	case "false", "0":
		return 0, true
	}
	return 0, false
}

// layouts are the forms of dates; without a zone they are UTC.
var layouts = [...]string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02"}

func parseTime(t *token) (int64, bool) {
	if ns, ok := parseSeconds(t.text); ok {
		return ns, true
	}
	for _, layout := range layouts {
		d, err := time.Parse(layout, t.text)
		if err == nil && 1678 <= d.Year() && d.Year() <= 2261 { // what nanoseconds in 64 bits reach
			return d.UnixNano(), true
		}
	}
	return 0, false
}

func parseDuration(s string) (int64, bool) {
	if ns, ok := parseSeconds(s); ok {
		return ns, true
	}
	d, err := time.ParseDuration(s)
	return int64(d), err == nil
}

// parseSeconds reads seconds with up to nine decimals as nanoseconds, exactly.
func parseSeconds(s string) (ns int64, ok bool) {
	digits, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(fraction) > 9 || !isDecimal(whole) || fraction != "" && !isDecimal(fraction) {
		return 0, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > math.MaxInt64/int64(time.Second)-1 {
		return 0, false
	}
	part, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	ns = n*int64(time.Second) + part
	if negative {
		ns = -ns
	}
	return ns, true
}

func isDecimal(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// bytesOperand reads hexadecimal digits, pairs of which may be parted by colons,
// dots or hyphens; in quotes it is the octets of the text.
func (f *Field) bytesOperand(t *token) (*operand, error) {
	if t.kind == textToken {
		return textOperand(t.text), nil
	}
	digits := t.text
	for _, separator := range [...]string{":", ".", "-"} {
		if parts := strings.Split(t.text, separator); len(parts) > 1 {
			if slices.ContainsFunc(parts, func(p string) bool { return len(p) != 2 }) {
				return nil, f.mismatch(t)
			}
			digits = strings.Join(parts, "")
		}
	}
	p, err := hex.DecodeString(digits)
	if err != nil {
		return nil, f.mismatch(t)
	}
	return textOperand(string(p)), nil
}

func (f *Field) addressOperand(t *token) (*operand, error) {
	var o operand
	if prefix, err := netip.ParsePrefix(t.text); err == nil {
		o = operand{class: byPrefix, prefix: prefix.Masked(), address: prefix.Addr()}
	} else if a, err := netip.ParseAddr(t.text); err == nil {
		o = operand{class: byAddress, address: a.Unmap()}
	} else {
		return nil, f.mismatch(t)
	}
	if is6 := o.address.Is6(); f.ip == 4 && is6 || f.ip == 6 && !is6 {
		err := errorAt(t.offset, "%s has IPv%d addresses only", f.Name, f.ip)
		err.Suggestion = otherVersion[f.Name]
		return nil, err
	}
	return &o, nil
}

// otherVersion has for each field of one version of IP that of the other.
var otherVersion = map[string]string{
	"ip.addr": "ipv6.addr", "ip.src": "ipv6.src", "ip.dst": "ipv6.dst",
	"ipv6.addr": "ip.addr", "ipv6.src": "ip.src", "ipv6.dst": "ip.dst",
}
