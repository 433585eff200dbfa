package selftest

import (
	"bytes"

	"h2scope/capture"
	"h2scope/capture/pcapng"
)

// packets are copies of captured packets, all of one interface.
type packets struct {
	described capture.Interface
	kept      []pcapng.Packet
}

func (k *packets) keep(p *capture.Packet) {
	k.kept = append(k.kept, pcapng.Packet{Timestamp: uint64(p.Time), Length: uint32(p.Length), Data: bytes.Clone(p.Data)})
}

// file writes them as pcapng, with the lines of a key log before them.
func (k *packets) file(keyLog []byte) ([]byte, error) {
	var file bytes.Buffer
	w := pcapng.NewWriter(&file, pcapng.SectionHeader{Order: pcapng.LittleEndian, Application: "h2scope"})
	if _, err := w.Interface(pcapng.InterfaceDescription{LinkType: uint16(k.described.LinkType), Name: k.described.Name}); err != nil {
		return nil, err
	}
	if len(keyLog) > 0 {
		if err := w.Secrets(pcapng.DecryptionSecrets{Type: pcapng.TLSKeyLog, Data: keyLog}); err != nil {
			return nil, err
		}
	}
	for _, p := range k.kept {
		if err := w.Packet(p); err != nil {
			return nil, err
		}
	}
	err := w.Flush()
	return file.Bytes(), err
}
