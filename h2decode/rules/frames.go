package rules

import "h2scope/h2decode"

// frameChecks is what the rules about frames keep.
type frameChecks struct{}

// settingsChecks is what the rules about settings, PING and GOAWAY keep.
type settingsChecks struct{}

func (j *Judge) checkFrame(f *h2decode.FrameDecoded)                {}
func (j *Judge) checkUpgrade(e *h2decode.UpgradeSeen)               {}
func (j *Judge) checkAcknowledged(e *h2decode.SettingsAcknowledged) {}
func (j *Judge) checkTLS(e *h2decode.ConnectionClosed)              {}
func (j *Judge) checkFramesEnd(e *h2decode.ConnectionClosed)        {}
