package tlsdecrypt

// Limits bound what a [Conn] holds and tries. All belong to one connection, so
// that the result does not depend on what else is captured.
type Limits struct {
	// Held bounds the octets of ciphertext that a connection holds while they
	// wait for a secret or for the other half's hello; each chunk counts 128
	// more. When it is exceeded, what waits is passed over, and the reason is
	// told.
	Held int

	// Records bounds the record numbers that are tried where the number is not
	// known: from 0 for a connection that was joined in the middle, from the
	// last known one after a gap.
	Records uint64

	// Secrets bounds the connections of the key log whose secrets are tried on
	// a connection without hellos.
	Secrets int

	// Hunts bounds the records of each half on which that is done.
	Hunts int

	// Work bounds the octets that are decrypted in trials, all together, and
	// what else trials cost, counted as octets. It cuts Records and Secrets
	// where their product is large: with the default, all record numbers up
	// to 2^16 are tried of some 20 secrets of ChaCha20-Poly1305 and AES-CCM,
	// and those up to 256 of some thousands. AES-GCM needs no such search.
	Work int64
}

// DefaultLimits are the limits where a [Config] has none.
func DefaultLimits() Limits {
	return Limits{
		Held:    1 << 20,
		Records: 1 << 16,
		Secrets: 4096,
		Hunts:   8,
		Work:    1 << 29, // about a second
	}
}

// Bounds that are not worth a setting.
const (
	maxMessage    = 256 << 10 // octets of a handshake message; larger ones are passed over
	maxTranscript = 128 << 10 // octets of the messages that an RSA key exchange is bound to
	maxAlerts     = 16        // alerts that are remembered of a connection
	maxMarks      = 256       // records of a half by which acknowledgements are translated
	maxAhead      = 3         // generations of traffic secrets tried ahead where a KeyUpdate may be lost
)
