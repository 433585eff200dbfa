// Package hello reads what a TLS handshake says in the clear, or says once it is
// decrypted: versions, cipher suites, server name, ALPN, resumption,
// certificates. RFC 8446, Section 4, has the messages of TLS 1.3, RFC 5246,
// Section 7.4, those of TLS 1.2 and below.
//
// # Messages
//
// Each function takes the body of one handshake message, without the four octets
// of type and length before it; putting messages together from records is the
// caller's.
//
//	[ParseClientHello]            the client's offer
//	[ParseServerHello]            the choice, or a HelloRetryRequest
//	[ParseEncryptedExtensions]    the rest of the choice in TLS 1.3
//	[ParseCertificate]            certificates; see [ParseCertificateInfo]
//	[ParseCompressedCertificate]  the same, compressed (RFC 8879)
//	[ParseServerKeyExchange]      group and key size, up to TLS 1.2
//	[ParseEncryptedPreMaster]     what RSA key exchange sends, up to TLS 1.2
//	[ParseNewSessionTicket]       a ticket
//	[ParseKeyUpdate]              an update of keys in TLS 1.3
//
// A message whose lengths don't add up gives an [*Error], and nothing else. An
// extension that is broken inside spoils only itself: it is listed in Malformed,
// and what could be read of it stays.
//
// What is returned owns its memory, so that the caller may reuse the body. The
// exceptions, which are large, are said where they stand: the certificates of
// [ParseCertificate] and the data of [ParseCompressedCertificate]. Memory is
// proportional to the octets of the body, at most 16 for one; decompression has
// a limit of its own.
//
// Strings are as they were sent, any octets: escape them before showing them.
//
// # Names and fingerprints
//
// [SuiteName], [VersionName] and [GroupName] have the names of the IANA
// registries. [Prohibited] is the list of suites that HTTP/2 forbids.
// [ClientHello.JA3] and [ClientHello.JA4] tell which software the client is.
package hello
