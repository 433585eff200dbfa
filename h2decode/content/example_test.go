package content_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"time"

	"h2scope/h2decode/content"
)

func ExampleDecode() {
	var coded bytes.Buffer
	w := gzip.NewWriter(&coded)
	fmt.Fprint(w, "a page that is not very long")
	w.Close()

	body, result := content.Decode(nil, coded.Bytes(), "gzip", content.DefaultMaxBody)
	fmt.Printf("%s\n%v, complete: %v\n", body, result.Applied, result.Complete)

	body, result = content.Decode(nil, []byte("it is plain"), "gzip", content.DefaultMaxBody)
	fmt.Printf("%s\n%s\n", body, result.Trouble)
	// Output:
	// a page that is not very long
	// [gzip], complete: true
	// it is plain
	// the octets can't be read as the content coding "gzip": they stand as they are
}

func ExampleDecodeText() {
	m, _ := content.ParseMediaType("text/plain; charset=ISO-8859-1")
	text := content.DecodeText([]byte("caf\xe9"), m)
	fmt.Printf("%s (%s by %s)\n", text.UTF8, text.Charset, text.From)
	// Output: café (windows-1252 by parameter)
}

func ExampleIndentJSON() {
	out, err := content.IndentJSON(nil, []byte(`{"b":1.50,"a":[]}`), 1000)
	fmt.Printf("%s %v\n", out, err)
	_, err = content.IndentJSON(nil, []byte(`{"b":1.50,}`), 1000)
	fmt.Println(err)
	// Output:
	// {
	//   "b": 1.50,
	//   "a": []
	// } <nil>
	// line 1, column 11: a member's name is missing
}

func ExampleParseSetCookie() {
	c := content.ParseSetCookie("id=a3fWa; Max-Age=60; Secure; HttpOnly; SameSite=Lax")
	ends, _ := c.Ends(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	fmt.Println(c.Name, c.Value, content.ISO(ends), c.SameSite)
	// Output: id a3fWa 2024-01-01T00:01:00.000Z Lax
}

func ExampleBody() {
	b := content.NewBody(8)
	b.Write([]byte("abcd"))
	b.Missing(100)
	b.Write([]byte("efghijkl"))
	fmt.Fprintf(os.Stdout, "%s of %d octets, %v missing, %d beyond the limit\n", b.Octets(), b.Length(), b.Holes(), b.Omitted())
	// Output: abcdefgh of 112 octets, [{4 100}] missing, 4 beyond the limit
}
