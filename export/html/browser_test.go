package html

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a Chromium that needs no screen.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("needs Chromium")
	return ""
}

// Chromium opens the report without a word on its console (a violated policy is
// one) and its script runs, in light and in dark.
func TestChromium(t *testing.T) {
	program := browser(t)
	dir := t.TempDir()
	page := filepath.Join(dir, "report.html")
	if err := os.WriteFile(page, render(t, played(t, 2000, "/"), Options{}), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, theme := range []string{"--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"} {
		c := exec.Command(program, "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
			"--enable-logging=stderr", theme, "--dump-dom", "file://"+page)
		var out, log bytes.Buffer
		c.Stdout, c.Stderr, c.WaitDelay = &out, &log, time.Minute
		if err := c.Run(); err != nil {
			t.Fatalf("%v: %s", err, log.Bytes())
		}
		if !strings.Contains(out.String(), `<form id="search" role="search">`) {
			t.Error("the script did not run")
		}
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, "CONSOLE") || strings.Contains(line, "net_error") {
				t.Error(strings.TrimSpace(line))
			}
		}
	}
}
