package capture

import (
	"golang.org/x/sys/unix"
)

// A device is what has to be known of an interface to listen on it.
type device struct {
	index    int // 0: all interfaces
	link     LinkType
	loopback bool
}

// lookUp asks the kernel. It returns ENODEV where there is no such interface,
// and ENETDOWN where it is down.
func lookUp(name string) (device, error) {
	if name == AnyInterface {
		return device{link: LinkTypeLinuxSLL2}, nil
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return device{}, unix.ENODEV // no interface has such a name
	}
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return device{}, err
	}
	defer unix.Close(socket)
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFHWADDR, request); err != nil {
		return device{}, err
	}
	d := device{link: linkOfHardware(request.Uint16())}
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFINDEX, request); err != nil {
		return device{}, err
	}
	d.index = int(request.Uint32())
	if err := unix.IoctlIfreq(socket, unix.SIOCGIFFLAGS, request); err != nil {
		return device{}, err
	}
	flags := request.Uint16()
	d.loopback = flags&unix.IFF_LOOPBACK != 0
	if flags&unix.IFF_UP == 0 {
		return d, unix.ENETDOWN
	}
	return d, nil
}

// linkOfHardware is what packets of an ARPHRD_ type begin with. Where Linux
// gives no header that is worth having, it is asked for packets without, and
// a LINKTYPE_LINUX_SLL2 header is put before them, as tcpdump does.
func linkOfHardware(hardware uint16) LinkType {
	switch hardware {
	case unix.ARPHRD_ETHER, unix.ARPHRD_LOOPBACK:
		return LinkTypeEthernet
	case unix.ARPHRD_NONE, unix.ARPHRD_RAWIP, unix.ARPHRD_TUNNEL, unix.ARPHRD_TUNNEL6, unix.ARPHRD_SIT:
		return LinkTypeRaw
	case unix.ARPHRD_IEEE80211:
		return LinkTypeIEEE80211
	case unix.ARPHRD_IEEE80211_PRISM:
		return LinkTypePrism
	case unix.ARPHRD_IEEE80211_RADIOTAP:
		return LinkTypeRadiotap
	}
	return LinkTypeLinuxSLL2
}

func listDevices() ([]Device, error) {
	devices, err := netDevices()
	if err != nil {
		return nil, err
	}
	for i := range devices {
		found, err := lookUp(devices[i].Name)
		devices[i].LinkType = found.link
		devices[i].LinkKnown = err == nil || err == unix.ENETDOWN
	}
	all := Device{
		Name: AnyInterface, Description: "all interfaces together",
		LinkType: LinkTypeLinuxSLL2, LinkKnown: true, Up: true, Running: true,
	}
	return append([]Device{all}, devices...), nil
}
