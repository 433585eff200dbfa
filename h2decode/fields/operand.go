package fields

import (
	"cmp"
	"net/netip"
)

// An operand is the literal that the values of a field are compared with.
type operand struct {
	class   class
	number  int64
	text    pattern
	address netip.Addr
	prefix  netip.Prefix
}

// A class is how values are compared.
type class uint8

const (
	byNumber class = iota
	byText
	byAddress
	byPrefix
)

func (o *operand) equal(v value) bool {
	switch o.class {
	case byText:
		return v.equalText(&o.text)
	case byAddress:
		return v.address == o.address
	case byPrefix:
		return o.prefix.Contains(v.address)
	}
	return v.number == o.number
}

func (o *operand) compare(v value) int {
	switch o.class {
	case byText:
		return v.compareText(&o.text)
	case byAddress:
		return v.address.Compare(o.address)
	}
	return cmp.Compare(v.number, o.number)
}

// after reports whether o is behind other, of the same field.
func (o *operand) after(other *operand) bool {
	v := value{number: o.number, octets: o.text.octets, word: o.text.word, address: o.address}
	return other.compare(v) > 0
}

func textOperand(s string) *operand {
	return &operand{class: byText, text: pattern{octets: []byte(s), word: s}}
}
