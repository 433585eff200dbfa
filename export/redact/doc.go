// Package redact takes credentials out of what is exported: in one place, for
// all formats.
//
// A [Policy] says which values are credentials, by the names that they stand
// under: fields such as Authorization and Cookie, parameters of queries and forms
// such as access_token, and the user information of addresses. Each is replaced
// by [Mark]; what was replaced is told, so that a format can say so.
//
// Names are all that is gone by. A token in a path, or in content other than
// forms, is not found.
package redact

// Mark stands in place of what was taken out.
const Mark = "[redacted]"
