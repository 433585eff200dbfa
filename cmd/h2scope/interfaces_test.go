package main

import (
	"bytes"
	"net/netip"
	"testing"

	"h2scope/capture"
)

var someDevices = []capture.Device{
	{Name: "any", Description: "all interfaces together", LinkType: capture.LinkTypeLinuxSLL2, LinkKnown: true, Up: true, Running: true},
	{Name: "lo", LinkType: capture.LinkTypeEthernet, LinkKnown: true, Up: true, Running: true, Loopback: true,
		Addresses: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/8"), netip.MustParsePrefix("::1/128")}},
	{Name: "en0"},
}

func TestInterfacesAsText(t *testing.T) {
	var out bytes.Buffer
	check(t, writeDevices(&out, someDevices))
	const want = `name  link type   state                addresses
any   linux_sll2  up running           all interfaces together
lo    ethernet    up running loopback  127.0.0.1/8 ::1/128
en0   ?           down                 
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}

func TestInterfacesAsRecords(t *testing.T) {
	var out bytes.Buffer
	check(t, writeDeviceRecords(&out, someDevices))
	const want = `{"record":"interface","name":"any","description":"all interfaces together","link_type":"linux_sll2","addresses":[],"up":true,"running":true,"loopback":false}
{"record":"interface","name":"lo","link_type":"ethernet","addresses":["127.0.0.1/8","::1/128"],"up":true,"running":true,"loopback":true}
{"record":"interface","name":"en0","addresses":[],"up":false,"running":false,"loopback":false}
`
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}

func TestInterfacesCommand(t *testing.T) {
	for _, args := range [][]string{{"interfaces"}, {"interfaces", "--json"}} {
		var out, errs bytes.Buffer
		if code := run(args, streams{nil, &out, &errs}); code != exitOK || out.Len() == 0 {
			t.Errorf("%v: %d, %s", args, code, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if code := run([]string{"interfaces", "eth0"}, streams{nil, &out, &errs}); code != exitUsage {
		t.Errorf("%d", code)
	}
}
