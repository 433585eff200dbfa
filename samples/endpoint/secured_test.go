package endpoint

import (
	"slices"
	"testing"
)

// schemes are the values of :scheme that a script has, once each.
func schemes(s Script) []string {
	var all []string
	for _, f := range s.Transcribe().Frames {
		for _, line := range f.Fields {
			if line.Name == ":scheme" && !slices.Contains(all, line.Value) {
				all = append(all, line.Value)
			}
		}
	}
	return all
}

// inOctets reports whether a script gives field blocks in octets.
func inOctets(s Script) bool {
	for _, step := range s.Steps {
		for _, action := range step.Send {
			switch a := action.(type) {
			case Headers:
				if a.Block != nil {
					return true
				}
			case Raw:
				if a.Fields != nil {
					return true
				}
			}
		}
	}
	return false
}

// RFC 9113, Section 8.3.1: the scheme is that of the request's target, so it
// follows from how the connection is carried. Two scripts have https in clear:
// the examples of RFC 7541 as they are printed, and that of the rule about it.
func TestSchemeFollowsFromHowItIsCarried(t *testing.T) {
	printed := map[string]bool{"rfc7541-c4-c6": true, "rule-hd-31": true}
	for _, s := range append(Scripts(), append(RuleScripts(), AttackScripts()...)...) {
		want := "http"
		if s.Carried != nil {
			want = "https"
		}
		if printed[s.Name] {
			continue
		}
		for _, got := range schemes(s) {
			if got != want {
				t.Errorf("%s has the scheme %s", s.Name, got)
			}
		}
		for _, got := range schemes(s.Secured()) {
			if got != "https" && !inOctets(s) {
				t.Errorf("%s over TLS has the scheme %s", s.Name, got)
			}
		}
		if s.Carried == nil && slices.Contains(schemes(s), "https") {
			t.Errorf("Secured has changed %s itself", s.Name)
		}
	}
}

// A request of one scheme refers to pages of the same.
func TestSecuredReferences(t *testing.T) {
	f := fields(":scheme", "http", "referer", "http://www.example.com/", "origin", "http://www.example.com", "x-link", "http://www.example.com/")
	want := fields(":scheme", "https", "referer", "https://www.example.com/", "origin", "https://www.example.com", "x-link", "http://www.example.com/")
	if got := f.secured(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	if f[0].Value != "http" {
		t.Error("the section itself is changed")
	}
}
