package html

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"h2scope/export/recordtest"
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

// written is the address of a page in a file.
func written(t *testing.T, page []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	check(t, os.WriteFile(file, page, 0o600))
	return "file://" + file
}

// shape sets how wide the window is and what it shows pages for.
func (d *devtools) shape(width int, medium, theme string) {
	d.t.Helper()
	d.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false}, nil)
	scheme := map[string]any{"name": "prefers-color-scheme", "value": theme}
	d.call("Emulation.setEmulatedMedia", map[string]any{"media": medium, "features": []any{scheme}}, nil)
}

// silent holds that the page said nothing on the console (that its policy was
// violated, say), and asked for nothing but itself.
func (d *devtools) silent(page string) {
	d.t.Helper()
	for _, event := range []string{"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"} {
		for _, said := range d.told(event) {
			d.t.Errorf("%s: %v", event, said)
		}
	}
	for _, asked := range d.told("Network.requestWillBeSent") {
		url := fmt.Sprint(asked.(map[string]any)["request"].(map[string]any)["url"])
		if url != page && !strings.HasPrefix(url, "data:") {
			d.t.Errorf("it asked for %s", url)
		}
	}
}

// Chromium opens a report of 2,000 streams at once, without a word on its console and
// without a request.
func TestManyStreamsInChromium(t *testing.T) {
	d := openBrowser(t)
	page := written(t, render(t, played(t, 2000, "/some/path?x=1"), Options{}))
	d.shape(1600, "screen", "light")
	took := d.open(page)
	d.silent(page)
	t.Logf("drawn in %v of the processor's time", took)
	if took > 5*time.Second {
		t.Error("it does not open at once")
	}
}

// Chromium shows reports on wide and narrow windows, in light and in dark and for
// print, without a word on its console and without a request. Nothing stands out at
// the right: what is too wide can be scrolled.
func TestChromium(t *testing.T) {
	d := openBrowser(t)
	for name, page := range map[string]string{
		"stalls":     written(t, render(t, recordtest.Sample(t, "stream-stall"), Options{})),
		"long paths": written(t, render(t, played(t, 20, "/"+strings.Repeat("long", 500)), Options{})),
		"findings":   written(t, render(t, recordtest.Sample(t, "push-story-wrong"), Options{})),
	} {
		backgrounds := make(map[string]string)
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int{380, 1600} {
				d.shape(width, "screen", theme)
				d.open(page)
				d.silent(page)
				if wide := d.evaluate("document.documentElement.scrollWidth"); wide != fmt.Sprint(width) {
					t.Errorf("%s: %s wide on a window of %d", name, wide, width)
				}
			}
			backgrounds[d.evaluate("getComputedStyle(document.body).backgroundColor")] = theme
		}
		if len(backgrounds) != 2 {
			t.Errorf("%s: light and dark are the same: %v", name, backgrounds)
		}
		d.shape(794, "print", "dark")
		d.open(page)
		d.printed(name)
	}
}

// printed holds what must be true of a page on paper.
func (d *devtools) printed(name string) {
	d.t.Helper()
	if got := d.evaluate("getComputedStyle(document.body).backgroundColor"); got != "rgb(255, 255, 255)" {
		d.t.Errorf("%s: paper is %s", name, got)
	}
	if wide := d.evaluate("document.documentElement.scrollWidth"); wide != "794" {
		d.t.Errorf("%s: %s wide on paper of 794", name, wide)
	}
	shut := `document.querySelectorAll("details:not([open])").length`
	was := d.evaluate(shut)
	d.evaluate(`dispatchEvent(new Event("beforeprint"))`)
	if got := d.evaluate(shut); got != "0" {
		d.t.Errorf("%s: %s groups are printed folded", name, got)
	}
	d.evaluate(`dispatchEvent(new Event("afterprint"))`)
	if got := d.evaluate(shut); got != was {
		d.t.Errorf("%s: %s groups are folded behind printing, %s were before", name, got, was)
	}
}

// All that can be done with a pointer can be done with keys.
func TestKeyboard(t *testing.T) {
	d := openBrowser(t)
	page := written(t, render(t, recordtest.Sample(t, "push-story-wrong"), Options{}))
	d.shape(1600, "screen", "light")
	d.open(page)
	focused := func() string {
		return d.evaluate(`(() => { const e = document.activeElement; return e.getAttribute("aria-label") || e.id || e.textContent.trim() })()`)
	}
	visible := func() string { return d.evaluate(`document.querySelectorAll("[data-row]:not([hidden])").length`) }
	d.press("Tab", "")
	if got := focused(); got != "Skip to the summary" {
		t.Errorf("first comes %q", got)
	}
	all := visible()
	d.press("/", "/")
	if got := focused(); got != "words" {
		t.Errorf("/ goes to %q", got)
	}
	d.call("Input.insertText", map[string]any{"text": "PUSH_PROMISE"}, nil)
	if got, hits := visible(), d.evaluate(`document.getElementById("hits").value`); got == all || !strings.HasPrefix(hits, got+" of "+all) {
		t.Errorf("%s of %s rows are shown, and it says %q", got, all, hits)
	}
	if shut := d.evaluate(`document.querySelectorAll("details:not([open])").length`); shut != "0" {
		t.Errorf("%s groups stay folded while rows are searched", shut)
	}
	d.press("Escape", "")
	if got := visible(); got != all {
		t.Errorf("%s of %s rows are shown behind Escape", got, all)
	}
	reached := make(map[string]bool)
	for range 100 {
		d.press("Tab", "")
		reached[d.evaluate("document.activeElement.tagName")+" "+focused()] = true
	}
	if !reached["INPUT trouble"] {
		t.Error("Tab does not reach the box for rows with trouble")
	}
	groups := d.evaluate(`document.querySelectorAll("summary").length`)
	summaries := 0
	for name := range reached {
		if strings.HasPrefix(name, "SUMMARY ") {
			summaries++
		}
	}
	if fmt.Sprint(summaries) != groups {
		t.Errorf("Tab reaches %d of %s groups", summaries, groups)
	}
	d.evaluate(`document.querySelector("summary").focus()`)
	was := d.evaluate(`document.querySelector("details").open`)
	d.press("Enter", "\r")
	if got := d.evaluate(`document.querySelector("details").open`); got == was {
		t.Error("Enter does not fold a group")
	}
	d.silent(page)
}
