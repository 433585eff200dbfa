package capture

import (
	"net"
	"net/netip"
)

// A Device is an interface that can be listened on.
type Device struct {
	Name        string
	Description string // "" where the system has none
	Addresses   []netip.Prefix

	// LinkType is what its packets begin with, if LinkKnown: not every
	// system tells before it is listened on.
	LinkType  LinkType
	LinkKnown bool

	Up       bool // it is in use
	Running  bool // it has a carrier
	Loopback bool
}

// Devices are the interfaces that there are, in the order of the system; where
// AnyInterface is one, it is the first. It needs no right to capture.
func Devices() ([]Device, error) { return listDevices() }

// netDevices are those that package net finds, without their link types.
func netDevices() ([]Device, error) {
	found, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	devices := make([]Device, 0, len(found))
	for _, i := range found {
		d := Device{
			Name:     i.Name,
			Up:       i.Flags&net.FlagUp != 0,
			Running:  i.Flags&net.FlagRunning != 0,
			Loopback: i.Flags&net.FlagLoopback != 0,
		}
		addresses, err := i.Addrs()
		if err != nil {
			return nil, err
		}
		for _, a := range addresses {
			if p, ok := prefix(a); ok {
				d.Addresses = append(d.Addresses, p)
			}
		}
		devices = append(devices, d)
	}
	return devices, nil
}

func prefix(a net.Addr) (netip.Prefix, bool) {
	n, ok := a.(*net.IPNet)
	if !ok {
		return netip.Prefix{}, false
	}
	address, ok := netip.AddrFromSlice(n.IP)
	bits, _ := n.Mask.Size()
	return netip.PrefixFrom(address.Unmap(), bits), ok
}
