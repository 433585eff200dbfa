package capture

import "errors"

// ErrKeepsPrivileges is that DropPrivileges could not: the program is linked
// with cgo, which keeps threads that the Go runtime does not know.
var ErrKeepsPrivileges = errors.New("capabilities are kept: this program was built with cgo")
