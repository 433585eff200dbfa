package har

import "encoding/json"

// The objects of HAR 1.2, with what this package adds, in the order in which
// they are written.

type entry struct {
	Pageref         string             `json:"pageref"`
	Started         string             `json:"startedDateTime"`
	Time            milliseconds       `json:"time"`
	Request         request            `json:"request"`
	Response        response           `json:"response"`
	Cache           struct{}           `json:"cache"`
	Timings         timings            `json:"timings"`
	ServerIPAddress string             `json:"serverIPAddress"`
	Connection      string             `json:"connection"`
	ConnectionID    string             `json:"_connectionId"`
	Priority        string             `json:"_priority,omitempty"`
	ResourceType    string             `json:"_resourceType"`
	Initiator       *initiator         `json:"_initiator,omitempty"`
	WebSocket       []webSocketMessage `json:"_webSocketMessages,omitempty"`
	GRPC            *grpcCall          `json:"_grpc,omitempty"`
	Tunnel          *tunneled          `json:"_tunnel,omitempty"`
	H2              h2                 `json:"_h2"`
	Comment         string             `json:"comment,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []cookie  `json:"cookies"`
	Headers     []header  `json:"headers"`
	QueryString []param   `json:"queryString"`
	PostData    *postData `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int64     `json:"bodySize"`
}

type response struct {
	Status       int      `json:"status"`
	StatusText   string   `json:"statusText"`
	HTTPVersion  string   `json:"httpVersion"`
	Cookies      []cookie `json:"cookies"`
	Headers      []header `json:"headers"`
	Content      body     `json:"content"`
	RedirectURL  string   `json:"redirectURL"`
	HeadersSize  int      `json:"headersSize"`
	BodySize     int64    `json:"bodySize"`
	TransferSize uint64   `json:"_transferSize"`
	Error        string   `json:"_error,omitempty"`
}

type header struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Redacted bool   `json:"redacted,omitempty"`
	Trust    string `json:"_trust,omitempty"` // "uncertain"
	Comment  string `json:"comment,omitempty"`
}

type cookie struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Path     string `json:"path,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Expires  string `json:"expires,omitempty"`
	HTTPOnly *bool  `json:"httpOnly,omitempty"` // of Set-Cookie only
	Secure   *bool  `json:"secure,omitempty"`
	SameSite string `json:"sameSite,omitempty"`
	Redacted bool   `json:"redacted,omitempty"`
}

type param struct {
	Name        string `json:"name"`
	Value       string `json:"value"`
	FileName    string `json:"fileName,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Redacted    bool   `json:"redacted,omitempty"`
	Comment     string `json:"comment,omitempty"`
}

type postData struct {
	MimeType string  `json:"mimeType"`
	Params   []param `json:"params,omitempty"`
	Text     string  `json:"text"`
	Encoding string  `json:"_encoding,omitempty"` // "base64"
	Redacted bool    `json:"redacted,omitempty"`
	Comment  string  `json:"comment,omitempty"`
}

type body struct {
	Size        uint64 `json:"size"`
	Compression *int64 `json:"compression,omitempty"`
	MimeType    string `json:"mimeType"`
	Text        string `json:"text,omitempty"`
	Encoding    string `json:"encoding,omitempty"` // "base64"
	Comment     string `json:"comment,omitempty"`
}

type timings struct {
	Blocked milliseconds `json:"blocked"`
	DNS     milliseconds `json:"dns"`
	Connect milliseconds `json:"connect"`
	SSL     milliseconds `json:"ssl"`
	Send    milliseconds `json:"send"`
	Wait    milliseconds `json:"wait"`
	Receive milliseconds `json:"receive"`
}

type initiator struct {
	Type   string `json:"type"`
	URL    string `json:"url,omitempty"`
	Stream uint32 `json:"_stream,omitempty"`
}

type webSocketMessage struct {
	Type    string  `json:"type"` // "send" or "receive"
	Time    seconds `json:"time"`
	Opcode  int     `json:"opcode"`
	Data    string  `json:"data"`
	Length  uint64  `json:"_length"` // octets of the payload as sent
	Comment string  `json:"comment,omitempty"`
}

type tunneled struct {
	Sent     uint64     `json:"sent"`
	Received uint64     `json:"received"`
	Protocol string     `json:"protocol,omitempty"` // "h2", "http/1.1", "tls", "octets"; absent for a WebSocket
	Reason   string     `json:"reason,omitempty"`   // why no more is known
	TLS      *tunnelTLS `json:"tls,omitempty"`
}

type tunnelTLS struct {
	Version    string `json:"version,omitempty"`
	ServerName string `json:"server_name,omitempty"`
	ALPN       string `json:"alpn,omitempty"`
	Decrypted  string `json:"decrypted"`
	Reason     string `json:"reason,omitempty"`
}

type h2 struct {
	Stream   uint32      `json:"stream"`
	Kind     string      `json:"kind"`
	State    string      `json:"state"`
	Frames   uint64      `json:"frames"`
	HPACK    sides       `json:"hpack_bytes"`
	Wire     sides       `json:"wire_bytes"`
	Stalls   *stalls     `json:"stalls,omitempty"`
	Reset    *resetFrame `json:"reset,omitempty"`
	Gaps     *gaps       `json:"gaps,omitempty"`
	Interim  []interim   `json:"interim,omitempty"`
	Trailers *trailers   `json:"trailers,omitempty"`
	Findings *severities `json:"findings,omitempty"`
	Priority *h2Priority `json:"priority,omitempty"`
}

type sides struct {
	Client uint64 `json:"client"`
	Server uint64 `json:"server"`
}

type stalls struct {
	StreamWindow     milliseconds `json:"stream_window"`
	ConnectionWindow milliseconds `json:"connection_window"`
	TCP              milliseconds `json:"tcp"`
}

type resetFrame struct {
	From      string `json:"from"`
	ErrorCode string `json:"error_code"`
}

type gaps struct {
	Client []gap `json:"client,omitempty"`
	Server []gap `json:"server,omitempty"`
}

type gap struct {
	Offset uint64 `json:"offset"`
	Bytes  uint64 `json:"bytes"`
}

type interim struct {
	Status  int      `json:"status"`
	Headers []header `json:"headers"`
}

type trailers struct {
	Request  []header `json:"request,omitempty"`
	Response []header `json:"response,omitempty"`
}

type severities struct {
	Error   uint64 `json:"error"`
	Warning uint64 `json:"warning"`
	Info    uint64 `json:"info"`
}

type h2Priority struct {
	DependsOn   *uint32 `json:"depends_on,omitempty"`
	Weight      int     `json:"weight,omitempty"`
	Exclusive   bool    `json:"exclusive,omitempty"`
	Urgency     *uint8  `json:"urgency,omitempty"`
	Incremental bool    `json:"incremental,omitempty"`
}

type grpcCall struct {
	Service       string        `json:"service,omitempty"`
	Method        string        `json:"method,omitempty"`
	Status        string        `json:"status,omitempty"`
	StatusCode    *uint32       `json:"status_code,omitempty"`
	Message       string        `json:"message,omitempty"`
	Timeout       string        `json:"timeout,omitempty"`
	RequestCount  int           `json:"request_count"`
	ResponseCount int           `json:"response_count"`
	Requests      []grpcMessage `json:"requests,omitempty"`
	Responses     []grpcMessage `json:"responses,omitempty"`
	Comment       string        `json:"comment,omitempty"`
}

type grpcMessage struct {
	Time       seconds         `json:"time"`
	Length     uint32          `json:"length"`
	Compressed bool            `json:"compressed"`
	Data       json.RawMessage `json:"data,omitempty"`
	Type       string          `json:"type,omitempty"` // the full name of the message, by the protoset
	Comment    string          `json:"comment,omitempty"`
}

type page struct {
	Started     string      `json:"startedDateTime"`
	ID          string      `json:"id"`
	Title       string      `json:"title"`
	PageTimings pageTimings `json:"pageTimings"`
	Comment     string      `json:"comment,omitempty"`
}

type pageTimings struct {
	OnContentLoad int `json:"onContentLoad"`
	OnLoad        int `json:"onLoad"`
}
