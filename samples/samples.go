package samples

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

//go:embed */capture.pcap* */README.md
var files embed.FS

// A Sample is one of the embedded captures.
type Sample struct {
	Name  string // of its folder
	Title string // what happens in it, in a few words
}

// Default is the sample to show to who names none.
const Default = "page-load"

// List gives the samples in order of name.
func List() []Sample {
	readmes, err := fs.Glob(files, "*/README.md")
	if err != nil {
		panic(err) // the pattern is right
	}
	var list []Sample
	for _, name := range readmes {
		readme, err := files.ReadFile(name)
		if err != nil {
			panic(err) // what is embedded can be read
		}
		title, _, _ := strings.Cut(string(readme), "\n")
		list = append(list, Sample{Name: path.Dir(name), Title: strings.TrimPrefix(title, "# ")})
	}
	return list
}

// Open gives the octets of a sample's capture file.
func Open(name string) (io.Reader, error) {
	for _, file := range []string{"capture.pcap", "capture.pcapng"} {
		if octets, err := files.ReadFile(name + "/" + file); err == nil {
			return bytes.NewReader(octets), nil
		}
	}
	return nil, fmt.Errorf("no sample is named %q", name)
}
