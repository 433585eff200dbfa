package content

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
)

const formType = `multipart/form-data; boundary="AaB03x"`

// text is body with line ends as they are on the wire.
func crlf(body string) []byte { return []byte(strings.ReplaceAll(body, "\n", "\r\n")) }

func formParams(t *testing.T, body []byte) ([]Param, string) {
	t.Helper()
	m, ok := ParseMediaType(formType)
	if !ok {
		t.Fatal("not a media type")
	}
	return ParseParams(body, m)
}

// RFC 7578, and the examples of HTML 4.01, Section 17.13.4, which browsers followed.
func TestParseFormData(t *testing.T) {
	body := crlf(`a preamble
--AaB03x
Content-Disposition: form-data; name="submit-name"

Larry
--AaB03x  
content-disposition: form-data;
  name="files"; filename="file1.txt"
Content-Type: text/plain

... contents of file1.txt ...
--AaB03xx is no delimiter
 --AaB03x neither

--AaB03x
Content-Disposition: form-data; name="quoted %22name%22"; filename="C:\dir\file \"1\".txt"

--AaB03x
Content-Disposition: form-data; name=u; filename="x"; filename*=UTF-8''na%C3%AFve%20file.txt
Content-Type: application/octet-stream


--AaB03x
Content-Disposition: form-data; name="none"; filename=""

--AaB03x--
an epilogue
--AaB03x
`)
	params, trouble := formParams(t, body)
	var got strings.Builder
	for _, p := range params {
		fmt.Fprintf(&got, "%q=%q file=%v %q %q %q\n", p.Name, p.Value, p.IsFile, p.FileName, p.ContentType, p.Data)
	}
	want := `"submit-name"="Larry" file=false "" "" ""
"files"="" file=true "file1.txt" "text/plain" "... contents of file1.txt ...\r\n--AaB03xx is no delimiter\r\n --AaB03x neither\r\n"
"quoted \"name\""="" file=true "C:\\dir\\file \"1\".txt" "" ""
"u"="" file=true "naïve file.txt" "application/octet-stream" ""
"none"="" file=true "" "" ""
`
	if got.String() != want || trouble != "" {
		t.Errorf("%s\n%s", got.String(), trouble)
	}
}

func TestParseMultipartOfBrokenContent(t *testing.T) {
	const part = "--AaB03x\nContent-Disposition: form-data; name=a\n\nvalue\n"
	for _, test := range []struct {
		name, body string
		parts      int
		last       string // the octets of the last part
		trouble    string
	}{
		{"nothing", "", 0, "", "does not have its boundary"},
		{"another boundary", "--other\n\nx\n--other--", 0, "", "does not have its boundary"},
		{"cut in a part", part + "--AaB03x\n\nval", 2, "val", "not closed"},
		{"cut in a header", part + "--AaB03x\nContent-Dispo", 2, "", "not closed"},
		{"cut in a delimiter", part + "--AaB03", 1, "value\r\n--AaB03", "not closed"},
		{"not closed", part, 1, "value\r\n", "not closed"},
		{"closed without a line end", part + "--AaB03x--", 1, "value", ""},
		{"no part", "--AaB03x--\n", 0, "", ""},
		{"an empty part", "--AaB03x\n--AaB03x--\n", 1, "", ""},
	} {
		parts, trouble := ParseMultipart(crlf(test.body), "AaB03x")
		if len(parts) != test.parts || !strings.Contains(trouble, test.trouble) || (trouble == "") != (test.trouble == "") {
			t.Errorf("%s: %d parts, %q", test.name, len(parts), trouble)
			continue
		}
		if test.parts > 0 && string(parts[test.parts-1].Data) != test.last {
			t.Errorf("%s: the last part is %q", test.name, parts[test.parts-1].Data)
		}
	}
	if _, trouble := ParseMultipart([]byte("--\n\nx\n----"), ""); trouble == "" {
		t.Error("no boundary, and no trouble")
	}
	if parts, trouble := ParseMultipart([]byte("--b\nName: x\n\nbare\n--b--"), "b"); len(parts) != 1 || string(parts[0].Data) != "bare" || trouble != "" {
		t.Errorf("line ends without a carriage return: %+v, %q", parts, trouble)
	}
}

// RFC 9110, Section 14.6.
func TestParseByteRanges(t *testing.T) {
	parts, trouble := ParseMultipart(crlf("--X\nContent-Type: application/pdf\nContent-Range: bytes 500-502/8000\n\nabc\n"+
		"--X\nContent-Range: bytes 7000-7002/8000\n\ndef\n--X--\n"), "X")
	if len(parts) != 2 || trouble != "" || parts[1].Field("content-range") != "bytes 7000-7002/8000" || string(parts[1].Data) != "def" {
		t.Errorf("%+v, %q", parts, trouble)
	}
}

func TestPartsAreLimited(t *testing.T) {
	parts, trouble := ParseMultipart([]byte(strings.Repeat("--b\n", MaxParts+2)), "b")
	if len(parts) != MaxParts || trouble == "" {
		t.Errorf("%d parts, %q", len(parts), trouble)
	}
	header := strings.Repeat("a: b\n", 10*maxPartFields)
	if parts, _ := ParseMultipart([]byte("--b\n"+header+"\n--b--"), "b"); len(parts[0].Header) != maxPartFields {
		t.Errorf("%d fields", len(parts[0].Header))
	}
	folded := "a: b\n" + strings.Repeat(" folded\n", 100_000)
	if parts, _ := ParseMultipart([]byte("--b\n"+folded+"\n--b--"), "b"); len(parts[0].Field("a")) > maxFolded+10 {
		t.Errorf("a field of %d octets", len(parts[0].Field("a")))
	}
}

// What the library writes is read, and octets come out as they went in.
func TestParseMultipartReadsTheLibrarys(t *testing.T) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	files := [][]byte{noise, page, nil, []byte("\r\n"), []byte("--" + w.Boundary() + "x"), []byte("\r\n--")}
	for i, file := range files {
		part, err := w.CreateFormFile(fmt.Sprint("f", i), fmt.Sprint(i, ".bin"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m, _ := ParseMediaType(w.FormDataContentType())
	params, trouble := ParseParams(b.Bytes(), m)
	if len(params) != len(files) || trouble != "" {
		t.Fatalf("%d params, %q", len(params), trouble)
	}
	for i, file := range files {
		if p := params[i]; p.Name != fmt.Sprint("f", i) || p.FileName != fmt.Sprint(i, ".bin") || !bytes.Equal(p.Data, file) {
			t.Errorf("file %d: %q %q, %d octets of %d", i, p.Name, p.FileName, len(p.Data), len(file))
		}
	}
}

// Where the library reads parts without an error, they have the same octets.
func FuzzParseMultipart(f *testing.F) {
	f.Add(crlf("--b\nContent-Disposition: form-data; name=a\n\nvalue\n--b\n\n--b--\n"), "b")
	f.Add([]byte("--b\nA: b\n c\n\nx\n--b--"), "b")
	f.Add([]byte("preamble\r\n--b--\r\n"), "b")
	f.Fuzz(func(t *testing.T, body []byte, boundary string) {
		parts, trouble := ParseMultipart(body, boundary)
		for i := range parts {
			parts[i].param()
		}
		library, err := readWithLibrary(body, boundary)
		if err != nil || trouble != "" || len(boundary) == 0 {
			return
		}
		if len(library) > len(parts) {
			t.Fatalf("%d parts, the library has %d", len(parts), len(library))
		}
	})
}

func readWithLibrary(body []byte, boundary string) (headers []textproto.MIMEHeader, err error) {
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return headers, nil
		} else if err != nil {
			return nil, err
		}
		if _, err := io.ReadAll(part); err != nil {
			return nil, err
		}
		headers = append(headers, part.Header)
	}
}
