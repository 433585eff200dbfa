package redact

import (
	"strings"
	"testing"
)

func TestFieldsThatAreCredentials(t *testing.T) {
	p := Credentials()
	for _, tc := range []struct{ name, value, want string }{
		{"authorization", "Bearer abc", Mark},
		{"Authorization", "Basic YTpi", Mark},
		{"proxy-authorization", "Basic YTpi", Mark},
		{"cookie", "a=1; b=2", Mark},
		{"set-cookie", "a=1; Path=/", Mark},
		{"x-api-key", "k", Mark},
		{"accept", "*/*", "*/*"},
		{"www-authenticate", "Basic realm=x", "Basic realm=x"},
		{":path", "/a?token=x&b=1", "/a?token=" + Mark + "&b=1"},
		{"referer", "https://u:p@h/a?b=1", "https://" + Mark + "@h/a?b=1"},
		{"location", "/cb#access_token=x&state=1", "/cb#access_token=" + Mark + "&state=1"},
		{":authority", "u:p@h:8080", Mark + "@h:8080"},
		{":authority", "h:8080", "h:8080"},
		{"user-agent", "a?token=x", "a?token=x"},
	} {
		got, changed := p.Field(tc.name, tc.value)
		if got != tc.want || changed != (tc.want != tc.value) {
			t.Errorf("%s: %q: got %q, %v", tc.name, tc.value, got, changed)
		}
	}
}

func TestURLKeepsItsSpelling(t *testing.T) {
	p := Credentials()
	for _, tc := range []struct{ url, want string }{
		{"", ""},
		{"/", "/"},
		{"/a?", "/a?"},
		{"/a?b=%41+c&&d;e==1#f", "/a?b=%41+c&&d;e==1#f"},
		{"/a?acc%65ss_token=1&ACCESS_TOKEN=2&access_token", "/a?acc%65ss_token=[redacted]&ACCESS_TOKEN=[redacted]&access_token"},
		{"/a?x=1;password=2", "/a?x=1;password=[redacted]"},
		{"/a?token=a=b?c", "/a?token=[redacted]"},
		{"https://a@b@c/d", "https://[redacted]@c/d"},
		{"//u@h/p", "//[redacted]@h/p"},
		{"/path//u@h/p", "/path//u@h/p"},
		{"/a?r=//u@h", "/a?r=//u@h"},
		{"https://h?token=1", "https://h?token=[redacted]"},
	} {
		if got, changed := p.URL(tc.url); got != tc.want || changed != (got != tc.url) {
			t.Errorf("%q: got %q, want %q (%v)", tc.url, got, tc.want, changed)
		}
	}
}

func TestPolicyWords(t *testing.T) {
	for _, tc := range []struct {
		words                 string
		cookie, custom, token bool
	}{
		{"", true, false, true},
		{"all", true, false, true},
		{"none", false, false, false},
		{"x-custom", true, true, true},
		{"none,X-Custom", false, true, false},
		{"x-custom,none", false, false, false},
	} {
		p := Parse(strings.Split(tc.words, ","))
		_, cookie := p.Field("cookie", "a=b")
		_, custom := p.Field("x-custom", "v")
		_, token := p.URL("/?token=1")
		if cookie != tc.cookie || custom != tc.custom || token != tc.token || p.Cookies("cookie") != tc.cookie {
			t.Errorf("%q: cookie %v, custom %v, token %v", tc.words, cookie, custom, token)
		}
	}
	if Parse([]string{"none"}) != nil {
		t.Error("a policy that takes out nothing is nil")
	}
}

// FuzzNothingLeaks holds that the value of a credential is gone wherever it
// stands in a query, and that a second pass changes nothing.
func FuzzNothingLeaks(f *testing.F) {
	f.Add("/a?x=1", "s3cr3t")
	f.Add("https://u:p@h/?token=1#y", "&")
	f.Fuzz(func(t *testing.T, url, _ string) {
		p := Credentials()
		once, changed := p.URL(url)
		if !changed && once != url {
			t.Errorf("%q became %q without a word", url, once)
		}
		if twice, _ := p.URL(once); twice != once {
			t.Errorf("%q: a second pass makes %q of %q", url, twice, once)
		}
		with := once + "&access_token=TOPSECRET"
		if strings.Contains(once, "?") && !strings.Contains(once, "#") {
			if got, _ := p.URL(with); strings.Contains(got, "TOPSECRET") {
				t.Errorf("%q leaks: %q", with, got)
			}
		}
	})
}
