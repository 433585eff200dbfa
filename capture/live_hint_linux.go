package capture

import "os"

// permissionHint says what gives the right to listen: CAP_NET_RAW, and nothing
// more (packet(7)).
func permissionHint() string {
	program, err := os.Executable()
	if err != nil {
		program = "h2scope"
	}
	return "sudo setcap cap_net_raw+ep " + program + " gives this program the right to capture; sudo gives it for once"
}

func downHint(name string) string { return "sudo ip link set " + name + " up brings it up" }
