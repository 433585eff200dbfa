// Package report shows the findings of a capture, for people and for build
// pipelines: as text, Markdown, JUnit XML and SARIF 2.1.0.
//
// A [Report] is a view like those of package text: each worker gathers what its
// connections gave, and at the end all is put in order and written in one
// format. What was selected ([Selection]) and what is accepted ([Baseline]) is
// left out of every format alike, and counted.
package report
