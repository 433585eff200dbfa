package rules

import "h2scope/h2decode"

// checks are the families of rules with the state that each keeps.
type checks struct {
	frames   frameChecks
	settings settingsChecks
	streams  streamChecks
	messages messageChecks
}

// judgeFrame holds a frame against the rules. It has not taken effect yet.
func (j *Judge) judgeFrame(f *h2decode.FrameDecoded) {
	j.checkFrame(f)
	j.checkState(f)
	switch {
	case f.Block != nil:
		j.checkBlock(f)
	case f.Header.Type == h2decode.TypeData:
		j.checkData(f)
	}
}

// judgeEvent holds what is no frame against the rules.
func (j *Judge) judgeEvent(e h2decode.Event) {
	switch e := e.(type) {
	case *h2decode.PrefaceSeen:
		j.sawPreface(e)
	case *h2decode.UpgradeSeen:
		j.checkUpgrade(e)
	case *h2decode.SettingsAcknowledged:
		j.checkAcknowledged(e)
	case *h2decode.Stall:
		j.checkStall(e)
	}
}

// closeStream ends the judgment of a stream, and fills in what was found.
func (j *Judge) closeStream(e *h2decode.StreamClosed) {
	j.checkStreamEnd(e)
	j.settle()
	if r := j.streams.get(e.Stream.ID); r != nil {
		for severity, n := range r.findings {
			e.Stream.Findings[severity] += n
		}
	}
	j.streams.remove(e.Stream.ID)
}

// judgeEnd holds the connection as a whole against the rules, when it is over.
func (j *Judge) judgeEnd(e *h2decode.ConnectionClosed) {
	j.checkTLS(e)
	j.checkFramesEnd(e)
	j.checkStatesEnd(e)
}
