package rules

import "h2scope/h2decode"

// messageChecks is what the rules about messages and HPACK keep of the connection.
type messageChecks struct{}

// messageRecord is what they keep of one side of a stream.
type messageRecord struct{}

func (j *Judge) checkBlock(f *h2decode.FrameDecoded) {}
