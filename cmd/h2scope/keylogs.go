package main

import (
	"fmt"
	"os"
	"slices"

	"h2scope/capture"
	"h2scope/capture/pcapng"
	"h2scope/h2decode"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// keyLogVariable names the key log where no flag does, as browsers and curl
// have it.
const keyLogVariable = "SSLKEYLOGFILE"

// readKeys fills store with the secrets of the key logs and with those that
// the captures embed. It returns what was wrong with single lines.
func (f *flags) readKeys(store *keylog.Store, captures []string) ([]*h2decode.Noticed, error) {
	var notices []*h2decode.Noticed
	files := f.keyLogs
	if named := os.Getenv(keyLogVariable); len(files) == 0 && named != "" {
		files = []string{named}
	}
	for _, file := range files {
		warnings, err := store.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("key log: %w", err)
		}
		notices = append(notices, keyLogNotices(warnings)...)
	}
	embedded, err := capture.FindSecrets(captures, capture.Config{})
	if err != nil {
		return nil, err
	}
	for _, s := range embedded {
		if s.Type != pcapng.TLSKeyLog {
			continue
		}
		warnings, err := store.Add(s.Data, s.File)
		if err != nil {
			notices = append(notices, &h2decode.Noticed{Kind: "keylog-line", File: s.File, Message: err.Error()})
		}
		notices = append(notices, keyLogNotices(warnings)...)
	}
	return notices, nil
}

func keyLogNotices(warnings []keylog.Warning) []*h2decode.Noticed {
	var notices []*h2decode.Noticed
	for _, w := range warnings {
		notices = append(notices, &h2decode.Noticed{
			Kind: "keylog-line", File: w.File, Message: w.String(),
		})
	}
	return notices
}

// final reports whether all secrets are known before the packets are read: not
// where a capture that can be read only once may embed more.
func final(captures []string) bool { return !slices.Contains(captures, "-") }
