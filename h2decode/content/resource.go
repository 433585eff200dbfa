package content

import (
	"path"
	"strings"
)

// A Resource is what tells which kind of resource an exchange was for. All of it
// may be empty.
type Resource struct {
	Method, Path string // of the request
	Protocol     string // :protocol of an extended CONNECT
	Status       string // of the response

	// Request fields: Sec-Fetch-Dest, Sec-Fetch-Mode, Accept, X-Requested-With
	// and Access-Control-Request-Method.
	Dest, Mode, Accept, RequestedWith, AskedMethod string

	// ContentType is the response's.
	ContentType string
}

// Type is the kind of resource, in the words of Chrome's HAR (_resourceType):
// document, stylesheet, image, media, font, script, texttrack, xhr, fetch,
// eventsource, websocket, manifest, ping, csp-violation-report, preflight, other.
//
// A browser says it with Sec-Fetch-Dest (Fetch Metadata Request Headers). Without
// that it is guessed, from the type of the response, then from the path.
func (r Resource) Type() string {
	m, _ := ParseMediaType(r.ContentType)
	switch {
	case r.Protocol == "websocket":
		return "websocket"
	case r.Method == "OPTIONS" && r.AskedMethod != "":
		return "preflight"
	case m.String() == "text/event-stream" || strings.Contains(r.Accept, "text/event-stream"):
		return "eventsource"
	}
	if kind, known := resourceOfDest[r.Dest]; known {
		return kind
	}
	switch {
	case r.Dest == "empty" && r.RequestedWith != "":
		return "xhr"
	case r.Dest == "empty":
		return "fetch"
	case r.Mode == "navigate":
		return "document"
	case strings.EqualFold(r.RequestedWith, "XMLHttpRequest"):
		return "xhr"
	}
	if kind := resourceOfType(m); kind != "" {
		return kind
	}
	file, _, _ := strings.Cut(r.Path, "?")
	if kind := resourceOfExtension[strings.ToLower(path.Ext(file))]; kind != "" {
		return kind
	}
	return "other"
}

// resourceOfDest are the values of Sec-Fetch-Dest: the destinations of the Fetch
// Standard, Section 2.2.5. "empty" says that a script asked.
var resourceOfDest = map[string]string{
	"audio": "media", "audioworklet": "script", "document": "document", "embed": "other",
	"fencedframe": "document", "font": "font", "frame": "document", "iframe": "document",
	"image": "image", "manifest": "manifest", "object": "other", "paintworklet": "script",
	"report": "csp-violation-report", "script": "script", "serviceworker": "script",
	"sharedworker": "script", "style": "stylesheet", "track": "texttrack", "video": "media",
	"worker": "script", "xslt": "stylesheet", "json": "fetch", "webidentity": "fetch",
}

// resourceOfType guesses by the response's type.
func resourceOfType(m MediaType) string {
	switch m.Type {
	case "image", "font":
		return m.Type
	case "audio", "video":
		return "media"
	}
	switch subtype := m.Subtype; {
	case subtype == "html" || subtype == "xhtml+xml":
		return "document"
	case subtype == "css":
		return "stylesheet"
	case strings.HasSuffix(subtype, "javascript") || strings.HasSuffix(subtype, "ecmascript") || subtype == "wasm":
		return "script"
	case subtype == "vtt":
		return "texttrack"
	case subtype == "manifest+json":
		return "manifest"
	case m.IsJSON() || strings.HasPrefix(subtype, "grpc"):
		return "fetch"
	case strings.HasPrefix(subtype, "font-") || strings.HasPrefix(subtype, "x-font-") || subtype == "vnd.ms-fontobject":
		return "font"
	case subtype == "x-mpegurl" || subtype == "vnd.apple.mpegurl" || subtype == "dash+xml":
		return "media"
	}
	return ""
}

// resourceOfExtension guesses by the path, where the response has no type that
// tells.
var resourceOfExtension = map[string]string{
	".htm": "document", ".html": "document", ".css": "stylesheet",
	".js": "script", ".mjs": "script", ".wasm": "script",
	".avif": "image", ".gif": "image", ".ico": "image", ".jpeg": "image", ".jpg": "image",
	".png": "image", ".svg": "image", ".webp": "image",
	".otf": "font", ".ttf": "font", ".woff": "font", ".woff2": "font",
	".m3u8": "media", ".m4a": "media", ".mp3": "media", ".mp4": "media", ".mpd": "media",
	".ogg": "media", ".ts": "media", ".webm": "media",
	".vtt": "texttrack", ".webmanifest": "manifest", ".json": "fetch",
}
