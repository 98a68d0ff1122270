// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"encoding/json"
	"runtime"
	"sync"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// ImageState is where an image is in its life.
type ImageState int32

// The states of an image.
const (
	ImagePending    ImageState = clib.ImagePending    // stored; its job waits
	ImageProcessing ImageState = clib.ImageProcessing // a worker makes its variants
	ImageReady      ImageState = clib.ImageReady      // all variants are there, or skipped for a reason
	ImageFailed     ImageState = clib.ImageFailed     // no variants can be made; Failure says why
	ImageDeleted    ImageState = clib.ImageDeleted    // hidden; its files are being removed
)

// Visibility is who may see an image. The library keeps it; the host obeys it.
type Visibility int32

// The visibilities.
const (
	Private  Visibility = clib.VisibilityPrivate  // the owner
	Unlisted Visibility = clib.VisibilityUnlisted // who knows its link
	Public   Visibility = clib.VisibilityPublic   // everybody
)

// For is for whom an original's bytes are read.
type For int32

// The readers.
const (
	ForOwner  For = clib.ForOwner  // as it was put, bit for bit
	ForPublic For = clib.ForPublic // without its place (GPS), losslessly
)

// Image is an image as it stood when it was read. Immutable; any goroutine.
type Image struct {
	p     *clib.Image
	store *Store

	isListed bool // without variants and metadata, which complete reads
	once     sync.Once
	whole    *Image
}

func (s *Store) image(p *clib.Image) *Image {
	i := &Image{p: p, store: s}
	runtime.SetFinalizer(i, func(i *Image) { clib.Pxf_image_free(i.p) })
	return i
}

// complete is the image with its variants and metadata. What a List gave has none: they are read when they are
// asked for; an image that is gone by then, or cannot be read, has none.
func (i *Image) complete() *Image {
	if !i.isListed {
		return i
	}
	i.once.Do(func() {
		i.whole = i
		if whole, err := i.store.Find(context.Background(), i.ID()); err == nil {
			i.whole = whole
		}
	})
	return i.whole
}

// Wait waits until the image is ready, failed or deleted, and gives it as it then stands. Where this
// process runs no worker, it works the image's own jobs. A failed image is no failure of the call.
func (i *Image) Wait(ctx context.Context) (*Image, error) {
	for {
		var p *clib.Image
		err := waitSlice(ctx, i, func(timeoutMS int64, c *clib.Cancel, e *clib.Error) {
			p = clib.Pxf_image_wait(i.p, timeoutMS, c, e)
		})
		if err == nil {
			return i.store.image(p), nil
		}
		if !isTimeout(err) {
			return nil, err
		}
	}
}

// Reload gives the image as it stands now.
func (i *Image) Reload(ctx context.Context) (*Image, error) {
	return i.store.Find(ctx, i.ID())
}

// Remove hides the image at once; a job removes its files and rows. Again is no error.
func (i *Image) Remove(ctx context.Context) error {
	return i.store.Remove(ctx, i.ID())
}

// SetTitle changes the title. ErrConflict if the image changed since it was read: Reload then.
func (i *Image) SetTitle(ctx context.Context, title string) error {
	if err := noZero(title); err != nil {
		return err
	}
	return do(ctx, workSlots, i, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_image_set_title(i.p, title, e) })
}

// SetDescription changes the description. As SetTitle.
func (i *Image) SetDescription(ctx context.Context, description string) error {
	if err := noZero(description); err != nil {
		return err
	}
	return do(ctx, workSlots, i, func(_ *clib.Cancel, e *clib.Error) {
		clib.Pxf_image_set_description(i.p, description, e)
	})
}

// SetVisibility changes who may see it. As SetTitle.
func (i *Image) SetVisibility(ctx context.Context, visibility Visibility) error {
	return do(ctx, workSlots, i, func(_ *clib.Cancel, e *clib.Error) {
		clib.Pxf_image_set_visibility(i.p, int32(visibility), e)
	})
}

// Variants are its variants, skipped ones included; none until it is ready. For an image that a List gave they
// are read now, and there are none if that fails: Reload says why.
func (i *Image) Variants() []*Variant {
	i = i.complete()
	count := lent(i, i.p, clib.Pxf_image_variant_count)
	variants := make([]*Variant, 0, count)
	for index := int64(0); index < count; index++ {
		variants = append(variants, &Variant{p: clib.Pxf_image_variant(i.p, index), owner: i})
	}
	runtime.KeepAlive(i)
	return variants
}

// Variant gives a variant by its kind, nil if there is none; an original WebP's or AVIF's own thumbnail
// is its twin. Read as Variants are.
func (i *Image) Variant(kind string) *Variant {
	if noZero(kind) != nil {
		return nil
	}
	i = i.complete()
	p := clib.Pxf_image_find_variant(i.p, kind)
	runtime.KeepAlive(i)
	if p == nil {
		return nil
	}
	return &Variant{p: p, owner: i}
}

// Metadata is what the picture says of its making, into whatever JSON can be read into; doc/metadata.md names
// the members. Read as Variants are.
func (i *Image) Metadata(into any) error {
	i = i.complete()
	text := lent(i, i.p, clib.Pxf_image_metadata)
	if text == "" {
		text = "{}"
	}
	return json.Unmarshal([]byte(text), into)
}

func (i *Image) part(reader For) readPart {
	return func(ctx context.Context, offset uint64, size int64) (bytes *clib.Bytes, err error) {
		err = do(ctx, workSlots, i, func(c *clib.Cancel, e *clib.Error) {
			bytes = clib.Pxf_image_read(i.p, int32(reader), offset, size, c, e)
		})
		return bytes, err
	}
}

// ReadAll reads the original's bytes.
func (i *Image) ReadAll(ctx context.Context, reader For) ([]byte, error) {
	return i.part(reader).all(ctx)
}

// Open gives a reader of the original's bytes, as they were put: for its owner. There is nothing to close.
func (i *Image) Open(ctx context.Context) *Reader {
	return i.OpenFor(ctx, ForOwner)
}

// OpenFor gives a reader of the original's bytes for its owner or for the public.
func (i *Image) OpenFor(ctx context.Context, reader For) *Reader {
	return &Reader{ctx: ctx, read: i.part(reader), size: i.Bytes()}
}

// ID is its UUID (version 7), lower case with dashes.
func (i *Image) ID() string { return lent(i, i.p, clib.Pxf_image_id) }

// Owner is whose it is.
func (i *Image) Owner() string { return lent(i, i.p, clib.Pxf_image_owner) }

// Title is its title; "" without one.
func (i *Image) Title() string { return lent(i, i.p, clib.Pxf_image_title) }

// Description is its description; "" without one.
func (i *Image) Description() string { return lent(i, i.p, clib.Pxf_image_description) }

// Visibility is who may see it.
func (i *Image) Visibility() Visibility {
	return Visibility(lent(i, i.p, clib.Pxf_image_visibility))
}

// State is where it is in its life.
func (i *Image) State() ImageState { return ImageState(lent(i, i.p, clib.Pxf_image_get_state)) }

// Failure says why it failed, nil if it did not: an *Error.
func (i *Image) Failure() error {
	status := Status(lent(i, i.p, clib.Pxf_image_failure_status))
	if status == clib.StatusOk {
		return nil
	}
	return &Error{Status: status, Origin: OriginImage, Message: lent(i, i.p, clib.Pxf_image_failure)}
}

// FailureRule says why it failed in one word of doc/failures.md, such as "truncated"; "" if it did not.
func (i *Image) FailureRule() string { return lent(i, i.p, clib.Pxf_image_failure_rule) }

// IsDuplicate tells whether the put that gave this image found the owner's same bytes.
func (i *Image) IsDuplicate() bool { return lent(i, i.p, clib.Pxf_image_is_duplicate) }

// FrameCount is that of an animation; 1 for a still picture.
func (i *Image) FrameCount() int { return int(lent(i, i.p, clib.Pxf_image_frame_count)) }

// Type is the original's MIME type, from its content.
func (i *Image) Type() string { return lent(i, i.p, clib.Pxf_image_type) }

// WidthPx is the width in pixels as it is shown, its orientation applied.
func (i *Image) WidthPx() int { return int(lent(i, i.p, clib.Pxf_image_width_px)) }

// HeightPx is the height in pixels as it is shown.
func (i *Image) HeightPx() int { return int(lent(i, i.p, clib.Pxf_image_height_px)) }

// Bytes is the size of the original.
func (i *Image) Bytes() int64 { return int64(lent(i, i.p, clib.Pxf_image_bytes)) }

// Created is when it was accepted; its UTC day is in the key.
func (i *Image) Created() time.Time {
	return time.UnixMilli(lent(i, i.p, clib.Pxf_image_created_ms)).UTC()
}

// ViewCount is how often it was viewed, as far as the host told.
func (i *Image) ViewCount() int64 { return lent(i, i.p, clib.Pxf_image_view_count) }

// SHA256 is that of the original, lower-case hexadecimal.
func (i *Image) SHA256() string { return lent(i, i.p, clib.Pxf_image_sha256) }

// Key is the original's key in its pool.
func (i *Image) Key() string { return lent(i, i.p, clib.Pxf_image_key) }

// Pool is the name of the original's pool.
func (i *Image) Pool() string { return lent(i, i.p, clib.Pxf_image_pool) }

// URL is the original's address, the pool's public URL with the key behind.
func (i *Image) URL() string { return lent(i, i.p, clib.Pxf_image_url) }

// Path is the original's file, where the pool is a folder of this host; else "".
func (i *Image) Path() string { return lent(i, i.p, clib.Pxf_image_path) }

// ShareKey is an unguessable key for links to it, 16 letters and digits.
func (i *Image) ShareKey() string { return lent(i, i.p, clib.Pxf_image_share_key) }

// TraceID is the request that brought it, as the host named it; "" without one.
func (i *Image) TraceID() string { return lent(i, i.p, clib.Pxf_image_trace_id) }

// Cursor is its place, for Query.Cursor.
func (i *Image) Cursor() string { return lent(i, i.p, clib.Pxf_image_cursor) }
