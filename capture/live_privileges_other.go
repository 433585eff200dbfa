//go:build !linux

package capture

// DropPrivileges gives up what OpenLive needed. There is nothing of that kind
// on this system.
func DropPrivileges() error { return nil }
