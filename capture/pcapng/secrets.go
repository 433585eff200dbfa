package pcapng

// TLSKeyLog is the type of secrets that are lines of a TLS key log ("TLSK").
const TLSKeyLog uint32 = 0x544c534b

// DecryptionSecrets are secrets with which packets of the section can be
// decrypted.
type DecryptionSecrets struct {
	Type     uint32 // TLSKeyLog, or another of the draft's Section 4.7
	Data     []byte // borrowed from the block
	Comments []string
}

const secretsFixed = 8 // type, length

// ParseDecryptionSecrets reads the body of a Decryption Secrets Block.
func ParseDecryptionSecrets(body []byte, o Order) (DecryptionSecrets, error) {
	if len(body) < secretsFixed {
		return DecryptionSecrets{}, ErrDamaged
	}
	length, rest := o.uint32(body[4:]), body[secretsFixed:]
	if uint64(length) > uint64(len(rest)) {
		return DecryptionSecrets{}, ErrDamaged
	}
	n := int(length)
	return DecryptionSecrets{
		Type:     o.uint32(body),
		Data:     rest[:n:n],
		Comments: Comments(rest[min(n+pad(n), len(rest)):], o),
	}, nil
}

// Append appends the block.
func (s DecryptionSecrets) Append(dst []byte, o Order) []byte {
	start := len(dst)
	dst = o.append32(begin(dst, o, TypeDecryptionSecrets), s.Type)
	dst = appendPadded(o.append32(dst, uint32(len(s.Data))), s.Data)
	return end(AppendComments(dst, o, s.Comments...), o, start)
}
