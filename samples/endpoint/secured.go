package endpoint

import (
	"slices"
	"strings"
)

// Secured is the script as it is over TLS: what names the scheme of its requests
// says https (RFC 9113, Section 8.3.1). Scripts are written for cleartext, but
// for those that are Carried. Field blocks that are given in octets stay as they
// are. The script itself is not changed.
func (s Script) Secured() Script {
	s.Also = slices.DeleteFunc(slices.Clone(s.Also), func(rule string) bool { return rule == originInClear })
	s.Steps = slices.Clone(s.Steps)
	for i := range s.Steps {
		send := slices.Clone(s.Steps[i].Send)
		for j, action := range send {
			switch a := action.(type) {
			case Headers:
				if a.Block == nil {
					a.Fields = a.Fields.secured()
				}
				send[j] = a
			case PushPromise:
				a.Fields = a.Fields.secured()
				send[j] = a
			}
		}
		s.Steps[i].Send = send
	}
	return s
}

// originInClear is the rule that ORIGIN is for TLS only (RFC 8336, Section 2.2).
const originInClear = "OR-02"

// secured is the section with the scheme https, and with the references that
// only a page of the same scheme makes.
func (f Fields) secured() Fields {
	f = slices.Clone(f)
	for i := range f {
		switch line := &f[i]; line.Name {
		case ":scheme":
			if line.Value == "http" {
				line.Value = "https"
			}
		case "origin", "referer":
			if rest, ok := strings.CutPrefix(line.Value, "http://"); ok {
				line.Value = "https://" + rest
			}
		}
	}
	return f
}
