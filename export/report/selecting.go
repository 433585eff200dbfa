package report

import (
	"io"

	"h2scope/export/text"
	"h2scope/h2decode"
)

// A Selected is a view of which findings are selected as a Report's are, and
// nothing else is changed.
type Selected struct {
	inner   text.View
	cfg     Config
	workers []*selectedWorker
}

// Select gives the view that shows what inner does, but for the findings that
// the configuration leaves out or accepts.
func Select(inner text.View, cfg Config) *Selected { return &Selected{inner: inner, cfg: cfg} }

// OneWorker reports whether it takes one worker to be the same for any: a
// baseline accepts the first findings of a kind.
func (s *Selected) OneWorker() bool { return len(s.cfg.Baseline) > 0 }

// Failed reports, when all is read, whether there is a finding at or above the
// severity that fails.
func (s *Selected) Failed() bool {
	for _, w := range s.workers {
		if w.failed {
			return true
		}
	}
	return false
}

// Head writes what the inner view does.
func (s *Selected) Head(w io.Writer) error { return s.inner.Head(w) }

// Foot writes what the inner view does.
func (s *Selected) Foot(w io.Writer) error { return s.inner.Foot(w) }

// Worker returns the renderer of one worker.
func (s *Selected) Worker() text.Renderer {
	w := &selectedWorker{Renderer: s.inner.Worker(), cfg: &s.cfg, accepted: s.cfg.Baseline.accepter()}
	s.workers = append(s.workers, w)
	return w
}

type selectedWorker struct {
	text.Renderer
	cfg      *Config
	accepted func(*h2decode.Finding) bool
	failed   bool
}

// Event passes on what is selected.
func (w *selectedWorker) Event(dst []byte, e h2decode.Event) []byte {
	if f, ok := e.(*h2decode.Finding); ok {
		if !w.cfg.Select.Shows(f.Rule) || w.accepted(f) {
			return dst
		}
		w.failed = w.failed || !f.Consequence && !w.cfg.NoFail && f.Severity >= w.cfg.FailOn
	}
	return w.Renderer.Event(dst, e)
}
