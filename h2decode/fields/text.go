package fields

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// A form is how values are written where their type leaves a choice.
type form uint8

const (
	plain       form = iota
	hexadecimal      // of an Integer
	epoch            // of a Time: seconds since 1970
)

// text writes a value.
func (f *Field) text(v value) string {
	switch f.Type {
	case Boolean, Mark:
		return strconv.FormatBool(v.number != 0)
	case String:
		return v.word + string(v.octets)
	case Bytes:
		return hex.EncodeToString(v.octets)
	case Address:
		return v.address.String()
	case Time:
		if f.form == epoch {
			return seconds(v.number)
		}
		return time.Unix(0, v.number).UTC().Format("2006-01-02T15:04:05.000000000Z")
	case Duration:
		return seconds(v.number)
	case Enum:
		return f.nameOf(v.number)
	}
	if f.form == hexadecimal {
		return fmt.Sprintf("0x%02x", v.number)
	}
	return strconv.FormatInt(v.number, 10)
}

// nameOf is the name of a number, in hexadecimal where it has none.
func (f *Field) nameOf(n int64) string {
	for _, name := range f.Names {
		if name.Number == n {
			return name.Name
		}
	}
	return fmt.Sprintf("0x%x", n)
}

// seconds writes nanoseconds as Wireshark writes times: with nine decimals.
func seconds(ns int64) string {
	sign, n := "", uint64(ns)
	if ns < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%09d", sign, n/1e9, n%1e9)
}
