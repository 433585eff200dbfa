package tui

import (
	"fmt"
	"path/filepath"
	"testing"
)

// The screens as they are opened, on the samples, in the sizes of a small
// terminal, a usual one and a wide one.
func TestScreens(t *testing.T) {
	for _, sample := range []string{"page-load", "stream-stall", "connection-stall", "rapid-reset", "grpc-call", "gaps"} {
		source := sampleNamed(t, sample)
		for _, view := range []ViewID{Connections, Streams, Findings, Settings} {
			for _, size := range []Size{{80, 24}, {120, 40}, {200, 50}} {
				name := fmt.Sprintf("%s-%s-%dx%d", view, sample, size.W, size.H)
				t.Run(name, func(t *testing.T) {
					s := open(source, size.W, size.H, Options{View: view.String()})
					checkGolden(t, filepath.Join("testdata", "screens", name+".txt"), s.screen())
				})
			}
		}
	}
}
