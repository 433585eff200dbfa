// Package label says what an exchange is called where it is shown among others:
// by its method, authority, path and status, and by nothing else of its fields; and
// what a finding says, where it is shown to others. Credentials are taken out of
// both as a policy of package redact says.
package label
