//go:build race

package h2decode

const raceEnabled = true
