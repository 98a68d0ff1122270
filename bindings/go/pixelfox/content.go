// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"errors"
	"io"
	"unsafe"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// readPart reads bytes of a stored file; size 0 reads all that follow.
type readPart func(ctx context.Context, offset uint64, size int64) (*clib.Bytes, error)

// bytesOf takes bytes that the library gave.
func bytesOf(bytes *clib.Bytes) []byte {
	if bytes == nil {
		return nil
	}
	defer clib.Pxf_bytes_free(bytes)
	return append([]byte{}, view(bytes)...)
}

// view lets bytes of the library be seen until they are freed.
func view(bytes *clib.Bytes) []byte {
	size := clib.Pxf_bytes_size(bytes)
	if size == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(clib.Pxf_bytes_data(bytes)), int(size))
}

func (read readPart) all(ctx context.Context) ([]byte, error) {
	bytes, err := read(ctx, 0, 0)
	if err != nil {
		return nil, err
	}
	return bytesOf(bytes), nil
}

func (read readPart) at(ctx context.Context, p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, invalid("an offset is not negative")
	}
	if len(p) == 0 {
		return 0, nil
	}
	bytes, err := read(ctx, uint64(offset), int64(len(p)))
	if err != nil {
		return 0, err
	}
	defer clib.Pxf_bytes_free(bytes)
	n := copy(p, view(bytes))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Reader reads a stored file: io.Reader, io.Seeker, io.ReaderAt and io.WriterTo, so http.ServeContent can
// send it. One goroutine at a time, but for ReadAt.
type Reader struct {
	ctx    context.Context
	read   readPart
	size   int64
	offset int64
	piece  []byte // what was read ahead, from pieceAt on
	at     int64
}

// Size is that of the stored file.
func (r *Reader) Size() int64 {
	return r.size
}

// ReadAt reads from an offset, whatever Seek said.
func (r *Reader) ReadAt(p []byte, offset int64) (int, error) {
	return r.read.at(r.ctx, p, offset)
}

// Read reads on.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.offset < r.at || r.offset >= r.at+int64(len(r.piece)) {
		if err := r.load(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.piece[r.offset-r.at:])
	r.offset += int64(n)
	return n, nil
}

func (r *Reader) load() error {
	if r.piece == nil {
		r.piece = make([]byte, 0, pieceBytes)
	}
	piece := r.piece[:cap(r.piece)]
	n, err := r.read.at(r.ctx, piece, r.offset)
	r.piece, r.at = piece[:n], r.offset
	if n > 0 {
		return nil
	}
	return err
}

// WriteTo writes what follows.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	var written int64
	for {
		if err := r.load(); err != nil {
			if err == io.EOF {
				err = nil
			}
			return written, err
		}
		n, err := w.Write(r.piece)
		r.offset += int64(n)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
}

// Seek says where Read goes on.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("pixelfox: seek before the beginning")
	}
	r.offset = offset
	return offset, nil
}
