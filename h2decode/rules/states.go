package rules

import "h2scope/h2decode"

// streamChecks is what the rules about streams, flow control and priority keep.
type streamChecks struct{}

func (j *Judge) checkState(f *h2decode.FrameDecoded)         {}
func (j *Judge) checkStall(e *h2decode.Stall)                {}
func (j *Judge) checkStreamEnd(e *h2decode.StreamClosed)     {}
func (j *Judge) checkStatesEnd(e *h2decode.ConnectionClosed) {}
