package tlsdecrypt

import (
	"encoding/hex"
	"fmt"
	"strings"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// A Conn stands between the octets of a TCP connection and whoever reads the
// plaintext. Here it opens the connection of RFC 8448, Section 3.
func ExampleConn() {
	keys := keylog.NewStore()
	if _, err := keys.Add([]byte(simpleSecrets), "keys.log"); err != nil {
		fmt.Println(err)
	}
	conn := New(Config{Keys: keys, KeysFinal: true}, printer{})
	var offset [2]uint64
	for n, f := range simple {
		data, err := hex.DecodeString(strings.Join(strings.Fields(f.octets), ""))
		if err != nil {
			fmt.Println(err)
		}
		conn.Chunk(&reassembly.Chunk{Half: f.half, Offset: offset[f.half], Packet: uint64(n + 1), Data: data})
		offset[f.half] += uint64(len(data))
	}
	conn.Finish()
	info := conn.Info()
	fmt.Println(info.VersionName(), info.CipherName(), info.ServerName, info.Decrypted)
	// Output:
	// half 0, packet 5, offset 0: 50 octets
	// half 1, packet 6, offset 0: 50 octets
	// TLS 1.3 TLS_AES_128_GCM_SHA256 server full
}

type printer struct{}

func (printer) Chunk(c *reassembly.Chunk) {
	fmt.Printf("half %d, packet %d, offset %d: %d octets\n", c.Half, c.Packet, c.Offset, len(c.Data))
}

func (printer) Gap(g *reassembly.Gap) { fmt.Printf("half %d: %d octets lost\n", g.Half, g.Length) }
