package capture

import (
	"errors"
	"io/fs"
	"syscall"
)

// ErrLiveUnsupported is that this program can't listen on this system.
var ErrLiveUnsupported = errors.New("live capture is not supported on this system")

// A LiveError is why an interface could not be listened on. It wraps
// fs.ErrPermission where the right is missing, syscall.ENODEV where there is
// no such interface, syscall.ENETDOWN where it is down, ErrLiveUnsupported, or
// what the system said.
type LiveError struct {
	Interface string
	Err       error
}

func (e *LiveError) Error() string { return "listen on " + e.Interface + ": " + e.reason() }

// Unwrap is for errors.Is and errors.As.
func (e *LiveError) Unwrap() error { return e.Err }

func (e *LiveError) reason() string {
	switch {
	case errors.Is(e.Err, fs.ErrPermission):
		return "not permitted"
	case errors.Is(e.Err, syscall.ENODEV):
		return "no such interface"
	case errors.Is(e.Err, syscall.ENETDOWN):
		return "the interface is down"
	}
	return e.Err.Error()
}

// Hint is a sentence on what could be done about it, "" where there is
// nothing to say.
func (e *LiveError) Hint() string {
	switch {
	case errors.Is(e.Err, fs.ErrPermission):
		return permissionHint()
	case errors.Is(e.Err, syscall.ENODEV):
		return "h2scope interfaces lists those that there are"
	case errors.Is(e.Err, syscall.ENETDOWN):
		return downHint(e.Interface)
	case errors.Is(e.Err, syscall.ENOMEM):
		return "a smaller ring may fit"
	}
	return ""
}
