package keylog

import (
	"math"
	"strconv"
)

// A Label says what the secret of a line is (RFC 9850, Section 2).
type Label uint8

// Labels. The last four are known, and skipped: what they protect is not the
// connection's records.
const (
	_                            Label = iota
	ClientRandom                       // the master secret, up to TLS 1.2
	RSA                                // a premaster secret, by the beginning of its encryption
	ClientEarlyTrafficSecret           // 0-RTT data of TLS 1.3
	ClientHandshakeTrafficSecret       // TLS 1.3, client to server, up to Finished
	ServerHandshakeTrafficSecret       // TLS 1.3, server to client, up to Finished
	ClientTrafficSecret                // TLS 1.3, client to server, of a generation
	ServerTrafficSecret                // TLS 1.3, server to client, of a generation
	EarlyExporterSecret
	ExporterSecret
	ECHSecret
	ECHConfig
)

var labelNames = [...]string{
	ClientRandom:                 "CLIENT_RANDOM",
	RSA:                          "RSA",
	ClientEarlyTrafficSecret:     "CLIENT_EARLY_TRAFFIC_SECRET",
	ClientHandshakeTrafficSecret: "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	ServerHandshakeTrafficSecret: "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	ClientTrafficSecret:          "CLIENT_TRAFFIC_SECRET_N",
	ServerTrafficSecret:          "SERVER_TRAFFIC_SECRET_N",
	EarlyExporterSecret:          "EARLY_EXPORTER_SECRET",
	ExporterSecret:               "EXPORTER_SECRET",
	ECHSecret:                    "ECH_SECRET",
	ECHConfig:                    "ECH_CONFIG",
}

// String is the label as it stands in a key log; where a number belongs into it,
// with N.
func (l Label) String() string {
	if l == 0 || int(l) >= len(labelNames) {
		return "label " + strconv.Itoa(int(l))
	}
	return labelNames[l]
}

// skipped reports whether the secret opens no record.
func (l Label) skipped() bool { return l >= EarlyExporterSecret }

// UnknownGeneration is that of a secret whose label ends in the letter N, as
// OpenSSL writes it after each KeyUpdate.
const UnknownGeneration = math.MaxUint32

// parseLabel is the label that a word stands for, 0 for none, and the generation
// of a traffic secret.
func parseLabel(word []byte) (l Label, generation uint32) {
	if l := fixedLabel(word); l != 0 {
		return l, 0
	}
	const prefix = len("CLIENT_TRAFFIC_SECRET_")
	if len(word) <= prefix {
		return 0, 0
	}
	switch string(word[:prefix]) {
	case "CLIENT_TRAFFIC_SECRET_":
		l = ClientTrafficSecret
	case "SERVER_TRAFFIC_SECRET_":
		l = ServerTrafficSecret
	default:
		return 0, 0
	}
	generation, ok := parseGeneration(word[prefix:])
	if !ok {
		return 0, 0
	}
	return l, generation
}

// fixedLabel is a label without a number in it, or 0.
func fixedLabel(word []byte) Label {
	switch string(word) {
	case "CLIENT_RANDOM":
		return ClientRandom
	case "CLIENT_HANDSHAKE_TRAFFIC_SECRET":
		return ClientHandshakeTrafficSecret
	case "SERVER_HANDSHAKE_TRAFFIC_SECRET":
		return ServerHandshakeTrafficSecret
	case "CLIENT_EARLY_TRAFFIC_SECRET":
		return ClientEarlyTrafficSecret
	case "EXPORTER_SECRET":
		return ExporterSecret
	case "EARLY_EXPORTER_SECRET":
		return EarlyExporterSecret
	case "RSA":
		return RSA
	case "ECH_SECRET":
		return ECHSecret
	case "ECH_CONFIG":
		return ECHConfig
	}
	return 0
}

func parseGeneration(word []byte) (uint32, bool) {
	if string(word) == "N" {
		return UnknownGeneration, true
	}
	n, err := strconv.ParseUint(string(word), 10, 32)
	return uint32(n), err == nil && n != UnknownGeneration
}

// isLabel reports whether a word is made like a label.
func isLabel(word []byte) bool {
	for i, c := range word {
		if (c < 'A' || c > 'Z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(word) > 0
}
