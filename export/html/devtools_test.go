package html

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// devtools is a Chromium that is asked over a pipe, with the Chrome DevTools
// Protocol: messages of JSON that end with a zero octet.
type devtools struct {
	t       *testing.T
	in      *os.File
	pipe    *os.File
	out     *bufio.Reader
	session string
	number  int
	events  []devtoolsMessage
}

type devtoolsMessage struct {
	ID        int                       `json:"id,omitempty"`
	SessionID string                    `json:"sessionId,omitempty"`
	Method    string                    `json:"method,omitempty"`
	Params    any                       `json:"params,omitempty"`
	Result    json.RawMessage           `json:"result,omitempty"`
	Error     *struct{ Message string } `json:"error,omitempty"`
}

// openBrowser starts a Chromium with an empty page.
func openBrowser(t *testing.T) *devtools {
	t.Helper()
	theirIn, in, err := os.Pipe()
	check(t, err)
	out, theirOut, err := os.Pipe()
	check(t, err)
	c := exec.Command(browser(t), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
		"--user-data-dir="+filepath.Join(t.TempDir(), "profile"), "about:blank")
	c.ExtraFiles, c.WaitDelay = []*os.File{theirIn, theirOut}, 10*time.Second
	check(t, c.Start())
	theirIn.Close()
	theirOut.Close()
	d := &devtools{t: t, in: in, pipe: out, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		d.session = ""
		d.call("Browser.close", nil, nil)
		in.Close()
		_ = c.Wait()
		out.Close()
	})
	var target struct{ TargetID string }
	d.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	d.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	d.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		d.call(domain+".enable", nil, nil)
	}
	d.call("Performance.enable", map[string]any{"timeDomain": "threadTicks"}, nil)
	return d
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// call asks for something and waits for the answer. Events that come meanwhile are
// kept.
func (d *devtools) call(method string, params map[string]any, result any) {
	d.t.Helper()
	d.number++
	octets, err := json.Marshal(devtoolsMessage{ID: d.number, SessionID: d.session, Method: method, Params: params})
	check(d.t, err)
	_, err = d.in.Write(append(octets, 0))
	check(d.t, err)
	for {
		m := d.read()
		switch {
		case m.ID != d.number:
			d.events = append(d.events, m)
			continue
		case m.Error != nil:
			d.t.Fatalf("%s: %s", method, m.Error.Message)
		case result != nil:
			check(d.t, json.Unmarshal(m.Result, result))
		}
		return
	}
}

func (d *devtools) read() (m devtoolsMessage) {
	d.t.Helper()
	check(d.t, d.pipe.SetReadDeadline(time.Now().Add(4*time.Minute))) // the machine may be busy
	octets, err := d.out.ReadBytes(0)
	check(d.t, err)
	check(d.t, json.Unmarshal(octets[:len(octets)-1], &m))
	return m
}

// wait waits for an event of that name.
func (d *devtools) wait(method string) {
	d.t.Helper()
	for _, m := range d.events {
		if m.Method == method {
			return
		}
	}
	for {
		m := d.read()
		d.events = append(d.events, m)
		if m.Method == method {
			return
		}
	}
}

// open opens a page, and returns how much time of the processor it took to load and
// draw it.
func (d *devtools) open(url string) time.Duration {
	d.t.Helper()
	d.events = nil
	d.call("Page.navigate", map[string]any{"url": url}, nil)
	d.wait("Page.loadEventFired")
	d.evaluate(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(""))))`)
	var all struct {
		Metrics []struct {
			Name  string
			Value float64
		}
	}
	d.call("Performance.getMetrics", nil, &all)
	for _, m := range all.Metrics {
		if m.Name == "TaskDuration" {
			return time.Duration(m.Value * float64(time.Second))
		}
	}
	d.t.Fatal("Chromium does not tell what it did")
	return 0
}

// evaluate is what a script gives, as text.
func (d *devtools) evaluate(script string) string {
	d.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails any
	}
	d.call("Runtime.evaluate", map[string]any{"expression": "Promise.resolve(" + script + ").then(String)", "awaitPromise": true, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		d.t.Fatalf("%s: %v", script, answer.ExceptionDetails)
	}
	text, _ := answer.Result.Value.(string)
	return text
}

// press presses a key, with the text that it writes.
func (d *devtools) press(key, text string) {
	d.t.Helper()
	d.call("Input.dispatchKeyEvent", map[string]any{"type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": keyCodes[key]}, nil)
	d.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "windowsVirtualKeyCode": keyCodes[key]}, nil)
}

var keyCodes = map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowRight": 39}

// told are the events of that name since a page was opened.
func (d *devtools) told(method string) (all []any) {
	for _, m := range d.events {
		if m.Method == method {
			all = append(all, m.Params)
		}
	}
	return all
}
