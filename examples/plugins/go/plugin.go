package main

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
)

var shape = regexp.MustCompile(`^[A-Z]{2}\d{2}[A-Z0-9]{10,30}$`)

func checkIban(_ context.Context, input json.RawMessage, _ *Invocation) (any, error) {
	var wanted struct{ Iban string }
	if err := json.Unmarshal(input, &wanted); err != nil {
		return nil, err
	}
	text := strings.ToUpper(strings.ReplaceAll(wanted.Iban, " ", ""))
	if !shape.MatchString(text) {
		return nil, BusinessError("no_iban", wanted.Iban+" is no IBAN")
	}
	remainder := 0
	for _, character := range text[4:] + text[:4] {
		if character >= 'A' { // A stands for 10, Z for 35.
			remainder = (remainder*100 + int(character-'A') + 10) % 97
		} else {
			remainder = (remainder*10 + int(character-'0')) % 97
		}
	}
	return map[string]any{"valid": remainder == 1, "country": text[:2]}, nil
}

func main() {
	Serve(map[string]Function{"check_iban": checkIban})
}
