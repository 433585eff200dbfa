package export

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A schema is JSON Schema 2020-12 as far as docs/records.schema.json uses it. What
// it does not know it refuses, so that nothing in the schema is passed over; and so
// it refuses keys that the schema does not describe, which a reader would ignore.
type schema struct {
	root map[string]any
}

func loadSchema(t testing.TB) *schema {
	t.Helper()
	octets, err := os.ReadFile(filepath.Join("..", "docs", "records.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	s := new(schema)
	if err := json.Unmarshal(octets, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

// resolve follows a reference.
func (s *schema) resolve(ref string) map[string]any {
	defs := s.root["$defs"].(map[string]any)
	def, found := defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	if !found {
		panic("the schema has no " + ref)
	}
	return def
}

// record checks a line.
func (s *schema) record(line []byte) error {
	var value map[string]any
	if err := json.Unmarshal(line, &value); err != nil {
		return err
	}
	kind, _ := value["record"].(string)
	ref := map[string]any{"$ref": "#/$defs/" + kind + "_record"}
	if !slices.ContainsFunc(s.root["oneOf"].([]any), func(one any) bool { return reflect.DeepEqual(one, ref) }) {
		return fmt.Errorf("the schema has no record %q", kind)
	}
	return s.check(ref, value, kind)
}

// check holds a value against a schema; path says where it stands.
func (s *schema) check(rule map[string]any, value any, path string) error {
	for keyword, want := range rule {
		var err error
		switch keyword {
		case "description", "required", "additionalProperties": // with properties
		case "$ref":
			err = s.check(s.resolve(want.(string)), value, path)
		case "type":
			err = checkType(want, value)
		case "const":
			err = checkOneOf([]any{want}, value)
		case "enum":
			err = checkOneOf(want.([]any), value)
		case "anyOf":
			err = s.any(want.([]any), value, path)
		case "items":
			err = s.items(want.(map[string]any), value, path)
		case "properties":
			err = s.properties(rule, want.(map[string]any), value, path)
		case "pattern":
			if text, is := value.(string); is && !regexp.MustCompile(want.(string)).MatchString(text) {
				err = fmt.Errorf("%q does not match %s", text, want)
			}
		case "minimum", "maximum":
			if n, is := value.(float64); is && (keyword == "minimum" && n < want.(float64) || keyword == "maximum" && n > want.(float64)) {
				err = fmt.Errorf("%v is beyond the %s %v", n, keyword, want)
			}
		default:
			return fmt.Errorf("%s: the keyword %q is not known to this test", path, keyword)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if _, described := rule["properties"]; !described {
		return s.required(rule, value, path)
	}
	return nil
}

func checkType(want, value any) error {
	names, several := want.([]any)
	if !several {
		names = []any{want}
	}
	for _, name := range names {
		var is bool
		switch v := value.(type) {
		case string:
			is = name == "string"
		case bool:
			is = name == "boolean"
		case float64:
			is = name == "number" || name == "integer" && v == math.Trunc(v)
		case map[string]any:
			is = name == "object"
		case []any:
			is = name == "array"
		}
		if is {
			return nil
		}
	}
	return fmt.Errorf("%v is no %v", value, want)
}

func checkOneOf(all []any, value any) error {
	if slices.ContainsFunc(all, func(one any) bool { return reflect.DeepEqual(one, value) }) {
		return nil
	}
	return fmt.Errorf("%v is none of %v", value, all)
}

func (s *schema) any(rules []any, value any, path string) (err error) {
	for _, rule := range rules {
		if err = s.check(rule.(map[string]any), value, path); err == nil {
			return nil
		}
	}
	return err
}

func (s *schema) items(rule map[string]any, value any, path string) error {
	all, _ := value.([]any)
	for _, item := range all {
		if err := s.check(rule, item, path+"[]"); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) properties(rule, described map[string]any, value any, path string) error {
	object, _ := value.(map[string]any)
	for key, v := range object {
		property, is := described[key].(map[string]any)
		if !is {
			return fmt.Errorf("the key %q is not described", key)
		}
		if err := s.check(property, v, path+"."+key); err != nil {
			return err
		}
	}
	return s.required(rule, value, path)
}

// required checks what of an object does not depend on its properties.
func (s *schema) required(rule map[string]any, value any, path string) error {
	object, is := value.(map[string]any)
	if !is {
		return nil
	}
	required, _ := rule["required"].([]any)
	for _, key := range required {
		if _, there := object[key.(string)]; !there {
			return fmt.Errorf("the key %q is missing", key)
		}
	}
	if additional, is := rule["additionalProperties"].(map[string]any); is {
		for key, v := range object {
			if err := s.check(additional, v, path+"."+key); err != nil {
				return err
			}
		}
	}
	return nil
}
