package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestParseRotation(t *testing.T) {
	for _, test := range []struct {
		rules string
		want  rotation
	}{
		{"", rotation{}},
		{"filesize:1000", rotation{octets: 1_000_000}}, // a kB has 1000 octets, as in dumpcap
		{"duration:60", rotation{duration: 60e9}},
		{"duration:0.5", rotation{duration: 5e8}},
		{"packets:7", rotation{packets: 7}},
		{"filesize:1 files:5", rotation{octets: 1000, files: 5}},
		{"packets:1 packets:2", rotation{packets: 2}},
	} {
		got, err := parseRotation(strings.Fields(test.rules))
		if err != nil || got != test.want {
			t.Errorf("%q: %+v, %v", test.rules, got, err)
		}
		if got.none() != (test.rules == "") {
			t.Errorf("%q: none is %v", test.rules, got.none())
		}
	}
	for _, rules := range []string{
		"filesize", "filesize:", "filesize:0", "filesize:-1", "filesize:1M", "filesize:99999999999999", "duration:0", "duration:x",
		"duration:NaN", "duration:-1", "duration:Inf", "packets:0", "files:0", "files:5", "files:100000 packets:1", "interval:5", "", ":",
	} {
		_, err := parseRotation(strings.Split(rules, " "))
		if usage := (usageError{}); !errors.As(err, &usage) {
			t.Errorf("%q: %v", rules, err)
		}
	}
}

func TestRotationDue(t *testing.T) {
	for _, test := range []struct {
		rule      rotation
		file      captureFile
		now       int64
		full, old bool
	}{
		{rotation{}, captureFile{octets: 1 << 40, packets: 1 << 40}, 1 << 60, false, false},
		{rotation{octets: 1000}, captureFile{octets: 999, packets: 1}, 5, false, false},
		{rotation{octets: 1000}, captureFile{octets: 1000, packets: 1}, 5, true, false},
		{rotation{octets: 1000}, captureFile{octets: 1000}, 5, false, false}, // many secrets, and no packet yet
		{rotation{packets: 3}, captureFile{packets: 2}, 5, false, false},
		{rotation{packets: 3}, captureFile{packets: 3}, 5, true, false},
		{rotation{duration: 10}, captureFile{packets: 1, begun: 100}, 109, false, false},
		{rotation{duration: 10}, captureFile{packets: 1, begun: 100}, 110, false, true},
		{rotation{duration: 10}, captureFile{begun: 100}, 110, false, false},
		{rotation{octets: 10, packets: 3}, captureFile{octets: 5, packets: 3}, 0, true, false},
	} {
		if full, old := test.rule.full(&test.file), test.rule.old(&test.file, test.now); full != test.full || old != test.old {
			t.Errorf("%+v: %v, %v", test, full, old)
		}
	}
}

// TestFileName has the names that dumpcap gives (its manual, -b).
func TestFileName(t *testing.T) {
	at := time.Date(2024, 7, 14, 12, 1, 17, 0, time.Local)
	for name, want := range map[string]string{
		"outfile.pcapng":       "outfile_00001_20240714120117.pcapng",
		"outfile":              "outfile_00001_20240714120117",
		"a.dir/outfile":        "a.dir/outfile_00001_20240714120117",
		"a.dir/out.1.pcapng":   "a.dir/out.1_00001_20240714120117.pcapng",
		"/var/tmp/a b.pcapng":  "/var/tmp/a b_00001_20240714120117.pcapng",
		"outfile.with.a.point": "outfile.with.a_00001_20240714120117.point",
	} {
		if got := fileName(name, 1, at); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := fileName("a", 100_001, at); got != "a_00001_20240714120117" {
		t.Error(got)
	}
}
