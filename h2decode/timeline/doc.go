// Package timeline is the record of connections over time: one model for all that
// shows what happened, and when.
//
// A [Recorder] is a sink of h2decode's events. What it is told it appends to a
// [Capture]; a [Snapshot] of that has a [Conn] for each connection, with its
// frames, exchanges, flow-control windows, stalls, settings, PING round trips,
// priorities, HPACK tables, endings, gaps, findings and what TCP told of the path.
// Octets of frames and bodies are not in it: a [Frame] says where they are.
//
// # At an instant
//
// [Conn.At] and [Conn.AtFrame] give the [State] at an instant: windows of the
// connection and of each stream, states of streams, settings in force, priority
// tree, urgencies, HPACK tables. An instant is a position between two frames: the
// state after frame n has in it all that frame n brought about, the closing of its
// stream, say, or the settings that it acknowledged. A time stands for the last
// frame before which none is later.
//
// It is a search and a short replay. The frames are the log of what changes windows
// and streams, as each keeps the windows that it left and the state of its stream;
// what else moves them (settings, loss of sync, eviction) are changes between
// frames. Every 512 frames, or more where many streams are open, there is a
// checkpoint. The priority models have checkpoints of their own, from the first
// word of the client on. A table is a queue, so its history is the list of what
// was put in and, for each change, from where to where the table reached. Settings
// are kept whole at each acknowledgment.
//
// What cannot be known is said not to be: windows have a Known, so have settings,
// tables are Complete or not, a State says whether frames may have been missed.
// Of a connection whose decoder the recorder does not know ([Recorder.Observe])
// less is known.
//
// # Over an interval
//
// [Conn.Segments] cuts an exchange into what its time was spent on, stalls inside;
// [Conn.Windows] gives the points at which a window changed; [Conn.Shares] sets
// what each stream got beside what it was due; [Conn.Cadence] says how updates
// came; [Conn.HeldUp] finds the deadlock of priority and flow control.
// [Conn.Explain] and [Conn.Advise] put numbers into sentences.
//
// # Who may do what
//
// Any number of recorders may write to a capture at once. A recorder belongs to
// one goroutine, and all events of one connection go to one recorder;
// ConnectionClosed is the last. What it has recorded becomes visible when it
// publishes: by [Recorder.Publish], which whoever feeds it calls when there is
// nothing to do for a while and at the end, or by itself before the next frame
// once somebody has asked for a snapshot.
//
// [Capture.Snapshot] may be called by any goroutine at any time. It costs a
// pointer for each connection where something new was published, and nothing
// where nothing was. Snapshots and all they give never change, need no lock, and
// may be used by any number of goroutines for as long as they like. The one lock
// there is, in Capture, is held while pointers are copied, never while anything is
// computed or drawn.
//
// That needs no copies of what is recorded, because it only grows at its end: see
// list.go. The exception are exchanges that are not over. Their snapshot is a copy,
// made when it is published, so a publication costs about a microsecond for each
// open stream of the connections that have changed.
//
// # What is forgotten
//
// A capture may go on for days. [Limits.Memory] bounds what it takes: the oldest is
// forgotten, a sixteenth of all that is kept at a time. Of connections that were
// over by then nothing is left; of others the frames are forgotten, and what stands
// in them: exchanges that were over, stalls, findings, entries of tables. What was
// in force then is not: states, windows, settings, trees and tables are as right
// behind what was forgotten as they would be with it. Frames and exchanges keep
// their numbers; [Conn.FirstFrame] and [Conn.NextExchange] say which are kept,
// [Snapshot.Forgotten] how many are not. Totals count all that there were.
//
// # What it costs
//
// A frame takes 48 octets, an exchange 168, a change of a table 28 and each entry
// put in 56 and its octets. Field sections are kept in an archive of each
// recorder, in which what looks like something lately kept is kept once; a field
// takes its octets and about 4, and 5 for each section that it stands in.
// Checkpoints take up to 12 octets a frame, those of a priority model about 70 for
// each stream in it every 8 frames for each of these streams. Of h2load's 200,000
// exchanges that makes 120 octets a frame all together. [Limits] bound the rest.
//
// AtFrame takes some 10 to 100 microseconds, in proportion to the frames since the
// checkpoint and to the streams that are open. Exchange and Frame are searches.
// What takes time in proportion to more than that says so.
package timeline
