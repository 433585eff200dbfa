package bodies

import (
	"fmt"
	"path"
	"strings"

	"h2scope/export/exchange"
	"h2scope/h2decode"
)

// maxName is how many characters of a path a file's name has.
const maxName = 80

// extensions are those of files whose path tells none.
var extensions = map[string]string{
	"text/html": ".html", "text/css": ".css", "text/plain": ".txt", "text/csv": ".csv", "text/xml": ".xml",
	"text/javascript": ".js", "application/javascript": ".js", "application/json": ".json", "application/xml": ".xml",
	"application/pdf": ".pdf", "application/zip": ".zip", "application/wasm": ".wasm", "application/grpc": ".grpc",
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/avif": ".avif",
	"image/svg+xml": ".svg", "image/x-icon": ".ico", "font/woff": ".woff", "font/woff2": ".woff2",
	"video/mp4": ".mp4", "audio/mpeg": ".mp3",
}

// folderName names the folder of the connection inside of a tunnel: that of the
// tunnel. It is "" for others.
func folderName(c *exchange.Connection) string {
	var elements []string
	for i, stream := range c.Within {
		name := fmt.Sprintf("s%d-tunnel", stream)
		if i == 0 {
			name = fmt.Sprintf("c%d-%s", c.Number, name)
		}
		elements = append(elements, name)
	}
	return path.Join(elements...)
}

// fileName names the file of a body. It is one path element, and one of its own.
func fileName(x *exchange.Exchange, side h2decode.Side, c *exchange.Content) string {
	what := [...]string{"request", "response"}[side]
	if x.Tunnel() {
		what = [...]string{"sent", "received"}[side]
	}
	name := fmt.Sprintf("s%d-%s", x.Stream.ID, what)
	if len(x.Conn.Within) == 0 {
		name = fmt.Sprintf("c%d-%s", x.Conn.Number, name)
	}
	last := lastElement(string(x.Stream.Request.Field(":path")))
	if last != "" {
		name += "-" + last
	}
	if side == h2decode.Client || !strings.Contains(last, ".") {
		name += extensions[c.Type.String()]
	}
	return name
}

// lastElement is the last element of a path that has a name, made safe.
func lastElement(target string) string {
	target, _, _ = strings.Cut(target, "?")
	target = strings.TrimRight(target, "/")
	target = target[strings.LastIndexByte(target, '/')+1:]
	target = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '.', r == '-', r == '_':
			return r
		}
		return '_'
	}, target)
	if len(target) > maxName { // the end has the extension
		target = target[len(target)-maxName:]
	}
	return strings.Trim(target, ".")
}
