package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"h2scope/capture"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// pollEvery is how often key logs are looked at while packets come, on the
// clock of the packets. A connection that has closed is waited with for 5 ms, and
// its secrets stand in the log when its last packet is sent: so they are known in
// time.
const pollEvery = int64(4 * time.Millisecond)

// A keyFollower reads key logs as they grow.
type keyFollower struct {
	store     *keylog.Store
	files     []string
	followers []*keylog.Follower
	said      map[string]bool // errors that a notice told
	polled    int64           // when, in nanoseconds since 1970
	notices   []capture.Notice
}

// followKeys begins to follow the key logs that the flags name, or the
// environment. One that is not there yet may come.
func (f *flags) followKeys(store *keylog.Store) (*keyFollower, error) {
	files := f.keyLogs
	if named := os.Getenv(keyLogVariable); len(files) == 0 && named != "" {
		files = []string{named}
	}
	k := &keyFollower{store: store, files: files, said: map[string]bool{}}
	for _, file := range files {
		k.followers = append(k.followers, keylog.Follow(store, file))
		k.polled = time.Now().UnixNano()
		if err := k.pollOne(len(k.followers) - 1); err != nil {
			return nil, fmt.Errorf("key log: %w", err)
		}
	}
	return k, nil
}

// none reports that there is nothing to follow.
func (k *keyFollower) none() bool { return len(k.followers) == 0 }

// poll reads what has come, if it is time.
func (k *keyFollower) poll(now int64) {
	if now >= k.polled+pollEvery {
		k.polled = now
		k.pollAll()
	}
}

// pollAll reads what has come.
func (k *keyFollower) pollAll() {
	for i := range k.followers {
		if err := k.pollOne(i); err != nil {
			k.tell("keylog-line", err.Error())
		}
	}
}

// pollOne reads one key log. What may pass is told once, and no error.
func (k *keyFollower) pollOne(i int) error {
	warnings, err := k.followers[i].Poll()
	for _, w := range warnings {
		k.notices = append(k.notices, capture.Notice{Kind: "keylog-line", Message: w.String(), File: w.File})
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, keylog.ErrNotKeyLog):
		k.tell("keylog-line", err.Error())
		return nil
	}
	return err
}

func (k *keyFollower) tell(kind capture.NoticeKind, message string) {
	if !k.said[message] {
		k.said[message] = true
		k.notices = append(k.notices, capture.Notice{Kind: kind, Message: message})
	}
}

// A followingSource follows key logs while packets are read.
type followingSource struct {
	capture.Source
	keys *keyFollower
}

// Next also polls: by the packets' time, where there are none for a while, and at
// the end.
func (s *followingSource) Next(p *capture.Packet) error {
	err := s.Source.Next(p)
	if err == nil {
		s.keys.poll(p.Time)
	} else {
		s.keys.pollAll()
	}
	return err
}

// Notices are those of both.
func (s *followingSource) Notices() []capture.Notice {
	n := append(s.Source.Notices(), s.keys.notices...)
	s.keys.notices = nil
	return n
}
