// Package bodies writes the content of messages to files in a folder, its content
// codings undone, and a list of them.
//
// A file is named by its connection, stream and side, and by the last part of the
// request's path: c1-s3-response-index.html. Of the path only letters, digits,
// ".", "-" and "_" are kept, so that no name can leave the folder or mean
// something to a shell; the number before it makes it one of its own. Files are
// opened within the folder (os.Root): a link that lies there leads nowhere else.
// None is written over unless that is asked for.
//
// What is inside of a tunnel stands in a folder with the tunnel's name:
// c1-s1-tunnel/s3-response-index.html.
//
// Content with a hole keeps its place: the file reads as zeros where the capture
// lacks octets, and the list says where.
package bodies
