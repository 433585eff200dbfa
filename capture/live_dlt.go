//go:build darwin || freebsd || windows || libpcap

package capture

// linkOfDLT is the link type of what a system calls a DLT: the same number,
// but for raw IP, whose number differs from system to system.
func linkOfDLT(dlt int) LinkType {
	switch t := LinkType(dlt); t {
	case LinkTypeRawDLT, LinkTypeRawOpenBSD:
		return LinkTypeRaw
	default:
		return t
	}
}
