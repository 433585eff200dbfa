// Package tlsdecrypt opens the TLS records of a TCP connection with the secrets
// of a key log.
//
// # In the flow
//
// A [Conn] is a [reassembly.Handler] for the ciphertext of both halves, and has
// another one for the plaintext:
//
//	c := tlsdecrypt.New(tlsdecrypt.Config{Keys: store}, next)
//	tcp.Segment(half, s, c) // next.Chunk and next.Gap are called
//	c.Finish()
//	c.Info()
//
// A plaintext chunk is the application data of one record. Its Offset counts
// the plaintext of the half; Packet, Time and OctetsPacket are those of the
// packet that completed the record, without which it can't be opened; Acked is
// that of the segment with the record's first octet, since all of a record is
// sealed before any of it is sent, in plaintext octets of the other half's
// whole records, and one more than were told where the segment acknowledges
// ciphertext that is not opened: the sender may have known of what it holds.
// [Conn.Info] tells what the handshake told up to now; before
// the first application data that is, as a rule, the ALPN protocol. Where only
// the traffic secrets of TLS 1.3 are known, Info.ALPNKnown stays false, and the
// plaintext must tell.
//
// A half that can't be decrypted makes no chunks and no gaps: Info has its
// records, counted, and the reason.
//
// # Keys are tried, not believed
//
// Every record is authenticated, by its AEAD tag or its MAC. So where it is not
// sure which key is the right one, all that may be are tried, and one that
// opens a record is proved to be right. That is how alternatives in key logs
// are told apart, how 0-RTT data that the server refused is passed over
// (RFC 8446, Section 4.2.10), how application data is found where the secrets
// of the handshake are not in the log, and how decryption goes on when a
// KeyUpdate was lost.
//
// # After a gap
//
// A gap inside a record costs that record: where the next begins is known.
// After any other, the octets are searched for something that looks like a
// record header with another behind the record, and the record is opened with
// the current key and those that may have followed, under the numbers that the
// size of the gap allows. With AES-GCM the number is calculated from the tag
// (see search.go); else it is searched.
//
// The plaintext gap that is then told is as long as the ciphertext between the
// last opened record and this one, less what the lost records added. Their
// number is known from the record numbers, so the length is exact unless they
// held something else than application data, or padding. Where a key change was
// lost too, the number is estimated for records of full size.
//
// # Joined in the middle
//
// Without a ClientHello nothing says which secrets are the connection's. For
// TLS 1.3 those of the whole key log are tried on the first whole records
// ([Limits]). The same is done for the server's half alone, and for an
// encrypted ClientHello, whose inner random does not show. The keys of TLS 1.2
// need the randoms of both hellos.
//
// # Waiting
//
// A half that needs the other half's hello, or a secret that may still come,
// waits: its ciphertext is held, up to [Limits.Held] for both halves, and goes
// on in the order of its packets. What a late secret opened is told while
// [Conn.Late] is true. Config.KeysFinal says that no more secrets come; then
// nothing is held for one.
//
// # Resumed sessions
//
// In TLS 1.3 each connection has secrets of its own. Below it, a resumed session
// has the master secret of the connection that made it, which some libraries
// don't log again: [Sessions] remember it by session ID and ticket.
//
// # 0-RTT
//
// 0-RTT data is told when the server's EncryptedExtensions say that it was
// accepted: what was refused the client sends again, so it is passed over. Where
// the server's handshake can't be opened, but took the client's key, the data is
// taken for accepted.
//
// # What it costs
//
// A record inside one chunk is opened from where it lies, into a buffer of the
// [Pool] that the connections of one goroutine share; others are put together
// first. Opening a record does not allocate.
package tlsdecrypt
