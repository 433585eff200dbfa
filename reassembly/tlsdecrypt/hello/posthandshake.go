package hello

import "time"

// A NewSessionTicket lets the client resume the session later (RFC 8446, Section
// 4.6.1; RFC 5077, Section 3.3). It owns its memory.
type NewSessionTicket struct {
	Lifetime     time.Duration // whole seconds; 0 leaves it to the client up to TLS 1.2
	Ticket       []byte
	Nonce        []byte // TLS 1.3
	MaxEarlyData uint32 // octets of 0-RTT data that the server will take; 0 for none
}

// ParseNewSessionTicket reads the body of a NewSessionTicket, which TLS 1.3 has
// changed.
func ParseNewSessionTicket(body []byte, tls13 bool) (*NewSessionTicket, error) {
	t, r := new(NewSessionTicket), reader{rest: body}
	t.Lifetime = time.Duration(r.uint32("ticket_lifetime")) * time.Second
	if tls13 {
		r.uint32("ticket_age_add")
		t.Nonce = clone(r.vector8("ticket_nonce"))
	}
	t.Ticket = clone(r.vector16("ticket"))
	if tls13 {
		r.extensions(func(extension uint16, r *reader) bool {
			if extension == extEarlyData {
				t.MaxEarlyData = r.uint32("max_early_data_size")
			}
			return false
		})
	}
	if err := r.end("NewSessionTicket"); err != nil {
		return nil, err
	}
	return t, nil
}

// ParseKeyUpdate reads the body of a KeyUpdate (RFC 8446, Section 4.6.3):
// whether the other end is asked to update its keys as well.
func ParseKeyUpdate(body []byte) (requested bool, err error) {
	r := reader{rest: body}
	request := r.uint8("request_update")
	if request > 1 {
		r.fail("request_update")
	}
	if err := r.end("KeyUpdate"); err != nil {
		return false, err
	}
	return request == 1, nil
}
