package redact

import (
	"strings"
)

// fields are the names of fields whose values are credentials.
var fields = []string{
	"authorization", "proxy-authorization", "cookie", "set-cookie",
	"authentication-info", "proxy-authentication-info",
	"x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token", "x-session-token", "x-amz-security-token",
	"x-csrf-token", "x-xsrf-token", "x-goog-api-key", "x-goog-iap-jwt-assertion", "x-vault-token", "private-token", "job-token",
	"cf-access-client-secret", "cf-access-jwt-assertion", "x-functions-key", "ocp-apim-subscription-key", "dpop",
}

// params are the names of parameters whose values are credentials.
var params = []string{
	"access_token", "refresh_token", "id_token", "token", "auth_token", "oauth_token", "csrf_token", "authenticity_token",
	"api_key", "apikey", "api-key", "key", "auth", "authorization",
	"password", "passwd", "pwd", "pass", "passphrase", "new_password", "old_password",
	"secret", "client_secret", "client_assertion", "assertion", "code", "code_verifier", "otp", "pin",
	"session", "sessionid", "session_id", "sid", "phpsessid", "jsessionid", "jwt", "samlresponse", "samlrequest",
	"sig", "signature", "x-amz-signature", "x-amz-credential", "x-amz-security-token", "x-goog-signature", "x-goog-credential",
}

// addresses are the names of fields whose values are addresses, in which
// parameters are looked for.
var addresses = map[string]bool{
	":path": true, "referer": true, "location": true, "content-location": true,
}

// A Policy says what is taken out. A nil Policy takes out nothing. It is not
// changed when it has been made, so that workers can share it.
type Policy struct {
	fields, params map[string]bool
}

// Credentials takes out all that is known to be a credential.
func Credentials() *Policy {
	return &Policy{fields: set(fields), params: set(params)}
}

// Parse reads a list as --redact has it: all is what is known to be a credential,
// none is nothing, and any other word the name of a field, or of a parameter of
// queries and forms, in addition. A name alone adds to all; "none" before it
// leaves it alone.
func Parse(words []string) *Policy {
	p := Credentials()
	for _, w := range words {
		switch w = strings.ToLower(strings.TrimSpace(w)); w {
		case "all":
			p = Credentials()
		case "none":
			p = &Policy{fields: map[string]bool{}, params: map[string]bool{}}
		case "":
		default:
			p.fields[w], p.params[w] = true, true
		}
	}
	if len(p.fields) == 0 && len(p.params) == 0 {
		return nil
	}
	return p
}

func set(names []string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// Field is the value as it may be shown, and whether that is another. A Cookie
// or Set-Cookie value goes as a whole; of an address, what its query has.
func (p *Policy) Field(name, value string) (string, bool) {
	switch name = strings.ToLower(name); {
	case p == nil:
		return value, false
	case p.fields[name]:
		return Mark, true
	case name == ":authority" || name == "host":
		return p.userInfo(value)
	case addresses[name]:
		return p.URL(value)
	}
	return value, false
}

// Cookies reports whether the values of cookies are taken out, of a Cookie or
// Set-Cookie field as name says.
func (p *Policy) Cookies(name string) bool { return p != nil && p.fields[strings.ToLower(name)] }

// Param is the value of a parameter as it may be shown, and whether that is
// another.
func (p *Policy) Param(name, value string) (string, bool) {
	if p == nil || !p.params[strings.ToLower(name)] {
		return value, false
	}
	return Mark, true
}
