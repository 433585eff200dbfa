package hpack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A story is a file of hpack-test-case: the blocks of one direction of a
// connection, and the fields that each gives.
type story struct {
	Cases []struct {
		Seqno   int
		Wire    string
		Table   *uint32             `json:"header_table_size"`
		Headers []map[string]string // of one field each
	}
}

// sharedFolder finds a folder of ../shared, beside the repository.
func sharedFolder(t *testing.T, path string) string {
	t.Helper()
	root := ".."
	for ; ; root = filepath.Join(root, "..") {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		if abs, err := filepath.Abs(root); err != nil || abs == filepath.Dir(abs) {
			t.Fatal("no go.mod above this folder")
		}
	}
	folder := filepath.Join(root, "..", "shared", path)
	if _, err := os.Stat(folder); err != nil {
		t.Skip("needs ../shared: " + path)
	}
	return folder
}

// TestStories decodes the stories that three other encoders wrote; encodes the
// fields in three ways and decodes that.
func TestStories(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedFolder(t, "vectors/hpack-test-case"), "*", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var s story
			if err := json.Unmarshal(data, &s); err != nil {
				t.Fatal(err)
			}
			playStory(t, s)
		})
	}
}

func playStory(t *testing.T, s story) {
	d := NewDecoder(4096)
	again := make(map[Huffman]*Decoder)
	encoders := make(map[Huffman]*Encoder)
	for _, h := range []Huffman{HuffmanAuto, HuffmanAlways, HuffmanNever} {
		again[h], encoders[h] = NewDecoder(4096), NewEncoder(4096)
		encoders[h].Huffman = h
	}
	for _, c := range s.Cases {
		var want []string
		for _, header := range c.Headers {
			for name, value := range header {
				want = append(want, name+": "+value)
			}
		}
		if c.Table != nil {
			d.SetMaxTableSize(*c.Table)
		}
		fields, err := d.DecodeBlock(nil, fromHex(t, c.Wire))
		if err != nil || d.ViolationCount() > 0 {
			t.Fatal(c.Seqno, err, d.Violations())
		}
		equal(t, fmt.Sprint("case ", c.Seqno), texts(fields), want)
		for h, e := range encoders {
			var block []byte
			for i, f := range fields {
				block = e.AppendField(block, string(f.Name), string(f.Value), Representation((i+c.Seqno)%9%4))
			}
			back, err := again[h].DecodeBlock(nil, block)
			if err != nil || again[h].ViolationCount() > 0 {
				t.Fatal(c.Seqno, err, again[h].Violations())
			}
			equal(t, fmt.Sprint("encoded again, case ", c.Seqno), texts(back), want)
		}
	}
	for h, e := range encoders {
		equal(t, "table at the end", tableTexts(again[h].Table()), tableTexts(e.Table()))
	}
}
