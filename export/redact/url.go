package redact

import (
	"strings"

	"h2scope/h2decode/content"
)

// URL is an address, or a path with a query, as it may be shown, and whether
// that is another. Of the query and of a fragment that is one, the values of
// parameters that are credentials are taken out; of the authority, the user
// information. All else stays as it was spelt.
func (p *Policy) URL(url string) (string, bool) {
	if p == nil {
		return url, false
	}
	url, changed := p.authority(url)
	base, fragment, hasFragment := strings.Cut(url, "#")
	path, query, hasQuery := strings.Cut(base, "?")
	if hasQuery {
		q, c := p.Form(query)
		path, changed = path+"?"+q, changed || c
	}
	if hasFragment {
		f, c := p.Form(fragment)
		path, changed = path+"#"+f, changed || c
	}
	return path, changed
}

// authority takes the user information out of an address that has an authority.
func (p *Policy) authority(url string) (string, bool) {
	scheme, rest, ok := strings.Cut(url, "//")
	if !ok || strings.ContainsAny(scheme, "/?#") {
		return url, false
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	a, changed := p.userInfo(rest[:end])
	return scheme + "//" + a + rest[end:], changed
}

func (p *Policy) userInfo(authority string) (string, bool) {
	i := strings.LastIndexByte(authority, '@')
	if i < 0 {
		return authority, false
	}
	return Mark + authority[i:], true
}

// Form is what application/x-www-form-urlencoded holds, or a query, as it may
// be shown, and whether that is another.
func (p *Policy) Form(form string) (string, bool) {
	if p == nil || form == "" {
		return form, false
	}
	changed := false
	var out strings.Builder
	for len(form) > 0 {
		end := strings.IndexAny(form, "&;")
		if end < 0 {
			end = len(form)
		}
		name, v, hasValue := strings.Cut(form[:end], "=")
		out.WriteString(name)
		if hasValue {
			shown, c := p.Param(content.PercentDecode(strings.ReplaceAll(name, "+", " ")), v)
			changed = changed || c
			out.WriteByte('=')
			out.WriteString(shown)
		}
		if end < len(form) {
			out.WriteByte(form[end])
			end++
		}
		form = form[end:]
	}
	return out.String(), changed
}
