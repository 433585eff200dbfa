package fields

import (
	"fmt"

	"h2scope/h2decode"
	"h2scope/hpack"
)

// namesOf lists the names of numbers from 0 to last.
func namesOf[T interface {
	~uint8 | ~uint16 | ~uint32
	fmt.Stringer
}](last T) []Name {
	var names []Name
	for n := range int64(last) + 1 {
		if name := T(n).String(); name != "" {
			names = append(names, Name{n, name})
		}
	}
	return names
}

var (
	errorCodes      = namesOf(h2decode.HTTP11Required)
	streamStates    = namesOf(h2decode.Closed)
	streamKinds     = namesOf(h2decode.KindExtendedConnect)
	sideNames       = namesOf(h2decode.Server)
	trusts          = namesOf(hpack.Unknown)
	representations = namesOf(hpack.NeverIndexed)
	severities      = namesOf(h2decode.SeverityError)
	closeReasons    = namesOf(h2decode.IdleLimit)
	transports      = namesOf(h2decode.TLS)
	protocols       = namesOf(h2decode.ProtocolTLS)
	starts          = namesOf(h2decode.StartDecodeAs)
	frameTypes      = knownTypes()
	settingIDs      = registeredSettings()
)

func knownTypes() (names []Name) {
	for n := range 256 {
		if t := h2decode.Type(n); t.Known() {
			names = append(names, Name{int64(n), t.String()})
		}
	}
	return names
}

func registeredSettings() (names []Name) {
	for id := range h2decode.SettingID(256) {
		if id.Registered() {
			names = append(names, Name{int64(id), id.String()})
		}
	}
	return names
}
