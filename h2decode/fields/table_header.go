package fields

import (
	"strings"

	"h2scope/hpack"
)

// wiresharkNames are the field names that Wireshark gives a filter field of
// their own: http2.headers.cache_control is cache-control.
const wiresharkNames = `:authority :method :path :scheme accept accept-charset accept-encoding accept-language accept-ranges
access-control-allow-origin allow authorization cache-control content-disposition content-encoding content-language
content-location content-range content-type cookie date etag expect expires from if-match if-modified-since if-none-match
if-range if-unmodified-since last-modified link location proxy-authenticate proxy-authorization range referer refresh
retry-after server set-cookie strict-transport-security user-agent vary via www-authenticate`

// wiresharkNumbers are those of which Wireshark gives a number.
const wiresharkNumbers = ":status age content-length max-forwards"

// headerFields are Wireshark's fields of field lines.
func headerFields() []Field {
	rows := []Field{
		{Name: "http2.header", Type: Mark, Keyed: true, Doc: `There are field lines; http2.header["x-id"] gives the values of those of that name.`, on: fieldLines(func(*hpack.Field) value { return mark(true) })},
		{Name: "http2.header.name", Type: String, Doc: "Names of field lines, those of pseudo-header fields with their colon.", on: fieldLines(func(f *hpack.Field) value {
			return octets(f.Name).when(f.NameTrust != hpack.Unknown)
		})},
		{Name: "http2.header.value", Type: String, Doc: "Values of field lines.", on: fieldLines(func(f *hpack.Field) value {
			return octets(f.Value).when(f.ValueTrust != hpack.Unknown)
		})},
		{Name: "http2.header.index", Type: Integer, Doc: "Indexes into the HPACK tables that stood for field lines or their names.", on: fieldLines(func(f *hpack.Field) value {
			return positive(f.Index)
		})},
	}
	for _, name := range strings.Fields(wiresharkNames) {
		rows = append(rows, Field{Name: wiresharkName(name), Type: String, Doc: "Value of " + name + ".", on: fieldLines(named(name))})
	}
	for _, name := range strings.Fields(wiresharkNumbers) {
		rows = append(rows, Field{Name: wiresharkName(name), Type: Integer, Doc: "Value of " + name + ", where it is a number.", on: fieldLines(numeric(named(name)))})
	}
	return rows
}

func wiresharkName(name string) string {
	return "http2.headers." + strings.ReplaceAll(strings.TrimPrefix(name, ":"), "-", "_")
}
