package tui

import (
	"errors"
	"strings"
	"unicode"
)

// edit takes a key into the line that is being typed.
func (m *Model) edit(key string) {
	if key == "Tab" {
		m.complete()
		return
	}
	history := [...][]string{filterPrompt: m.Filters, commandPrompt: m.Lines, exportPrompt: nil}[m.Prompt.kind]
	done, left := m.Prompt.edit(key, history)
	switch {
	case left:
		m.Prompt = prompt{}
	case done:
		m.enter()
	}
}

// enter does what was typed.
func (m *Model) enter() {
	p := m.Prompt
	switch p.kind {
	case filterPrompt:
		m.askFilter(p.text)
	case exportPrompt:
		m.Prompt = prompt{}
		m.export(p.text)
	case commandPrompt:
		m.Prompt = prompt{}
		m.Lines = remember(m.Lines, strings.TrimSpace(p.text))
		m.command(p.text)
	}
}

// askFilter asks for a filter to be compiled. Nothing is no filter.
func (m *Model) askFilter(text string) {
	if strings.TrimSpace(text) == "" {
		m.Prompt = prompt{}
		if m.Filter != nil {
			m.say("the filter is off")
		}
		m.setFilter("", nil)
		return
	}
	m.Effect = Effect{Kind: CompileFilter, Text: text}
}

// setFilter puts a filter in force; nil is none. All lists are gathered anew.
func (m *Model) setFilter(text string, f Filter) {
	m.Filter = f
	m.Filters = remember(m.Filters, text)
	for i := range m.Lists {
		m.Lists[i].clear()
	}
	m.show(m.View)
	m.Busy = true
}

// complete asks for what could stand before the cursor.
func (m *Model) complete() {
	p := &m.Prompt
	switch p.kind {
	case filterPrompt:
		word := p.word(func(r rune) bool { return r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		m.Effect = Effect{Kind: CompleteFilter, Text: word}
	case commandPrompt:
		p.complete(p.word(unicode.IsSpace), m.commandWords(p.text[:p.at], p.word(unicode.IsSpace)))
	case exportPrompt:
		p.complete(p.word(unicode.IsSpace), beginWith(formats, p.word(unicode.IsSpace)))
	}
}

// beginWith are the names that begin with a word.
func beginWith(names []string, word string) []string {
	var out []string
	for _, name := range names {
		if strings.HasPrefix(name, word) {
			out = append(out, name)
		}
	}
	return out
}

// A misplaced error knows at which octet of the line it is.
type misplaced interface {
	error
	Place() int
}

// done takes what came of an effect.
func (m *Model) done(d Done) {
	switch {
	case d.Kind == OrderList:
		m.ordered(d.Order)
	case d.Kind == CompleteFilter:
		m.Prompt.complete(d.Text, d.Offers)
	case d.Kind == CompileFilter && d.Err != nil:
		m.wrongFilter(d)
	case d.Kind == CompileFilter:
		m.Prompt = prompt{}
		m.setFilter(d.Text, d.Filter)
	case d.Err != nil:
		m.warn(d.Err.Error())
	default:
		m.say(d.Message)
	}
}

// wrongFilter shows a filter that was not understood, to be put right.
func (m *Model) wrongFilter(d Done) {
	if m.Prompt.kind != filterPrompt {
		m.Prompt = prompt{kind: filterPrompt, text: d.Text, at: len(d.Text)}
	}
	m.Prompt.wrong, m.Prompt.place = d.Err.Error(), -1
	var at misplaced
	if errors.As(d.Err, &at) {
		m.Prompt.place = min(max(0, at.Place()), len(m.Prompt.text))
	}
}
