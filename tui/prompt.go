package tui

import (
	"slices"
	"unicode/utf8"
)

// A prompt is a line that is being typed.
type prompt struct {
	kind   promptKind
	text   string
	at     int // the cursor, in octets
	recall int // how far back in the history; 0: not
	wrong  string
}

type promptKind uint8

const (
	noPrompt promptKind = iota
	filterPrompt
	commandPrompt
	exportPrompt
)

// lead is what stands in front of the line.
func (k promptKind) lead() string {
	return [...]string{"", "/", ":", "export to har, json, body or curl [PATH]: "}[k]
}

// edit takes a key into the line. done says that Enter ended it, and left that
// it was given up.
func (p *prompt) edit(key string, history []string) (done, left bool) {
	switch key {
	case "Enter":
		return true, false
	case "Esc", "Ctrl+C":
		return false, true
	case "Left":
		_, n := utf8.DecodeLastRuneInString(p.text[:p.at])
		p.at -= n
	case "Right":
		_, n := utf8.DecodeRuneInString(p.text[p.at:])
		p.at += n
	case "Home", "Ctrl+A":
		p.at = 0
	case "End", "Ctrl+E":
		p.at = len(p.text)
	case "Backspace", "Backspace2":
		if p.text == "" {
			return false, true
		}
		_, n := utf8.DecodeLastRuneInString(p.text[:p.at])
		p.text = p.text[:p.at-n] + p.text[p.at:]
		p.at -= n
	case "Delete":
		_, n := utf8.DecodeRuneInString(p.text[p.at:])
		p.text = p.text[:p.at] + p.text[p.at+n:]
	case "Ctrl+U":
		p.text, p.at = p.text[p.at:], 0
	case "Up":
		p.browse(history, 1)
	case "Down":
		p.browse(history, -1)
	default:
		if utf8.RuneCountInString(key) == 1 {
			p.text = p.text[:p.at] + key + p.text[p.at:]
			p.at += len(key)
		}
	}
	p.wrong = ""
	return false, false
}

// browse puts an earlier line in place of this one.
func (p *prompt) browse(history []string, by int) {
	to := p.recall + by
	if to < 0 || to > len(history) {
		return
	}
	p.recall, p.text = to, ""
	if to > 0 {
		p.text = history[to-1]
	}
	p.at = len(p.text)
}

// remember puts a line in front of the history, once.
func remember(history []string, line string) []string {
	if line == "" {
		return history
	}
	history = slices.DeleteFunc(slices.Clone(history), func(s string) bool { return s == line })
	return slices.Insert(history, 0, line)
}
