package fields

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes docs/fields.md: the language and the table. The error is
// that of w.
func WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(languagePage)
	for _, section := range markdownSections {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| field | type | of | what it is |\n|---|---|---|---|\n", section.title, section.text)
		for _, f := range table {
			if section.has(f.Name) {
				f.writeRow(&b)
			}
		}
	}
	b.WriteString("\n## Words and names\n\nThey stand for numbers, in upper or lower case, with or without quotes.\n\n| field | names |\n|---|---|\n")
	for _, f := range table {
		if len(f.Names) > 0 {
			fmt.Fprintf(&b, "| `%s` | %s |\n", f.Name, f.words())
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

type markdownSection struct{ title, text, prefix, except string }

func (s *markdownSection) has(name string) bool {
	return strings.HasPrefix(name, s.prefix) && (s.except == "" || !strings.HasPrefix(name, s.except))
}

// markdownSections cut the table by the beginnings of names.
var markdownSections = [...]markdownSection{
	{title: "Packets, addresses, TCP and TLS", text: "Wireshark's names.", prefix: "", except: "h"},
	{title: "HTTP/2 frames", text: "Wireshark's names.", prefix: "http2", except: "http2.header"},
	{title: "HTTP/2 field lines", text: "Wireshark's names. Of a frame they are those of the field block that it ends; of a stream, those of all its\n" +
		"field sections. Lines that Wireshark has no name for are asked for with `http2.header[\"name\"]`.", prefix: "http2.header"},
	{title: "What h2scope knows besides", text: "Times are seconds.", prefix: "h2."},
}

func (f *Field) writeRow(b *bytes.Buffer) {
	var of []string
	for l := range levels {
		if f.On(l) {
			of = append(of, l.String())
		}
	}
	fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Name, f.Type, strings.Join(of, ", "), strings.ReplaceAll(f.Doc, "|", `\|`))
}

const languagePage = `# Fields and the display filter

This page is made from the table of fields (package h2decode/fields). The same
names serve display filters (` + "`-Y`" + `, and ` + "`/`" + ` in the terminal UI) and columns
(` + "`-T fields -e NAME`" + `).

## The display filter

    http2.type == HEADERS and not ip.src == 192.0.2.0/24
    http2.headers.path contains "/api/" or h2.duration > 250ms
    http2.header["x-id"] matches "^7" and tcp.port in {443, 8000..8999}

Names and operators are Wireshark's. A field alone asks whether it is there.

| operator | also | for | holds where |
|---|---|---|---|
| ` + "`==`" + ` | ` + "`eq`" + ` | all | any value is equal |
| ` + "`!=`" + ` | ` + "`ne`" + ` | all | there are values and all differ |
| ` + "`<` `<=` `>` `>=`" + ` | ` + "`lt` `le` `gt` `ge`" + ` | all but boolean and mark | any value compares so; texts by octets, words in the order of their list |
| ` + "`in {a, b, 1..5}`" + ` | ` + "`not in`" + ` | all but mark | any value is one of these or in a range, its ends included |
| ` + "`contains`" + ` | | string, bytes | any value has this part, letter by letter |
| ` + "`matches`" + ` | ` + "`~`" + ` | string, bytes | the regular expression (RE2) matches a part of any value, in upper or lower case |
| ` + "`&`" + ` | ` + "`bitwise_and`" + ` | integer | any value has one of these bits set |

Relations are joined with ` + "`not`" + ` (` + "`!`" + `), ` + "`and`" + ` (` + "`&&`" + `) and ` + "`or`" + ` (` + "`||`" + `), which bind in this order,
and with parentheses. A field with several values compares where any of them
does: ` + "`tcp.port == 443`" + ` asks for either end. No comparison holds for a field that
is not there, so ` + "`not h2.status == 200`" + ` is also true of streams without a response,
and ` + "`h2.status != 200`" + ` is not.

| type | literals |
|---|---|
| integer | ` + "`42` `0x2a`" + `, a name where the field has some |
| boolean | ` + "`true` `false` `1` `0`" + ` |
| mark | it is there or not: ` + "`h2.late`, `not h2.late`" + `; ` + "`== true` and `== false`" + ` say the same |
| string | ` + "`\"text\"`" + ` with the escapes ` + "`\\\" \\\\ \\n \\r \\t \\x1f \\037 \\u00e9`" + `; ` + "`r\"raw\\text\"`" + `; one word needs no quotes |
| bytes | ` + "`01:02:ff` `0102ff`" + `, or the octets of a text in quotes |
| address | ` + "`192.0.2.1` `2001:db8::1`" + `, prefixes ` + "`192.0.2.0/24` `2001:db8::/32`" + ` |
| time | seconds since 1970, ` + "`\"2026-01-31\"` `\"2026-01-31 12:00:00.5\"` `\"2026-01-31T12:00:00+01:00\"`" + `; UTC where no zone stands |
| duration | seconds, or with a unit: ` + "`0.25` `250ms` `1m30s`" + ` |
| word | one of the words of the field |

A filter is asked of frames, streams, connections or findings. A field is read
from the one that is asked where the table says so under "of", else from the
stream and connection that it belongs to: ` + "`http2.headers.status == 500`" + ` finds the
frame that says so, ` + "`h2.status == 500`" + ` all frames of that exchange. A stream matches
if it or one of its frames does; a connection if it, one of its streams or one of
its frames does.

Differences from Wireshark: a frame, not a packet, is what matches; dates are UTC
where no zone stands; regular expressions are RE2's; fields are not compared with
fields, and there are no slices, functions or arithmetic. An expression has at
most 65,536 octets, 200 parentheses and negations in each other, and 64 relations
that are asked of streams and connections.
`
