package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"h2scope/reassembly/tlsdecrypt/keylog"
	"h2scope/samples/endpoint"
)

const endpointLong = `Runs a web server that is worth capturing: pages with push, content codings,
large and slow bodies, uploads, trailers, interim responses, gRPC. It says what
to try with curl and nghttp. Ctrl-C stops it.

In cleartext it speaks HTTP/1.1, and HTTP/2 with prior knowledge or by Upgrade;
with --tls both by ALPN, with a certificate that is made on the fly and good for a
day. It listens on this machine's own address unless --listen says another.
WebSockets over HTTP/2 (RFC 8441) end on /websocket; they are offered where the
environment has GODEBUG=http2xconnect=1.

With --watch it prints its own traffic as it comes, as h2scope frames does: from
the interface where it has the right to capture, else recorded at the socket. No
key log is needed for that.`

const endpointExample = `h2scope endpoint
h2scope endpoint --tls --keylog keys.log
h2scope endpoint --tls --watch
h2scope endpoint --listen [::1]:8080`

type endpointFlags struct {
	listen, keyLog string
	tls            bool

	watch, details, json bool
	color                string
}

func newEndpoint(std streams) *cobra.Command {
	f := new(endpointFlags)
	c := &cobra.Command{
		Use: "endpoint", Short: "Run a web server that is worth capturing",
		Long: endpointLong, Example: endpointExample,
		DisableFlagsInUseLine: true,
		Args:                  cobra.NoArgs,
		ValidArgsFunction:     cobra.NoFileCompletions,
	}
	fs := c.Flags()
	fs.SortFlags = false
	fs.StringVar(&f.listen, "listen", "127.0.0.1:8443", "listen on `ADDRESS`, host:port; port 0 is any that is free")
	fs.BoolVar(&f.tls, "tls", false, "speak TLS 1.2 and 1.3")
	fs.StringVarP(&f.keyLog, "keylog", "k", "", "append the TLS secrets to key log `FILE`")
	fs.BoolVar(&f.watch, "watch", false, "print the frames of its traffic as they come")
	fs.BoolVarP(&f.details, "details", "V", false, "with --watch: every field of a frame under its line")
	fs.BoolVar(&f.json, "json", false, "with --watch: write records, one JSON object a line")
	fs.StringVar(&f.color, "color", "auto", "colour `WHEN`: auto, always or never")
	_ = c.RegisterFlagCompletionFunc("color", cobra.FixedCompletions(colors, cobra.ShellCompDirectiveNoFileComp))
	c.RunE = func(c *cobra.Command, _ []string) error { return f.run(orBackground(c.Context()), std) }
	return c
}

// check finds mistakes, before anything is opened. It gives the host to listen on.
func (f *endpointFlags) check() (host string, err error) {
	if f.keyLog != "" && !f.tls {
		return "", usagef("--keylog is for --tls")
	}
	if !f.watch && (f.details || f.json) {
		return "", usagef("--details and --json are for --watch")
	}
	if f.watch {
		if err := (&flags{color: f.color}).checkColor(); err != nil {
			return "", err
		}
	}
	if host, _, err = net.SplitHostPort(f.listen); err != nil {
		return "", usagef("--listen is host:port, not %q", f.listen)
	}
	return host, nil
}

// run serves until it is interrupted, which is no error.
func (f *endpointFlags) run(ctx context.Context, std streams) error {
	host, err := f.check()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process
	keys := keylog.NewStore()
	site, keyLog, err := f.site(host, keys)
	if err != nil {
		return err
	}
	if keyLog != nil {
		defer keyLog.Close()
	}
	ln, err := net.Listen("tcp", f.listen)
	if err != nil {
		return hintedError{err, "--listen 127.0.0.1:0 takes a port that is free"}
	}
	if !f.watch {
		f.explain(std, ln.Addr())
		return serve(ctx, site, ln)
	}
	w := f.watching(std, keys)
	recorded, err := w.begin(ln)
	if err != nil {
		ln.Close()
		return err
	}
	f.explain(std, ln.Addr())
	return w.serve(ctx, site, recorded)
}

// site makes the server, and opens its key log where there is to be one. What it
// watches of itself is decrypted with keys.
func (f *endpointFlags) site(host string, keys *keylog.Store) (*endpoint.Site, *os.File, error) {
	if !f.tls {
		return endpoint.NewSite(nil, nil), nil, nil
	}
	id, err := endpoint.NewIdentity(endpoint.ECDSA, host)
	if err != nil {
		return nil, nil, err
	}
	var secrets []io.Writer
	if f.watch {
		secrets = append(secrets, secretsWriter{keys})
	}
	var keyLog *os.File
	if f.keyLog != "" {
		if keyLog, err = os.OpenFile(f.keyLog, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600); err != nil {
			return nil, nil, fmt.Errorf("key log: %w", err)
		}
		secrets = append(secrets, keyLog)
	}
	return endpoint.NewSite(id, io.MultiWriter(secrets...)), keyLog, nil
}

// shutdownTime is how long what has begun may go on behind an interrupt.
const shutdownTime = time.Second

// serve serves until ctx is done.
func serve(ctx context.Context, site *endpoint.Site, ln net.Listener) error {
	served := make(chan error, 1)
	go func() { served <- site.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := site.Shutdown(limited); err != nil {
		return err
	}
	return <-served
}

// explain says where the server is and what to try.
func (f *endpointFlags) explain(std streams, address net.Addr) {
	host, port, _ := net.SplitHostPort(address.String())
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		fmt.Fprintln(std.err, "h2scope: whoever reaches this machine can connect")
		host = "localhost"
	} else if !ip.IsLoopback() {
		fmt.Fprintf(std.err, "h2scope: whoever reaches %s can connect\n", address)
	}
	out := std.out
	if f.json {
		out = std.err // records stand alone
	}
	writeCommands(out, f, net.JoinHostPort(host, port), port)
}

// writeCommands prints the URL, and commands that can be copied.
func writeCommands(w io.Writer, f *endpointFlags, authority, port string) {
	url, curl, nghttp, speaks := "http://"+authority, "curl --http2-prior-knowledge", "nghttp -v", "cleartext: HTTP/1.1, HTTP/2 with prior knowledge or by Upgrade"
	if f.tls {
		url, curl, nghttp, speaks = "https://"+authority, "curl -k", "nghttp -v -y", "TLS: HTTP/2 and HTTP/1.1"
	}
	upgrade := "  curl --http2 " + url + "/  # by Upgrade\n"
	if f.tls {
		upgrade = ""
	}
	keys := ""
	if f.keyLog != "" {
		keys = " -k " + quote(f.keyLog)
	}
	fmt.Fprintf(w, `Serving %[1]s/ (%[4]s). Ctrl-C stops.

Capture:
  tcpdump -i any -w endpoint.pcap tcp port %[5]s

Try:
  %[3]s %[1]s/  # with push
%[7]s  %[2]s %[1]s/
  %[2]s --compressed %[1]s/story.txt  # br, zstd, gzip or deflate
  %[2]s -o large '%[1]s/large?size=1000000'
  %[2]s '%[1]s/slow?chunks=5&wait=200ms'
  %[2]s -d hello %[1]s/echo
  %[2]s -i %[1]s/hints  # 103 before 200
  %[2]s -i %[1]s/trailers
  %[2]s %[1]s/reset  # RST_STREAM within the body

Look:
  h2scope streams%[6]s endpoint.pcap
  h2scope frames -V%[6]s endpoint.pcap
`, url, curl, nghttp, speaks, port, keys, upgrade)
}

// quote makes a file name one word of a shell.
func quote(name string) string {
	if !strings.ContainsAny(name, " \t\n'\"\\$&|;<>()*?[]#~`!{}") {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
