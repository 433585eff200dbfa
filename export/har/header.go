package har

import (
	"unicode/utf8"

	"h2scope/export/exchange"
	"h2scope/export/redact"
	"h2scope/h2decode/content"
	"h2scope/hpack"
)

// notUTF8 says how a value was put that JSON can't hold.
const notUTF8 = "not UTF-8: each octet is shown as the character of that number"

// utf8Of is a value as JSON can hold it: ISO 8859-1, from which the octets can
// be had back, where it is not UTF-8.
func utf8Of(value string) (s, comment string) {
	if utf8.ValidString(value) {
		return value, ""
	}
	runes := make([]rune, len(value))
	for i := range len(value) {
		runes[i] = rune(value[i])
	}
	return string(runes), notUTF8
}

// headers are the fields of a section. Those whose name or value the capture
// does not tell are counted, not invented.
func headers(fields []hpack.Field, policy *redact.Policy) (list []header, unknown int) {
	list = make([]header, 0, len(fields))
	for i := range fields {
		f := &fields[i]
		if f.NameTrust == hpack.Unknown || f.ValueTrust == hpack.Unknown {
			unknown++
			continue
		}
		var h header
		h.Name, h.Comment = utf8Of(string(f.Name))
		h.Value, h.Redacted = policy.Field(string(f.Name), string(f.Value))
		if h.Comment == "" {
			h.Value, h.Comment = utf8Of(h.Value)
		} else {
			h.Value, _ = utf8Of(h.Value)
		}
		if t := f.Trust(); t != hpack.Exact {
			h.Trust = t.String()
		}
		list = append(list, h)
	}
	return list, unknown
}

// requestCookies are those that Cookie fields list.
func requestCookies(fields []hpack.Field, policy *redact.Policy) []cookie {
	list := []cookie{}
	hidden := policy.Cookies("cookie")
	for _, line := range exchange.Values(fields, "cookie") {
		for _, c := range content.ParseCookies(line) {
			list = append(list, newCookie(&c, hidden))
		}
	}
	return list
}

// responseCookies are those that Set-Cookie fields set.
func responseCookies(fields []hpack.Field, policy *redact.Policy) []cookie {
	list := []cookie{}
	hidden := policy.Cookies("set-cookie")
	for _, line := range exchange.Values(fields, "set-cookie") {
		c := content.ParseSetCookie(line)
		h := newCookie(&c, hidden)
		h.Path, _ = utf8Of(c.Path)
		h.Domain, _ = utf8Of(c.Domain)
		if !c.Expires.IsZero() {
			h.Expires = content.ISO(c.Expires)
		}
		h.HTTPOnly, h.Secure = &c.HTTPOnly, &c.Secure
		h.SameSite, _ = utf8Of(c.SameSite)
		list = append(list, h)
	}
	return list
}

func newCookie(c *content.Cookie, hidden bool) (h cookie) {
	h.Name, _ = utf8Of(c.Name)
	h.Value, _ = utf8Of(c.Value)
	if hidden {
		h.Value, h.Redacted = redact.Mark, true
	}
	return h
}

// params are those of a query or of a form.
func params(all []content.Param, policy *redact.Policy) []param {
	list := make([]param, 0, len(all))
	for _, p := range all {
		var h param
		h.Name, h.Comment = utf8Of(p.Name)
		if !p.IsFile {
			shown, redacted := policy.Param(p.Name, p.Value)
			h.Redacted = redacted
			value, comment := utf8Of(shown)
			h.Value = value
			if h.Comment == "" {
				h.Comment = comment
			}
		}
		h.FileName, _ = utf8Of(p.FileName)
		h.ContentType, _ = utf8Of(p.ContentType)
		list = append(list, h)
	}
	return list
}
