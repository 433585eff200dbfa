package selftest

import (
	"context"
	"crypto/tls"
	"strings"

	"h2scope/samples/endpoint"
)

// A Check is one thing that the self-test tries. Its name is its script, or what
// else is played, and how it is carried: "page/cleartext".
type Check struct {
	Name, Title string

	play    func(context.Context, *round) error
	tls     *endpoint.Protection // nil: cleartext
	key     endpoint.KeyKind
	written bool // as packets: nothing passes a socket
}

// Checks are all checks, in the order in which they are run: the scripts in
// cleartext and over TLS 1.3, one of them with each suite of TLS 1.2, the site,
// random walks of windows, and a script for each rule that can be broken and each
// attack.
func Checks() []Check {
	var checks []Check
	for _, s := range endpoint.Scripts() {
		checks = append(checks, Check{Name: s.Name + "/cleartext", Title: s.Title, play: script(s)})
	}
	for _, s := range endpoint.Scripts() {
		if !s.Upgrade {
			checks = append(checks, Check{Name: s.Name + "/tls1.3", Title: s.Title, play: script(s.Secured()), tls: &endpoint.Protection{Version: tls.VersionTLS13}})
		}
	}
	checks = append(checks, suiteChecks()...)
	checks = append(checks,
		Check{Name: "site/cleartext", Title: siteTitle, play: site},
		Check{Name: "site/tls1.2", Title: siteTitle, play: site, tls: &endpoint.Protection{Version: tls.VersionTLS12}},
		Check{Name: "site/tls1.3", Title: siteTitle, play: site, tls: &endpoint.Protection{Version: tls.VersionTLS13}},
	)
	for _, s := range endpoint.WindowScripts() {
		checks = append(checks, Check{Name: s.Name + "/packets", Title: s.Title, play: writeScript(s), written: true})
	}
	for _, s := range endpoint.RuleScripts() {
		checks = append(checks, breach(s))
	}
	for _, s := range endpoint.AttackScripts() {
		checks = append(checks, breach(s))
	}
	return checks
}

// breach is a script that breaks a rule. It is written as packets, on a clock of
// its own, so that it may take minutes in no time; but played where only TLS of
// a certain kind makes it what it is.
func breach(s endpoint.Script) Check {
	c := Check{Name: s.Name + "/packets", Title: s.Title, play: writeScript(s), written: true}
	if p := s.Carried; p != nil {
		c.Name, c.play, c.written = s.Name+"/"+tlsName(p), script(s), false
		c.tls, c.key = p, p.Key()
	}
	return c
}

func tlsName(p *endpoint.Protection) string {
	if p.Version == tls.VersionTLS12 {
		return "tls1.2"
	}
	return "tls1.3"
}

const siteTitle = "net/http's client on net/http's server"

// suiteChecks play one script with each suite of TLS 1.2 that package tls offers.
// Those of TLS 1.3 it chooses itself.
func suiteChecks() []Check {
	const name = "page"
	s, _ := endpoint.Find(name)
	var checks []Check
	for _, suite := range tls.CipherSuites() {
		if suite.SupportedVersions[0] > tls.VersionTLS12 {
			continue
		}
		p := &endpoint.Protection{Version: tls.VersionTLS12, Suite: suite.ID}
		s := s.Secured()
		if strings.Contains(suite.Name, "_CBC_") {
			s.Also = []string{"TL-05"} // RFC 9113, Section 9.2.2: prohibited
		}
		checks = append(checks, Check{
			Name: name + "/tls1.2/" + strings.TrimPrefix(suite.Name, "TLS_"), Title: s.Title, play: script(s), tls: p, key: p.Key(),
		})
	}
	return checks
}
