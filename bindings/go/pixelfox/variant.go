// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Variant is one rendering of a picture, or the reason why it was not made. Immutable; any goroutine.
type Variant struct {
	p     *clib.Variant
	owner *Image // lends it; nil: it is its own
}

// newVariant takes a variant that is no image's.
func newVariant(p *clib.Variant) *Variant {
	v := &Variant{p: p}
	runtime.SetFinalizer(v, func(v *Variant) { clib.Pxf_variant_free(v.p) })
	return v
}

// Kind is "webp", "avif", "thumbnail_small_webp" …, or the name of the recipe.
func (v *Variant) Kind() string { return lent(v, v.p, clib.Pxf_variant_kind) }

// Type is its MIME type, such as "image/avif"; "" if it was skipped.
func (v *Variant) Type() string { return lent(v, v.p, clib.Pxf_variant_type) }

// WidthPx is its width in pixels; 0 if it was skipped.
func (v *Variant) WidthPx() int { return int(lent(v, v.p, clib.Pxf_variant_width_px)) }

// HeightPx is its height in pixels; 0 if it was skipped.
func (v *Variant) HeightPx() int { return int(lent(v, v.p, clib.Pxf_variant_height_px)) }

// Bytes is the size of its file; 0 if it was skipped.
func (v *Variant) Bytes() int64 { return int64(lent(v, v.p, clib.Pxf_variant_bytes)) }

// RenderTime is how long scaling and encoding took.
func (v *Variant) RenderTime() time.Duration {
	return time.Duration(lent(v, v.p, clib.Pxf_variant_render_ms)) * time.Millisecond
}

// SHA256 is that of its file, lower-case hexadecimal; "" if it was skipped.
func (v *Variant) SHA256() string { return lent(v, v.p, clib.Pxf_variant_sha256) }

// Key is its key in its pool; "" if it was skipped or has no store.
func (v *Variant) Key() string { return lent(v, v.p, clib.Pxf_variant_key) }

// Pool is the name of its pool; "" if it was skipped or has no store.
func (v *Variant) Pool() string { return lent(v, v.p, clib.Pxf_variant_pool) }

// URL is its address, the pool's public URL with the key behind; "" if it has none.
func (v *Variant) URL() string { return lent(v, v.p, clib.Pxf_variant_url) }

// Path is its file, where the pool is a folder of this host; else "".
func (v *Variant) Path() string { return lent(v, v.p, clib.Pxf_variant_path) }

// SkipReason says why it was not made: "same_format", "disabled", "too_large", "unsupported"; "" if it was.
func (v *Variant) SkipReason() string { return lent(v, v.p, clib.Pxf_variant_skip_reason) }

func (v *Variant) part(ctx context.Context, offset uint64, size int64) (bytes *clib.Bytes, err error) {
	err = do(ctx, workSlots, v, func(c *clib.Cancel, e *clib.Error) {
		bytes = clib.Pxf_variant_read(v.p, offset, size, c, e)
	})
	return bytes, err
}

// ReadAll reads its bytes.
func (v *Variant) ReadAll(ctx context.Context) ([]byte, error) {
	return readPart(v.part).all(ctx)
}

// ReadAt reads bytes from an offset.
func (v *Variant) ReadAt(p []byte, offset int64) (int, error) {
	return readPart(v.part).at(context.Background(), p, offset)
}

// Open gives a reader of its bytes. There is nothing to close.
func (v *Variant) Open(ctx context.Context) *Reader {
	return &Reader{ctx: ctx, read: v.part, size: v.Bytes()}
}
