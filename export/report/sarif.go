package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"h2scope/h2decode"
	"h2scope/h2decode/printable"
)

// The part of SARIF 2.1.0 that findings need (OASIS, Section 3).
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID      string         `json:"id"`
		Short   sarifMessage   `json:"shortDescription"`
		Help    sarifMessage   `json:"help"`
		Default sarifLevel     `json:"defaultConfiguration"`
		Extra   map[string]any `json:"properties"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    int               `json:"ruleIndex"`
		Level        string            `json:"level"`
		Message      sarifMessage      `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Fingerprints map[string]string `json:"partialFingerprints"`
		Extra        map[string]any    `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name string `json:"fullyQualifiedName"`
		Kind string `json:"kind"`
	}
)

var sarifLevels = [...]string{
	h2decode.SeverityInfo: "note", h2decode.SeverityWarning: "warning", h2decode.SeverityError: "error",
}

// SARIF is the format that code hosts show beside a change.
func SARIF(version string, rules []Rule) Format {
	return func(w io.Writer, f *Findings) error {
		run := sarifRun{Tool: sarifTool{sarifDriver{Name: "h2scope", Version: version}}, Results: []sarifResult{}}
		index := make(map[string]int)
		for i, r := range rules {
			index[r.ID] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
				ID: r.ID, Short: sarifMessage{r.Requirement}, Help: sarifMessage{r.Reference},
				Default: sarifLevel{sarifLevelOf(r.Severity)}, Extra: map[string]any{"family": r.Family},
			})
		}
		for c, finding := range f.All {
			run.Results = append(run.Results, sarifFinding(f, c, finding, index[finding.Rule]))
		}
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(sarifLog{
			Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
			Version: "2.1.0", Runs: []sarifRun{run},
		})
	}
}

func sarifLevelOf(severity string) string {
	for s, level := range sarifLevels {
		if h2decode.Severity(s).String() == severity {
			return level
		}
	}
	return "none"
}

func sarifFinding(f *Findings, c *Connection, finding *Finding, index int) sarifResult {
	level := sarifLevels[finding.Severity]
	if finding.Consequence {
		level = "none"
	}
	place := "capture"
	if c != nil {
		place = fmt.Sprintf("connection %d (%s to %s)", c.Number, c.Client, c.Server)
	}
	if finding.Stream != 0 {
		place += fmt.Sprintf("/stream %d", finding.Stream)
	}
	if finding.Frame != 0 {
		place += fmt.Sprintf("/frame %d", finding.Frame)
	}
	location := sarifLocation{Logical: []sarifLogical{{place, "resource"}}}
	if len(f.Files) > 0 && f.Files[0] != "-" {
		uri := url.URL{Path: filepath.ToSlash(f.Files[0])}
		location.Physical = &sarifPhysical{sarifArtifact{uri.String()}}
	}
	sum := sha256.Sum256([]byte(finding.Rule + "\n" + By(&finding.Finding) + "\n" + finding.Message))
	return sarifResult{
		RuleID: finding.Rule, RuleIndex: index, Level: level,
		Message:      sarifMessage{printable.String(finding.Message) + answered(finding)},
		Locations:    []sarifLocation{location},
		Fingerprints: map[string]string{"message/v1": hex.EncodeToString(sum[:16])},
		Extra:        map[string]any{"packet": finding.Packet, "by": By(&finding.Finding), "reference": finding.Reference},
	}
}
