//go:build !linux && !darwin && !freebsd && !windows && !libpcap

package capture

func openTap(cfg LiveConfig) (tap, error) {
	return nil, &LiveError{cfg.Interface, ErrLiveUnsupported}
}
