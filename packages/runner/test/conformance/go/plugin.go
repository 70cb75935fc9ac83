package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	Serve(map[string]Function{
		"echo": func(_ context.Context, input json.RawMessage, _ *Invocation) (any, error) { return input, nil },
		"progress": func(_ context.Context, _ json.RawMessage, invocation *Invocation) (any, error) {
			invocation.Progress(0.5, "half")
			invocation.Log("warn", "a warning")
			return nil, nil
		},
		"wait": func(ctx context.Context, _ json.RawMessage, _ *Invocation) (any, error) {
			<-ctx.Done()
			return map[string]bool{"stopped": true}, nil
		},
		"business": func(context.Context, json.RawMessage, *Invocation) (any, error) {
			return nil, BusinessError("no_street", "There is no such street")
		},
		"application": func(context.Context, json.RawMessage, *Invocation) (any, error) {
			return nil, ApplicationError("try_later", "Not now")
		},
		"fail":  func(context.Context, json.RawMessage, *Invocation) (any, error) { return nil, errors.New("boom") },
		"files": files,
		"stray": func(context.Context, json.RawMessage, *Invocation) (any, error) {
			fmt.Print("stray without end")
			fmt.Println("\nstray line")
			return map[string]bool{"printed": true}, nil
		},
		"big": func(_ context.Context, input json.RawMessage, _ *Invocation) (any, error) {
			var wanted struct{ Size int }
			err := json.Unmarshal(input, &wanted)
			return strings.Repeat("x", wanted.Size), err
		},
		"crash": func(context.Context, json.RawMessage, *Invocation) (any, error) {
			os.Exit(3)
			return nil, nil
		},
		"context": func(_ context.Context, _ json.RawMessage, invocation *Invocation) (any, error) {
			return map[string]any{
				"job": invocation.Job, "attempt": invocation.Attempt,
				"language": invocation.Config["language"], "key": len(invocation.Secrets["key"]),
			}, nil
		},
	})
}

func files(_ context.Context, _ json.RawMessage, invocation *Invocation) (any, error) {
	text, err := os.ReadFile(filepath.Join(invocation.Directory, "in.txt"))
	if err != nil {
		return nil, err
	}
	return nil, os.WriteFile(filepath.Join(invocation.Directory, "out.txt"), []byte(strings.ToUpper(string(text))), 0o644)
}
