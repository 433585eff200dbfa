//go:build !linux

package capture

// permissionHint says what gives the right to listen.
func permissionHint() string { return "capturing needs the rights of an administrator" }

func downHint(string) string { return "" }
