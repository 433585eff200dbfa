//go:build !unix && !windows

package main

import "os"

// fileWidth knows of no terminals here.
func fileWidth(*os.File) int { return 0 }

// isBrokenPipe can't be told here.
func isBrokenPipe(error) bool { return false }
