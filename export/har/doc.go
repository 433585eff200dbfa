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
// _error, _connectionId), the rest in _h2 and _grpc. One key does not, since it
// is that of all formats: redacted, true on what a [redact.Policy] took out.
//
// Nothing is null. What is not known is absent, or where HAR demands a value has
// the one that HAR has for it: -1 for a time, 0 for the status of a response that
// did not come; a method that the capture lacks is UNKNOWN. The entry's comment
// says so.
package har
