package main

import (
	"bytes"
	"strings"
	"testing"
)

// Reports and traces are the same octets for any number of workers, with a filter
// and without.
func TestReportsAreTheSameForAnyNumberOfWorkers(t *testing.T) {
	for _, name := range []string{"04-chromium-nginx", "17-mixed", "08-stall", "13-rfc9218"} {
		file := captureOf(t, name)
		for _, format := range []string{"html", "perfetto", "pcapng"} {
			for _, filter := range []string{"", "http2.headers.status == 200"} {
				one, three := exported(t, file, format, "-j1", "-Y", filter), exported(t, file, format, "-j3", "-Y", filter)
				if !bytes.Equal(one, three) || len(one) == 0 {
					t.Errorf("%s of %s with %q: %d and %d octets", format, name, filter, len(one), len(three))
				}
			}
		}
	}
}

// A filter leaves streams out of a report, and what is left is told as it is
// without one: the record behind it is whole.
func TestReportOfWhatMatches(t *testing.T) {
	file := captureOf(t, "08-stall")
	all, some := string(exported(t, file, "html")), string(exported(t, file, "html", "-Y", "http2.streamid == 1"))
	const stalled, other = "bytes?n=400000", "bytes?n=600000"
	if !strings.Contains(all, stalled) || !strings.Contains(all, other) || !strings.Contains(some, stalled) || strings.Contains(some, other) {
		t.Error("stream 1 is asked for, and is not what is shown")
	}
	const sentence = "stalled-stream-window 2.00 s"
	if !strings.Contains(all, sentence) || !strings.Contains(some, sentence) {
		t.Error("how long it was stalled depends on the filter")
	}
	if !strings.Contains(some, "Connection 1: window of the connection") {
		t.Error("the connection of a stream that matches has no window")
	}
}

// Credentials are taken out of a report unless it is asked for them.
func TestReportHidesCredentials(t *testing.T) {
	file := captureOf(t, "08-stall")
	if page := exported(t, file, "html", "--redact=n"); bytes.Contains(page, []byte("n=400000")) {
		t.Error("the value of parameter n is in the report")
	}
	if trace := exported(t, file, "perfetto", "--redact=n"); bytes.Contains(trace, []byte("n=400000")) {
		t.Error("the value of parameter n is in the trace")
	}
}
