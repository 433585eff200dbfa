package tlsdecrypt

import (
	"bytes"
	"fmt"
	"testing"

	"h2scope/reassembly"
	"h2scope/reassembly/tlsdecrypt/keylog"
)

// collector keeps the plaintext.
type collector struct {
	text [2]bytes.Buffer
	gaps []reassembly.Gap
}

func (c *collector) Chunk(ch *reassembly.Chunk) {
	for uint64(c.text[ch.Half].Len()) < ch.Offset {
		c.text[ch.Half].WriteByte('.')
	}
	c.text[ch.Half].Write(ch.Data)
}

func (c *collector) Gap(g *reassembly.Gap) { c.gaps = append(c.gaps, *g) }

// A flight is what one side sends: half 0 is the client's.
type flight struct {
	half   reassembly.Half
	octets string // hex
}

// RFC 8448, Section 3: simple 1-RTT handshake, with the secrets it gives.
var simple = []flight{
	{0, `16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece700000613011303
		130201000091000000 0b0009000006736572766572ff01000100000a00140012001d00170018001901000101010201030104
		002300000033002600240 01d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003
		020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c00024001`},
	{1, `160303005a020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e269280013010000 2e00
		330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304
		17030302a2d1ff334a56f5bff6594a07cc87b580233f500f45e489e7f33af35edf7869fcf40aa40aa2b8ea73f848a7ca0761
		2ef9f945cb960b4068905123ea78b111b429ba9191cd05d2a389280f526134aadc7fc78c4b729df828b5ecf7b13bd9aefb0e
		57f271585b8ea9bb355c7c79020716cfb9b1183ef3ab20e37d57a6b9d7477609aee6e122a4cf51427325250c7d0e50928944
		4c9b3a648f1d71035d2ed65b0e3cdd0cbae8bf2d0b227812cbb360987255cc744110c453baa4fcd610928d809810e4b7ed1a
		8fd991f06aa6248204797e36a6a73b70a2559c09ead686945ba246ab66e5edd8044b4c6de3fcf2a89441ac66272fd8fb330e
		f8190579b3684596c960bd596eea520a56a8d650f563aad27409960dca63d3e688611ea5e22f4415cf9538d51a200c270342
		72968a264ed6540c84838d89f72c24461aad6d26f59ecaba9acbbb317b66d902f4f292a36ac1b639c637ce343117b6596222
		45317b49eeda0c6258f100d7d961ffb138647e92ea330faeea6dfa31c7a84dc3bd7e1b7a6c7178af36879018e3f252107f24
		3d243dc7339d5684c8b0378bf30244da8c87c843f5e56eb4c5e8280a2b48052cf93b16499a66db7cca71e4599426f7d461e6
		6f99882bd89fc50800becca62d6c74116dbd2972fda1fa80f85df881edbe5a37668936b335583b599186dc5c6918a396fa48
		a181d6b6fa4f9d62d513afbb992f2b992f67f8afe67f76913fa388cb5630c8ca01e0c65d11c66a1e2ac4c85977b7c7a6999b
		bf10dc35ae69f5515614636c0b9b68c19ed2e31c0b3b66763038ebba42f3b38edc0399f3a9f23faa63978c317fc9fa66a73f
		60f0504de93b5b845e275592c12335ee340bbc4fddd502784016e4b3be7ef04dda49f4b440a30cb5d2af939828fd4ae3794e
		44f94df5a631ede42c1719bfdabf0253fe5175be898e750edc53370d2b`},
	{0, `170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeac
		ab6867d726c40546`},
	{1, `17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db289a0159
		40252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3d03f75e09c30ba1e
		62972ac46f75f7b981be63439b2999ce1306461513 9891d5e4c5b406f16e3fc181a77ca475840025db2f0a77f81b5ab05b94
		c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe5137121c74bc2697687e248746
		d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f`},
	{0, `1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b6297
		4e1f5a6292a2977014bd1e3deae63aeebb21694915e4`},
	{1, `17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59a8fcc4
		9c4bf2e5f0a21c0047c2abf332540dd032e167c2955d`},
	{0, `1703030013c9872760655666b74d7ff1153efd6db6d0b0e3`},
	{1, `1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9`},
}

const (
	simpleRandom  = "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7"
	simpleSecrets = "CLIENT_HANDSHAKE_TRAFFIC_SECRET " + simpleRandom + " b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21\n" +
		"SERVER_HANDSHAKE_TRAFFIC_SECRET " + simpleRandom + " b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38\n" +
		"CLIENT_TRAFFIC_SECRET_0 " + simpleRandom + " 9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5\n" +
		"SERVER_TRAFFIC_SECRET_0 " + simpleRandom + " a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643\n"
)

// RFC 8448, Section 3: the records of a simple handshake give the payload that
// it lists, the octets from 0 to 0x31, in both directions.
func TestRFC8448Simple(t *testing.T) {
	var want []byte
	for i := range byte(0x32) {
		want = append(want, i)
	}
	for _, size := range []int{1 << 16, 1, 7, 100} {
		c, out := playFlights(t, simpleSecrets, size, simple)
		for half := range out.text {
			if got := out.text[half].Bytes(); !bytes.Equal(got, want) {
				t.Errorf("half %d in pieces of %d: %x", half, size, got)
			}
		}
		i := c.Info()
		if i.Decrypted != Full || i.CipherName() != "TLS_AES_128_GCM_SHA256" || i.VersionName() != "TLS 1.3" || i.ServerName != "server" ||
			!i.Side[0].CloseNotify || !i.Side[1].CloseNotify || !i.ALPNKnown || i.ALPN != "" {
			t.Errorf("%+v", i)
		}
		if got := fmt.Sprint(i.Side[1].Opened, i.Side[1].Content[2], i.Side[1].Content[3]); got != "{4 982} {3 952} {1 50}" {
			t.Errorf("the server's records: %s", got)
		}
	}
}

// RFC 8448, Section 3: the keys that it derives.
func TestRFC8448Keys(t *testing.T) {
	for _, test := range []struct{ secret, key, iv string }{
		{"b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38", "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30"},
		{"b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21", "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f"},
	} {
		secret := unhex(t, test.secret)
		s := &suites13[0]
		if got := expandLabel(s.hash, secret, "key", 16); !bytes.Equal(got, unhex(t, test.key)) {
			t.Errorf("key %x, want %s", got, test.key)
		}
		if got := expandLabel(s.hash, secret, "iv", 12); !bytes.Equal(got, unhex(t, test.iv)) {
			t.Errorf("iv %x, want %s", got, test.iv)
		}
	}
}

// playFlights feeds flights in pieces of a size.
func playFlights(t testing.TB, log string, size int, flights []flight) (*Conn, *collector) {
	t.Helper()
	store := keylog.NewStore()
	if log != "" {
		if _, err := store.Add([]byte(log), "log"); err != nil {
			t.Fatal(err)
		}
	}
	out := new(collector)
	c := New(Config{Keys: store, KeysFinal: true}, out)
	var offset [2]uint64
	for n, f := range flights {
		for data := unhex(t, f.octets); len(data) > 0; {
			part := data[:min(size, len(data))]
			c.Chunk(&reassembly.Chunk{Half: f.half, Offset: offset[f.half], Packet: uint64(n + 1), Acked: offset[f.half.Other()], Data: part})
			offset[f.half] += uint64(len(part))
			data = data[len(part):]
		}
	}
	c.Finish()
	return c, out
}
