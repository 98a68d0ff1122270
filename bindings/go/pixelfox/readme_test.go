// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

const head = `package main

import (
	"context"
	"fmt"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

func main() {
	ctx := context.Background()
`

func TestWhatTheReadmeShowsRuns(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	must(t, err)
	goBlock := regexp.MustCompile("(?s)```go\n(.*?)```")
	var programs []string
	for _, block := range goBlock.FindAllSubmatch(readme, -1) {
		programs = append(programs, string(block[1]))
	}
	if len(programs) < 3 {
		t.Fatalf("%d blocks", len(programs))
	}
	if whole, err := os.ReadFile("../../../README.md"); err == nil { // what it shows is the inside of a function
		for _, block := range goBlock.FindAllSubmatch(whole, -1) {
			programs = append(programs, head+string(block[1])+"_ = err\n}\n")
		}
	}
	for number, source := range programs {
		number, source := number, source
		t.Run(strconv.Itoa(number), func(t *testing.T) {
			t.Parallel()
			runProgram(t, source)
		})
	}
}

func runProgram(t *testing.T, source string) {
	folder := t.TempDir()
	program, built := filepath.Join(folder, "program.go"), filepath.Join(folder, "program")
	must(t, os.WriteFile(program, []byte(source), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "photo.jpg"), picture(1), 0o600))
	// Built from here, so that it is of this module, and as this test was, so that most is built already.
	build := []string{"build", "-ldflags=-s -w", "-o", built}
	if isRaceDetected {
		build = append(build, "-race")
	}
	if out, err := exec.Command("go", append(build, program)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.Command(built)
	run.Dir = folder
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v\n%.2000s", err, out)
	}
}
