package capture

import (
	"errors"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// DropPrivileges gives up what OpenLive needed, on every thread: the program
// parses what anyone on the network may send, and what could go wrong with that
// is then no more than what the user may do anyway. Captures that are open go
// on; no other can be opened after it.
//
// All capabilities go but the right to open any file, where root had it: the
// next file of a recording, or a user's key log, could not be opened otherwise.
// Where the right to capture came by setcap, nothing is left.
//
// It returns ErrKeepsPrivileges where it can't reach every thread. On systems
// other than Linux there is nothing to give up.
func DropPrivileges() error {
	header := &unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	data := new([2]unix.CapUserData)
	if err := unix.Capget(header, &data[0]); err != nil {
		return os.NewSyscallError("capget", err)
	}
	const files = 1<<unix.CAP_DAC_OVERRIDE | 1<<unix.CAP_DAC_READ_SEARCH
	data[0] = unix.CapUserData{Effective: data[0].Effective & files, Permitted: data[0].Permitted & files}
	data[1] = unix.CapUserData{}
	_, _, errno := syscall.AllThreadsSyscall(unix.SYS_CAPSET,
		uintptr(unsafe.Pointer(header)), uintptr(unsafe.Pointer(data)), 0)
	switch {
	case errno == 0:
		return nil
	case errors.Is(errno, errors.ErrUnsupported):
		return ErrKeepsPrivileges
	}
	return os.NewSyscallError("capset", errno)
}
