// Package har writes HTTP Archives: HAR 1.2, as browsers and load generators read
// it (http://www.softwareishard.com/blog/har-12-spec/).
//
// A [HAR] is a view: each worker renders an entry for each stream that is over,
// the program merges the entries by packet, and what stands around them is
// written before and behind: the pages and the comment come last, since they tell
// what is known only then. So an archive needs no more memory than the messages
// that are under way.
//
// What HAR has no name for begins with an underscore: what Chrome writes by its
// names (_priority, _resourceType, _webSocketMessages, _initiator, _transferSize,
// _error, _connectionId), the rest in _h2, _grpc and _tunnel. One key does not,
// since it is that of all formats: redacted, true on what a [redact.Policy] took out.
//
// What Chrome's network panel imports of it is what the archive says, with two
// exceptions that are the panel's: it takes connection, for which HAR allows the
// port of either side, for the server's; and it shows as stalled what a request
// waited that nothing blocked.
//
// The exchanges inside of a tunnel are entries behind that of the CONNECT, with the
// tunnel in the name of their connection and a page of their own.
//
// Nothing is null. What is not known is absent, or where HAR demands a value has
// the one that HAR has for it: -1 for a time, 0 for the status of a response that
// did not come; a method that the capture lacks is UNKNOWN. The entry's comment
// says so.
package har
