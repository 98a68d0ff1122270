// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Functions of the public headers that this package has no use for, and why.
var notCalled = map[string]string{
	"pxf_bytes_copy":        "Go's bytes go in as they are",
	"pxf_config_set_flag":   "pxf_config_set_text takes all kinds",
	"pxf_config_set_log":    "clib.SetLog calls it",
	"pxf_config_set_number": "pxf_config_set_text takes all kinds",
	"pxf_image_put_bytes":   "an upload puts bytes, with a title and more",
	"pxf_image_put_fd":      "PutReader takes an *os.File",
	"pxf_pool_held_bytes":   "Pool.Number reads all numbers",
	"pxf_pool_pick":         "clib.Pick calls it",
	"pxf_pool_set_flag":     "pxf_pool_set_text takes all kinds",
	"pxf_pool_set_number":   "pxf_pool_set_text takes all kinds",
	"pxf_pool_used_bytes":   "Pool.Number reads all numbers",
	"pxf_store_fd":          "Store.Events waits without one",
	"pxf_worker_add_kind":   "clib.AddKind calls it",
}

func sources(t *testing.T, pattern string, wanted func(name string) bool) string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	must(t, err)
	var all strings.Builder
	for _, name := range names {
		if wanted(name) {
			text, err := os.ReadFile(name)
			must(t, err)
			all.Write(text)
		}
	}
	return all.String()
}

func isNoTest(name string) bool { return !strings.HasSuffix(name, "_test.go") }

func TestEveryFunctionOfTheHeadersIsReachedOrHasAReason(t *testing.T) {
	headers := sources(t, "../../../include/pixelfox/*.h", func(string) bool { return true })
	if headers == "" {
		t.Skip("the module stands outside its repository")
	}
	called := map[string]bool{}
	for _, found := range regexp.MustCompile(`\bclib\.P(xf_\w+)`).FindAllStringSubmatch(sources(t, "*.go", isNoTest), -1) {
		called["p"+found[1]] = true
	}
	declared := map[string]bool{}
	for _, found := range regexp.MustCompile(`(?m)^PXF_API\s[^;]*?\b(pxf_\w+)\(`).FindAllStringSubmatch(headers, -1) {
		name := found[1]
		declared[name] = true
		if _, isExcepted := notCalled[name]; called[name] == isExcepted {
			t.Errorf("%s: called %v, excepted %v", name, called[name], isExcepted)
		}
	}
	if len(declared) < 200 {
		t.Errorf("only %d functions were found", len(declared))
	}
	for name := range notCalled {
		if !declared[name] {
			t.Errorf("%s is excepted and stands in no header", name)
		}
	}
}

// undescribed lists exported names without a comment.
func undescribed(d *doc.Package) (bare []string) {
	say := func(name, text string) {
		if ast.IsExported(name) && strings.TrimSpace(text) == "" {
			bare = append(bare, name)
		}
	}
	values := func(groups []*doc.Value) {
		for _, group := range groups {
			for _, spec := range group.Decl.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					say(name.Name, spec.(*ast.ValueSpec).Doc.Text()+spec.(*ast.ValueSpec).Comment.Text())
				}
			}
		}
	}
	functions := func(all []*doc.Func) {
		for _, f := range all {
			if f.Name != "Error" && f.Name != "String" {
				say(f.Name, f.Doc)
			}
		}
	}
	values(d.Consts)
	values(d.Vars)
	functions(d.Funcs)
	for _, kind := range d.Types {
		say(kind.Name, kind.Doc)
		values(kind.Consts)
		values(kind.Vars)
		functions(kind.Funcs)
		functions(kind.Methods)
	}
	return bare
}

func TestEverythingExportedIsDescribed(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", func(info fs.FileInfo) bool { return isNoTest(info.Name()) },
		parser.ParseComments)
	must(t, err)
	d := doc.New(packages["pixelfox"], "pixelfox", 0)
	if d.Doc == "" || len(d.Types) < 20 {
		t.Errorf("%d types, %q", len(d.Types), d.Doc)
	}
	if bare := undescribed(d); bare != nil {
		t.Errorf("without a comment: %v", bare)
	}
}
