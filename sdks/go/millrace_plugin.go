// The plugin side of Millrace for Go. One file, no dependency. The contract stands in docs/guide/plugins.md.
//
//	func main() { Serve(map[string]Function{"greet": greet}) }
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sort"
	"sync"
)

// Function does one thing. Its input is JSON; its output is marshalled to JSON. Its context ends when the host asks
// it to stop.
type Function func(ctx context.Context, input json.RawMessage, invocation *Invocation) (any, error)

// Failure is an error with what the host has to know about it. BusinessError and ApplicationError make one.
type Failure struct {
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Retry   bool   `json:"retry"`
}

func (failure *Failure) Error() string { return failure.Message }

// BusinessError says that the work cannot succeed as it is; it is not tried again.
func BusinessError(code, message string) error { return &Failure{"business", code, message, false} }

// ApplicationError says that the work may succeed later.
func ApplicationError(code, message string) error { return &Failure{"application", code, message, true} }

// Invocation is what the host says of one call, and the ways to speak to it.
type Invocation struct {
	Job       string                     `json:"job"`
	Attempt   int                        `json:"attempt"`
	TimeoutMs float64                    `json:"timeoutMs"`
	Directory string                     `json:"directory"`
	Config    map[string]json.RawMessage `json:"config"`
	Secrets   map[string]string          `json:"secrets"`
	id        string
	answer    func(any)
}

// Progress tells how far the work is, from 0 to 1.
func (invocation *Invocation) Progress(fraction float64, message string) {
	invocation.answer(map[string]any{
		"type": "progress", "id": invocation.id, "fraction": fraction, "message": message})
}

// Log writes a line to the log; the level is debug, info, warn or error.
func (invocation *Invocation) Log(level, message string) {
	invocation.answer(map[string]any{"type": "log", "id": invocation.id, "level": level, "message": message})
}

type hostMessage struct {
	Type     string          `json:"type"`
	ID       string          `json:"id"`
	Function string          `json:"function"`
	Input    json.RawMessage `json:"input"`
	Context  json.RawMessage `json:"context"`
}

// Serve serves functions by name until the standard input ends.
func Serve(functions map[string]Function) {
	// Messages go to the real standard output; whatever else prints there lands in the log.
	out := os.Stdout
	os.Stdout = os.Stderr
	var lock sync.Mutex
	answer := func(message any) {
		line, err := json.Marshal(message)
		if err != nil {
			panic(err)
		}
		lock.Lock()
		defer lock.Unlock()
		if _, err := out.Write(append(line, '\n')); err != nil {
			os.Exit(1)
		}
	}
	var running sync.Map
	input := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		var message hostMessage
		if err != nil || json.Unmarshal(line, &message) != nil {
			panic(fmt.Sprintf("no message: %s %v", line, err))
		}
		switch message.Type {
		case "probe":
			answer(map[string]any{"type": "ok", "id": message.ID, "output": describe(functions)})
		case "invoke":
			ctx, cancel := context.WithCancel(context.Background())
			running.Store(message.ID, cancel)
			go func() {
				answer(invoke(ctx, functions[message.Function], message, answer))
				running.Delete(message.ID)
				cancel()
			}()
		case "cancel":
			if cancel, found := running.Load(message.ID); found {
				cancel.(context.CancelFunc)()
			}
		case "shutdown":
			return
		}
	}
}

func describe(functions map[string]Function) map[string]any {
	names := make([]string, 0, len(functions))
	for name := range functions {
		names = append(names, name)
	}
	sort.Strings(names)
	name, version := os.Getenv("MILLRACE_PACKAGE_NAME"), os.Getenv("MILLRACE_PACKAGE_VERSION")
	return map[string]any{"name": name, "version": version, "protocol": 1, "functions": names}
}

func invoke(ctx context.Context, function Function, message hostMessage, answer func(any)) (reply map[string]any) {
	fail := func(failure *Failure) map[string]any {
		return map[string]any{"type": "error", "id": message.ID, "error": failure}
	}
	defer func() {
		if caught := recover(); caught != nil {
			fmt.Fprintf(os.Stderr, "%v\n%s", caught, debug.Stack())
			reply = fail(&Failure{"application", "failed", fmt.Sprint(caught), true})
		}
	}()
	if function == nil {
		return fail(&Failure{"business", "function_unknown", "there is no function " + message.Function, false})
	}
	invocation := &Invocation{id: message.ID, answer: answer}
	if len(message.Context) > 0 {
		if err := json.Unmarshal(message.Context, invocation); err != nil {
			return fail(&Failure{"application", "failed", err.Error(), true})
		}
	}
	output, err := function(ctx, message.Input, invocation)
	var failure *Failure
	if errors.As(err, &failure) {
		return fail(failure)
	}
	if err != nil {
		return fail(&Failure{"application", "failed", err.Error(), true})
	}
	return map[string]any{"type": "ok", "id": message.ID, "output": output}
}
