package main

import (
	"errors"
	"strconv"
	"strings"
)

// parseDecodeAs reads rules as tshark's -d has them: tcp.port==8080,http2.
func parseDecodeAs(rules []string) ([]uint16, error) {
	var ports []uint16
	for _, rule := range rules {
		port, err := parseDecodeAsRule(rule)
		if err != nil {
			return nil, usagef("--decode-as %q: %w", rule, err)
		}
		ports = append(ports, port)
	}
	return ports, nil
}

const decodeAsField = "tcp.port=="

func parseDecodeAsRule(rule string) (uint16, error) {
	rest, ok := strings.CutPrefix(rule, decodeAsField)
	if !ok {
		return 0, errors.New("a rule is tcp.port==N,http2: it begins with " + decodeAsField)
	}
	number, protocol, ok := strings.Cut(rest, ",")
	place := func(n int) string { return " at character " + strconv.Itoa(n+1) }
	if !ok {
		return 0, errors.New("a rule is tcp.port==N,http2: there is no comma after the port" + place(len(rule)))
	}
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil || port == 0 {
		return 0, errors.New("a port is a number from 1 to 65535, not " + strconv.Quote(number) + place(len(decodeAsField)))
	}
	if protocol != "http2" {
		return 0, errors.New("the protocol is http2, not " + strconv.Quote(protocol) + place(len(rule)-len(protocol)))
	}
	return uint16(port), nil
}
