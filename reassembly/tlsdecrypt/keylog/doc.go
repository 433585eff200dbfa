// Package keylog reads the secrets of TLS connections from key logs: the files
// that browsers, curl and TLS libraries write where SSLKEYLOGFILE says, in the
// format of RFC 9850 (long known as the NSS key log format).
//
// A line has a label, the client random of the connection, and a secret:
//
//	CLIENT_RANDOM 5e02481f…59bc ec72fa53…559c
//
// # Reading
//
// A [Store] takes lines from any number of sources, in any order, at any time:
// [Store.ReadFile] and [Store.Read] whole files, [Store.Add] text that is in
// memory already, like that of a Decryption Secrets Block of a pcapng file, and
// a [Follower] a file that another program still writes to. [Store.Find] has
// what is known of a connection; [Store.Version] tells cheaply whether looking
// again can bring more.
//
// Read are the labels [ClientRandom] (the master secret, up to TLS 1.2), the
// traffic secrets of TLS 1.3, of any generation, and [RSA] (premaster secrets).
// The exporter secrets and those of Encrypted Client Hello open no record: they
// are skipped, as are labels that nobody knows; [Store.Skipped] counts both.
// Lines may end in LF, CRLF or CR, words may be apart by any number of spaces
// and tabs, hex may be in upper and lower case, and a byte order mark of UTF-8
// may come first.
//
// # Trouble
//
// A line that can't be read is a [Warning] with its number, and the lines after
// it are read all the same. A source that has bad lines and not one good line is
// [ErrNotKeyLog]. An empty one is right: the program that writes it has not
// spoken TLS yet.
//
// The same label and client random may come with another secret: two logs were
// written in one file, or a test has a fixed random. Nothing tells which is
// right but trying, so both are kept, as alternatives: an authentic record
// proves its key.
//
// # Secrecy
//
// Nothing here shows a secret: not the types, whatever verb prints them, and
// neither warnings nor errors, which name a label and a line at most.
//
// # Limits
//
// A line has up to 256 KiB, a label and client random up to 8 alternatives (64
// for a traffic secret of unknown generation), a call up to 100 warnings and one
// that counts the rest. Memory is about 220 octets per connection of TLS 1.2,
// and 390 per connection of TLS 1.3.
package keylog
