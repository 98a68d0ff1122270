// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	build := []string{"build"}
	if isRaceDetected {
		build = append(build, "-race")
	}
	for number, source := range programs {
		folder := t.TempDir()
		program := filepath.Join(folder, "program.go")
		must(t, os.WriteFile(program, []byte(source), 0o600))
		must(t, os.WriteFile(filepath.Join(folder, "photo.jpg"), picture(1), 0o600))
		built := filepath.Join(folder, "program")
		// Built from here, so that it is of this module, and as this test was, so that most is built already.
		if out, err := exec.Command("go", append(build, "-o", built, program)...).CombinedOutput(); err != nil {
			t.Fatalf("block %d: %v\n%s", number, err, out)
		}
		run := exec.Command(built)
		run.Dir = folder
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("block %d: %v\n%s", number, err, fmt.Sprintf("%.2000s", out))
		}
	}
}
