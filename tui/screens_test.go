package tui

import (
	"fmt"
	"path/filepath"
	"testing"
)

// Each view as it is opened, on the samples of a page, of stalls, of an attack, of
// gRPC and of gaps, in the sizes of a small terminal, a usual one and a wide one.
func TestScreens(t *testing.T) {
	for _, sample := range []string{"page-load", "slow-page", "stream-stall", "rapid-reset", "grpc-call", "gaps"} {
		source := sampleNamed(t, sample)
		for view := Connections; view < viewCount; view++ {
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
