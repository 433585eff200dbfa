package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A prompt is a line that is being typed.
type prompt struct {
	kind   promptKind
	text   string
	at     int // the cursor, in octets
	recall int // how far back in the history; 0: not
	wrong  string
	place  int      // of what is wrong, in octets; -1: that is not known
	offers []string // what could stand before the cursor
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

// maxPrompt is how many octets may be typed.
const maxPrompt = 16 << 10

// edit takes a key into the line. done says that Enter ended it, and left that
// it was given up.
func (p *prompt) edit(key string, history []string) (done, left bool) {
	p.wrong, p.offers = "", nil
	switch key {
	case "Enter":
		return true, false
	case "Esc", "Ctrl+C":
		return false, true
	case "Left", "Ctrl+B":
		p.at -= lastRune(p.text[:p.at])
	case "Right", "Ctrl+F":
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
		p.cut(p.at-lastRune(p.text[:p.at]), p.at)
	case "Delete", "Ctrl+D":
		_, n := utf8.DecodeRuneInString(p.text[p.at:])
		p.cut(p.at, p.at+n)
	case "Ctrl+U":
		p.cut(0, p.at)
	case "Ctrl+K":
		p.cut(p.at, len(p.text))
	case "Ctrl+W":
		before := strings.TrimRight(p.text[:p.at], " ")
		p.cut(strings.LastIndexByte(before, ' ')+1, p.at)
	case "Up":
		p.browse(history, 1)
	case "Down":
		p.browse(history, -1)
	default:
		if utf8.RuneCountInString(key) == 1 {
			p.insert(key)
		}
	}
	return false, false
}

func lastRune(s string) int {
	_, n := utf8.DecodeLastRuneInString(s)
	return n
}

func (p *prompt) cut(from, to int) {
	p.text = p.text[:from] + p.text[to:]
	p.at = from
}

// insert puts text at the cursor, as one line. Without a prompt it does nothing.
func (p *prompt) insert(text string) {
	if p.kind == noPrompt {
		return
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.TrimRight(text, "\r\n"))
	if len(p.text)+len(text) > maxPrompt {
		p.wrong, p.place = "that is too long", -1
		return
	}
	p.text = p.text[:p.at] + text + p.text[p.at:]
	p.at += len(text)
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

// word is what stands before the cursor since the last character that parts
// words.
func (p *prompt) word(partsWords func(rune) bool) string {
	before := p.text[:p.at]
	if i := strings.LastIndexFunc(before, partsWords); i >= 0 {
		_, n := utf8.DecodeRuneInString(before[i:])
		return before[i+n:]
	}
	return before
}

// complete puts in place of a word what all names that begin with it begin with,
// and offers them where there are several.
func (p *prompt) complete(word string, names []string) {
	if len(names) == 0 {
		p.wrong, p.place = "nothing begins with "+word, -1
		return
	}
	common := names[0]
	for _, name := range names[1:] {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-lastRune(common)]
		}
	}
	if len(common) >= len(word) {
		p.cut(p.at-len(word), p.at)
		p.insert(common)
	}
	if len(names) > 1 {
		p.offers = names
	}
}

// maxHistory is how many lines are kept.
const maxHistory = 100

// remember puts a line in front of the history, once.
func remember(history []string, line string) []string {
	if line == "" {
		return history
	}
	history = slices.DeleteFunc(slices.Clone(history), func(s string) bool { return s == line })
	history = slices.Insert(history, 0, line)
	return history[:min(len(history), maxHistory)]
}
