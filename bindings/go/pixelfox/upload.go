// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"io"
	"runtime"
	"sync"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Meta is what is said of a picture when it is put. The zero value of a field says nothing.
type Meta struct {
	Owner      string // whose it is: UTF-8, at most 255 bytes
	Title      string
	Visibility Visibility      // Private unless said
	Address    string          // the uploader's, as the host knows it (at most 45 bytes)
	TraceID    string          // the request that brought it (at most 63 bytes)
	Size       int64           // how many bytes will come, so that their room is taken at once
	SHA256     string          // what the bytes shall have: another gives ErrCorrupt
	Outputs    map[string]bool // switches "webp", "avif" or "original" off or on for this picture
}

func (m *Meta) isPlain() bool {
	return m.Title == "" && m.Visibility == 0 && m.Address == "" && m.TraceID == "" && m.SHA256 == "" && m.Outputs == nil
}

// PutFile stores a file. When it returns, the picture and its job are on disk and survive a power cut. The
// type comes from the content; the file's name becomes the title. The answer is the owner's first image if
// these bytes are there already (Image.IsDuplicate).
func (s *Store) PutFile(ctx context.Context, path string, meta Meta) (*Image, error) {
	if err := noZero(path, meta.Owner); err != nil {
		return nil, err
	}
	if !meta.isPlain() {
		return s.putOpened(ctx, path, meta)
	}
	var p *clib.Image
	err := do(ctx, workSlots, s, func(c *clib.Cancel, e *clib.Error) {
		p = clib.Pxf_image_put_file(s.p, path, meta.Owner, c, e)
	})
	if err != nil {
		return nil, err
	}
	return s.image(p), nil
}

// PutBytes stores bytes. As PutFile, without a title of its own.
func (s *Store) PutBytes(ctx context.Context, data []byte, meta Meta) (*Image, error) {
	meta.Size = int64(len(data))
	upload, err := s.NewUpload(ctx, meta)
	if err != nil {
		return nil, err
	}
	defer upload.Close()
	if _, err := upload.Write(data); err != nil {
		return nil, err
	}
	return upload.Finish()
}

// PutReader stores what a reader gives, to its end. As PutFile, without a title of its own. The reader's
// own error comes out as it is.
func (s *Store) PutReader(ctx context.Context, reader io.Reader, meta Meta) (*Image, error) {
	upload, err := s.NewUpload(ctx, meta)
	if err != nil {
		return nil, err
	}
	defer upload.Close()
	if _, err := io.CopyBuffer(justWriter{upload}, justReader{reader}, make([]byte, pieceBytes)); err != nil {
		return nil, err
	}
	return upload.Finish()
}

// These hide what would make io.CopyBuffer go without the buffer.
type justReader struct{ io.Reader }
type justWriter struct{ io.Writer }

// Upload is a picture that comes in pieces. One goroutine at a time; others wait for their turn.
type Upload struct {
	ctx   context.Context
	store *Store
	turn  sync.Mutex
	p     *clib.Upload // nil: it is over

	offset int64
}

// NewUpload begins an upload; nothing is written yet. The context is for all of it.
func (s *Store) NewUpload(ctx context.Context, meta Meta) (*Upload, error) {
	if err := noZero(meta.Owner, meta.Title, meta.Address, meta.TraceID, meta.SHA256); err != nil {
		return nil, err
	}
	u := &Upload{ctx: ctx, store: s}
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
		u.p = clib.Pxf_upload_new(s.p, meta.Owner, e)
		if u.p != nil {
			meta.tell(u.p, e)
		}
	})
	if err != nil {
		clib.Pxf_upload_free(u.p)
		return nil, err
	}
	runtime.SetFinalizer(u, func(u *Upload) { clib.Pxf_upload_free(u.p) })
	return u, nil
}

// tell stops at the first thing that is refused.
func (m *Meta) tell(p *clib.Upload, e *clib.Error) {
	if m.Title != "" && clib.Pxf_upload_set_title(p, m.Title, e) != 0 {
		return
	}
	if m.Visibility != 0 && clib.Pxf_upload_set_visibility(p, int32(m.Visibility), e) != 0 {
		return
	}
	if m.Address != "" && clib.Pxf_upload_set_address(p, m.Address, e) != 0 {
		return
	}
	if m.TraceID != "" && clib.Pxf_upload_set_trace_id(p, m.TraceID, e) != 0 {
		return
	}
	if m.Size > 0 && clib.Pxf_upload_set_size(p, uint64(m.Size), e) != 0 {
		return
	}
	if m.SHA256 != "" && clib.Pxf_upload_set_sha256(p, m.SHA256, e) != 0 {
		return
	}
	for output, enabled := range m.Outputs {
		if clib.Pxf_upload_set_output(p, output, enabled, e) != 0 {
			return
		}
	}
}

func over() error {
	return invalid("the upload is over")
}

// Write adds bytes at the end. After a failure that may pass, write again from Offset.
func (u *Upload) Write(data []byte) (int, error) {
	u.turn.Lock()
	defer u.turn.Unlock()
	if u.p == nil {
		return 0, over()
	}
	err := do(u.ctx, workSlots, u, func(c *clib.Cancel, e *clib.Error) { clib.Pxf_upload_append(u.p, data, c, e) })
	if err == nil {
		u.offset += int64(len(data))
		return len(data), nil
	}
	before := u.offset
	u.offset = int64(clib.Pxf_upload_offset(u.p))
	if u.offset < before { // what was accepted before is lost too
		return 0, err
	}
	return int(u.offset - before), err
}

// Offset is how many bytes were accepted.
func (u *Upload) Offset() int64 {
	u.turn.Lock()
	defer u.turn.Unlock()
	return u.offset
}

// Finish checks the whole and stores it. The upload is over then.
func (u *Upload) Finish() (*Image, error) {
	u.turn.Lock()
	defer u.turn.Unlock()
	if u.p == nil {
		return nil, over()
	}
	var p *clib.Image
	err := do(u.ctx, workSlots, u, func(c *clib.Cancel, e *clib.Error) { p = clib.Pxf_upload_finish(u.p, c, e) })
	if err != nil {
		return nil, err
	}
	u.free()
	return u.store.image(p), nil
}

// Close throws away what was not finished. Again is no error.
func (u *Upload) Close() error {
	u.turn.Lock()
	defer u.turn.Unlock()
	u.free()
	return nil
}

func (u *Upload) free() {
	clib.Pxf_upload_free(u.p)
	u.p = nil
}
