// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"sync"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Recipe is what to make of a picture, beside the eight variants or instead of them. The zero value of a
// field says nothing.
type Recipe struct {
	Name     string // the variant's kind and its key's ending, [a-z][a-z0-9]{0,31}
	Output   string // webp (unless said), avif, jpeg, png, original
	Fit      string // full (unless said), width, box, cover, crop
	WidthPx  int
	HeightPx int
	Quality  int // 1–100, 85 unless said; AVIF: a CRF, 0–63, lower is better
}

// make makes the library's recipe; the caller frees it.
func (r *Recipe) make(e *clib.Error) *clib.Recipe {
	p := clib.Pxf_recipe_new(r.Name, e)
	if p == nil {
		return nil
	}
	ok := (r.Output == "" || clib.Pxf_recipe_set_text(p, "output", r.Output, e) == 0) &&
		(r.Fit == "" || clib.Pxf_recipe_set_text(p, "fit", r.Fit, e) == 0) &&
		(r.WidthPx == 0 || clib.Pxf_recipe_set_number(p, "width_px", int64(r.WidthPx), e) == 0) &&
		(r.HeightPx == 0 || clib.Pxf_recipe_set_number(p, "height_px", int64(r.HeightPx), e) == 0) &&
		(r.Quality == 0 || clib.Pxf_recipe_set_number(p, "quality", int64(r.Quality), e) == 0)
	if ok {
		return p
	}
	clib.Pxf_recipe_free(p)
	return nil
}

// AddRecipe makes a recipe part of every picture that is rendered from now on, in all processes.
func (s *Store) AddRecipe(ctx context.Context, recipe Recipe) error {
	if err := noZero(recipe.Name, recipe.Output, recipe.Fit); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
		if p := recipe.make(e); p != nil {
			clib.Pxf_recipe_add(s.p, p, e)
			clib.Pxf_recipe_free(p)
		}
	})
}

// RemoveRecipe renders it no more; variants that exist stay.
func (s *Store) RemoveRecipe(ctx context.Context, name string) error {
	if err := noZero(name); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_recipe_remove(s.p, name, e) })
}

// Renderer renders pictures without a store, one after the other, and keeps its helper process.
type Renderer struct {
	turn    sync.Mutex
	p       *clib.Render // nil: it was closed
	release func()
}

// NewRenderer makes a renderer of these recipes; without any, of the eight variants.
func NewRenderer(options *Options, recipes ...Recipe) (*Renderer, error) {
	config, release, err := options.config()
	if err != nil {
		return nil, err
	}
	defer clib.Pxf_config_free(config)
	r := &Renderer{release: release}
	err = work(nil, func(e *clib.Error) { r.p = clib.Pxf_render_new(config, e) })
	for i := range recipes {
		if err == nil {
			err = r.add(&recipes[i])
		}
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	runtime.SetFinalizer(r, func(r *Renderer) { r.Close() })
	return r, nil
}

func (r *Renderer) add(recipe *Recipe) error {
	if err := noZero(recipe.Name, recipe.Output, recipe.Fit); err != nil {
		return err
	}
	return work(r, func(e *clib.Error) {
		if p := recipe.make(e); p != nil {
			clib.Pxf_render_add_recipe(r.p, p, e)
			clib.Pxf_recipe_free(p)
		}
	})
}

// AddKind adds one of the eight by its kind, such as "avif".
func (r *Renderer) AddKind(kind string) error {
	if err := noZero(kind); err != nil {
		return err
	}
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.p == nil {
		return invalid("the renderer is closed")
	}
	return work(r, func(e *clib.Error) { clib.Pxf_render_add_kind(r.p, kind, e) })
}

// File renders a file.
func (r *Renderer) File(ctx context.Context, path string) ([]*Variant, error) {
	if err := noZero(path); err != nil {
		return nil, err
	}
	return r.run(ctx, func(c *clib.Cancel, e *clib.Error) { clib.Pxf_render_run(r.p, path, c, e) })
}

// Bytes renders bytes.
func (r *Renderer) Bytes(ctx context.Context, data []byte) ([]*Variant, error) {
	return r.run(ctx, func(c *clib.Cancel, e *clib.Error) { clib.Pxf_render_run_bytes(r.p, data, c, e) })
}

func (r *Renderer) run(ctx context.Context, render func(*clib.Cancel, *clib.Error)) ([]*Variant, error) {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.p == nil {
		return nil, invalid("the renderer is closed")
	}
	if err := do(ctx, workSlots, r, render); err != nil {
		return nil, err
	}
	var variants []*Variant
	for p := clib.Pxf_render_next(r.p); p != nil; p = clib.Pxf_render_next(r.p) {
		variants = append(variants, newVariant(p))
	}
	return variants, nil
}

// FailureRule says why the last run failed in one word of doc/failures.md, such as "truncated"; "" if it did not.
func (r *Renderer) FailureRule() string {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.p == nil {
		return ""
	}
	return clib.Pxf_render_failure_rule(r.p)
}

// Close ends its helper. Again is no error.
func (r *Renderer) Close() error {
	r.turn.Lock()
	defer r.turn.Unlock()
	if r.release != nil {
		clib.Pxf_render_free(r.p)
		r.release()
	}
	r.p, r.release = nil, nil
	return nil
}

// HelperVersion starts the helper and tells its version and codecs in one line.
func HelperVersion(options *Options) (text string, err error) {
	config, release, err := options.config()
	if err != nil {
		return "", err
	}
	defer release()
	defer clib.Pxf_config_free(config)
	err = work(nil, func(e *clib.Error) { text = textOf(clib.Pxf_helper_version(config, e)) })
	return text, err
}
