// Package exchange puts HTTP exchanges together: a stream with the bodies of its
// request and response, and what is known of its connection by then. All formats
// that show exchanges (HAR, curl, bodies) are made from what it gives, so that
// they agree.
//
// An [Assembler] takes the events of one worker, of any number of connections,
// and gives an [Exchange] for each stream that is over:
//
//	a := exchange.New(exchange.Config{MaxBody: content.DefaultMaxBody})
//	…
//	if x := a.Event(e); x != nil {
//		// x.Stream is valid during this event
//	}
//
// It needs the fields of messages and the octets of DATA: h2scope.Config with
// Messages and Data.
//
// # Tunnels
//
// What a tunnel of CONNECT carries is a connection of its own. [Exchange.Inside]
// decodes it, and gives the exchanges inside with the events that make them; their
// Connection says where it lies ([Connection.ID]). Where outer frames are lost, it is
// not certain what of a tunnel is: what stands behind is not joined to what stood
// before (gap.go).
//
// Who asks only how many messages and octets there were has a [Meter], which keeps
// no octets but those that have to be decoded.
//
// # Memory
//
// Of each message up to Config.MaxBody octets are kept, and of all messages of a
// connection that are under way at a time MaxHeld octets. What is beyond is
// counted, and said: [Content.Notes]. Both limits are a connection's own, so that
// what is kept does not depend on the number of workers.
//
// # What is not there
//
// Octets that the capture lacks are holes of a body; what a coding can't be
// undone from is left as it was sent. Nothing here fails: what is missing or
// wrong is a note, a sentence for people.
package exchange
