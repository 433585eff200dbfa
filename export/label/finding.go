package label

import (
	"strconv"
	"strings"

	"h2scope/export/redact"
	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// Finding is the message of a finding, safe to print. Where its evidence is an
// address that the policy does not show as it is, the message does not either.
func Finding(f *h2decode.Finding, policy *redact.Policy) string {
	message := f.Message
	for _, e := range f.Evidence {
		field, is := addresses[e.Name]
		if !is {
			continue
		}
		if shown, changed := policy.Field(field, e.Text); changed {
			message = strings.NewReplacer(e.Text, shown, strconv.Quote(e.Text), strconv.Quote(shown)).Replace(message)
		}
	}
	return printable.String(message)
}

// addresses are the fields that evidence is of, by the names that it has.
var addresses = map[string]string{"authority": ":authority", "host": "host", "path": ":path", "origin": "location"}
