package content

import (
	"strconv"
	"strings"
	"time"
)

// MaxCookies is how many cookies of one field line are told apart.
const MaxCookies = 1000

// A Cookie is one cookie as a Cookie field lists it, or as a Set-Cookie field
// sets it.
type Cookie struct {
	Name, Value string

	// The attributes of Set-Cookie (RFC 6265, Section 5.2), as they stand.
	Path, Domain string
	// Expires is zero where there is no such attribute, or none that can be read.
	Expires time.Time
	// MaxAge is in seconds; HasMaxAge tells 0 from none.
	MaxAge    int64
	HasMaxAge bool
	HTTPOnly  bool
	Secure    bool
	// SameSite is "Strict", "Lax", "None", or as it stands.
	SameSite string
	// Others are the attributes that are none of these, such as Partitioned, as
	// they stand.
	Others []string
}

// ParseCookies reads the value of a Cookie field. HTTP/2 may cut the field in
// lines (RFC 9113, Section 8.2.3): each can be read alone.
func ParseCookies(value string) []Cookie {
	var cookies []Cookie
	for pair := range strings.SplitSeq(value, ";") {
		pair = strings.Trim(pair, " \t")
		if pair == "" {
			continue
		}
		if len(cookies) == MaxCookies {
			break
		}
		cookies = append(cookies, cookiePair(pair))
	}
	return cookies
}

// cookiePair cuts name=value. Without an equals sign it is all value, as in the
// later drafts of RFC 6265bis and in browsers.
func cookiePair(pair string) Cookie {
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		name, value = "", pair
	}
	return Cookie{Name: strings.Trim(name, " \t"), Value: strings.Trim(value, " \t")}
}

// ParseSetCookie reads the value of a Set-Cookie field, as RFC 6265, Section 5.2
// does: of an attribute that stands twice, the last counts.
func ParseSetCookie(value string) Cookie {
	pair, attributes, _ := strings.Cut(value, ";")
	c := cookiePair(strings.Trim(pair, " \t"))
	for attribute := range strings.SplitSeq(attributes, ";") {
		if attribute = strings.Trim(attribute, " \t"); attribute != "" {
			c.set(attribute)
		}
	}
	return c
}

func (c *Cookie) set(attribute string) {
	name, value, _ := strings.Cut(attribute, "=")
	value = strings.Trim(value, " \t")
	switch strings.ToLower(strings.Trim(name, " \t")) {
	case "path":
		c.Path = value
	case "domain":
		c.Domain = value
	case "expires":
		if t, ok := parseCookieDate(value); ok {
			c.Expires = t
		}
	case "max-age":
		if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
			c.MaxAge, c.HasMaxAge = seconds, true
		}
	case "httponly":
		c.HTTPOnly = true
	case "secure":
		c.Secure = true
	case "samesite":
		c.SameSite = sameSite(value)
	default:
		if len(c.Others) < maxOtherAttributes {
			c.Others = append(c.Others, attribute)
		}
	}
}

// maxOtherAttributes is how many unknown attributes of a cookie are kept.
const maxOtherAttributes = 20

func sameSite(value string) string {
	for _, known := range [...]string{"Strict", "Lax", "None"} {
		if strings.EqualFold(value, known) {
			return known
		}
	}
	return value
}

// Ends is when the cookie that came at a time ends, or false where it lasts as
// long as the session. Max-Age goes before Expires: RFC 6265, Section 5.3.
func (c *Cookie) Ends(received time.Time) (time.Time, bool) {
	if !c.HasMaxAge {
		return c.Expires, !c.Expires.IsZero()
	}
	if c.MaxAge <= 0 {
		return time.Unix(0, 0).UTC(), true
	}
	return received.UTC().Add(time.Duration(min(c.MaxAge, maxCookieAge)) * time.Second), true
}

// maxCookieAge keeps a date in the four digits that ISO 8601 has for its year.
const maxCookieAge = 100 * 365 * 24 * 3600

// ISO is a time as HAR has it: ISO 8601, in UTC, with milliseconds.
func ISO(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
