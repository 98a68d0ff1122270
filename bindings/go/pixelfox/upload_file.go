// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// putOpened stores a file of which more than its owner is said.
func (s *Store) putOpened(ctx context.Context, path string, meta Meta) (*Image, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, errorOfOpen(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, invalid("'" + path + "' is no regular file")
	}
	meta.Size = info.Size()
	if meta.Title == "" {
		meta.Title = filepath.Base(path)
	}
	return s.PutReader(ctx, file, meta)
}

func errorOfOpen(err error) error {
	status := ErrIO
	if errors.Is(err, fs.ErrNotExist) {
		status = ErrNotFound
	} else if errors.Is(err, fs.ErrPermission) {
		status = ErrDenied
	}
	return &Error{Status: status, Message: err.Error(), cause: err}
}
