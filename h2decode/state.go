package h2decode

// A State is a stream's state as an observer sees it (RFC 9113, Section 5.1):
// half-closed names the side that has sent END_STREAM.
type State uint8

// The states.
const (
	Idle State = iota
	Reserved
	Open
	HalfClosedClient
	HalfClosedServer
	Closed
)

// String is the name that records use.
func (s State) String() string {
	return [...]string{"idle", "reserved", "open", "half-closed-client", "half-closed-server", "closed"}[s]
}

// input is what moves a stream from state to state.
type input uint8

const (
	promise    input = iota // PUSH_PROMISE reserves it
	headers                 // HEADERS of the side that opens it
	pushed                  // HEADERS of the server on a stream that it promised
	endClient               // END_STREAM of the client
	endServer               // END_STREAM of the server
	reset                   // RST_STREAM of either
	inputCount              // how many there are
)

// transitions is Figure 2 of RFC 9113, Section 5.1 with both sides in view. An
// entry that is not in the figure leaves the state as it is: whether that
// breaks a rule is not the machine's to say.
var transitions = [...][inputCount]State{
	//                 promise           headers           pushed            endClient         endServer         reset
	Idle:             {Reserved, Open, Idle, Idle, Idle, Idle},
	Reserved:         {Reserved, Reserved, HalfClosedClient, Reserved, Reserved, Closed},
	Open:             {Open, Open, Open, HalfClosedClient, HalfClosedServer, Closed},
	HalfClosedClient: {HalfClosedClient, HalfClosedClient, HalfClosedClient, HalfClosedClient, Closed, Closed},
	HalfClosedServer: {HalfClosedServer, HalfClosedServer, HalfClosedServer, Closed, HalfClosedServer, Closed},
	Closed:           {Closed, Closed, Closed, Closed, Closed, Closed},
}

func (s State) next(in input) State { return transitions[s][in] }
