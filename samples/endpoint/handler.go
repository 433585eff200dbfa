package endpoint

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"time"
)

//go:embed pages
var pages embed.FS

// Limits on what a client may ask for.
const (
	maxLarge  = 1 << 30         // octets of /large
	maxChunks = 1000            // of /slow
	maxWait   = 5 * time.Second // between the chunks of /slow
)

// Handler answers what pages/index.html lists.
func Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", index)
	mux.HandleFunc("GET /style.css", static("style.css", "text/css"))
	mux.HandleFunc("GET /app.js", static("app.js", "text/javascript"))
	mux.HandleFunc("GET /story.txt", story)
	mux.HandleFunc("GET /large", large)
	mux.HandleFunc("GET /slow", slow)
	mux.HandleFunc("GET /trailers", trailers)
	mux.HandleFunc("GET /hints", hints)
	mux.HandleFunc("GET /status/{code}", status)
	mux.HandleFunc("GET /reset", reset)
	mux.HandleFunc("/echo", echo)
	mux.HandleFunc("/digest", digest)
	mux.HandleFunc("CONNECT /websocket", webSocketEcho)
	mux.HandleFunc("POST /h2scope.Echo/{method}", grpc)
	return mux
}

// read gives an embedded page.
func read(name string) []byte {
	octets, err := pages.ReadFile("pages/" + name)
	if err != nil {
		panic(err) // what is embedded can be read
	}
	return octets
}

func static(name, contentType string) http.HandlerFunc {
	octets := read(name)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(octets)
	}
}

// index pushes what the page refers to before it sends it (RFC 9113, Section
// 8.4). A client that allows no push is sent the page alone.
func index(w http.ResponseWriter, r *http.Request) {
	if pusher, ok := w.(http.Pusher); ok {
		for _, path := range []string{"/style.css", "/app.js"} {
			_ = pusher.Push(path, nil)
		}
	}
	static("index.html", "text/html; charset=utf-8")(w, r)
}

// large sends ?size= octets.
func large(w http.ResponseWriter, r *http.Request) {
	size, err := number(r, "size", 1<<20, maxLarge)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Content-Length", strconv.Itoa(size))
	chunk := text(1 << 16)
	for ; size > 0; size -= min(size, len(chunk)) {
		if _, err := w.Write(chunk[:min(size, len(chunk))]); err != nil {
			return
		}
	}
}

// slow sends ?chunks= lines, each ?wait= after the one before.
func slow(w http.ResponseWriter, r *http.Request) {
	chunks, err := number(r, "chunks", 5, maxChunks)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	wait := 200 * time.Millisecond
	if asked := r.FormValue("wait"); asked != "" {
		if wait, err = time.ParseDuration(asked); err != nil || wait < 0 || wait > maxWait {
			http.Error(w, "wait is a duration up to "+maxWait.String(), http.StatusBadRequest)
			return
		}
	}
	w.Header().Set("Content-Type", "text/plain")
	control := http.NewResponseController(w)
	for i := range chunks {
		if i > 0 && pause(r.Context(), wait) != nil {
			return
		}
		_, _ = w.Write(text(32))
		if control.Flush() != nil {
			return
		}
	}
}

func trailers(w http.ResponseWriter, _ *http.Request) {
	body := text(96)
	sum := sha256.Sum256(body)
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Set("Trailer", "X-Sum")
	_, _ = w.Write(body)
	w.Header().Set("X-Sum", hex.EncodeToString(sum[:]))
}

// hints sends 103 (RFC 8297) and then the page.
func hints(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Link", "</style.css>; rel=preload; as=style")
	w.Header().Add("Link", "</app.js>; rel=preload; as=script")
	w.WriteHeader(http.StatusEarlyHints)
	static("index.html", "text/html; charset=utf-8")(w, r)
}

// status answers with the status in the path, from 200 to 599.
func status(w http.ResponseWriter, r *http.Request) {
	code, err := strconv.Atoi(r.PathValue("code"))
	if err != nil || code < 200 || code > 599 {
		http.Error(w, "a status is 200 to 599", http.StatusBadRequest)
		return
	}
	w.WriteHeader(code)
}

// reset ends its stream with RST_STREAM, within the body that it announced.
func reset(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write(text(100))
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// echo gives back what comes, as it comes.
func echo(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	control := http.NewResponseController(w)
	_ = control.EnableFullDuplex()
	buffer := make([]byte, 1<<14)
	for {
		n, err := r.Body.Read(buffer)
		if _, failed := w.Write(buffer[:n]); failed != nil || err != nil {
			return
		}
		if control.Flush() != nil {
			return
		}
	}
}

// digest answers with the SHA-256 of what was sent.
func digest(w http.ResponseWriter, r *http.Request) {
	sum := sha256.New()
	if _, err := io.Copy(sum, r.Body); err != nil {
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, hex.EncodeToString(sum.Sum(nil))+"\n")
}
