package capture

import (
	"net"

	"github.com/google/gopacket/pcap"
)

// listDevices asks Npcap: it has names of its own for the interfaces.
func listDevices() ([]Device, error) {
	found, err := pcap.FindAllDevs()
	if err != nil {
		return nil, err
	}
	const loopback, up, running = 1, 2, 4 // PCAP_IF_ flags
	devices := make([]Device, 0, len(found))
	for _, i := range found {
		d := Device{
			Name: i.Name, Description: i.Description,
			Up: i.Flags&up != 0, Running: i.Flags&running != 0, Loopback: i.Flags&loopback != 0,
		}
		for _, a := range i.Addresses {
			if p, ok := prefix(&net.IPNet{IP: a.IP, Mask: a.Netmask}); ok {
				d.Addresses = append(d.Addresses, p)
			}
		}
		devices = append(devices, d)
	}
	return devices, nil
}
