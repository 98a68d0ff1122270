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

func TestWhatTheReadmeShowsRuns(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	must(t, err)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) < 3 {
		t.Fatalf("%d blocks", len(blocks))
	}
	build := []string{"build"}
	if isRaceDetected {
		build = append(build, "-race")
	}
	for number, block := range blocks {
		folder := t.TempDir()
		program := filepath.Join(folder, "program.go")
		must(t, os.WriteFile(program, block[1], 0o600))
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
