//go:build !unix

package capture

import "errors"

func makeFIFO(string) error { return errors.ErrUnsupported }
