// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"runtime/cgo"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Level is how grave a log line is.
type Level int32

// The levels.
const (
	LevelDebug Level = clib.LevelDebug // for whoever looks for a defect
	LevelInfo  Level = clib.LevelInfo  // something that happens now and then
	LevelWarn  Level = clib.LevelWarn  // something a person should look at some day
	LevelError Level = clib.LevelError // something a person should look at now
)

// Options are what a store or a Renderer is opened with; nil is all defaults.
type Options struct {
	// Settings by their names, such as "render.webp_quality": bool, an integer, or text as a person
	// writes it ("100 MiB"). doc/settings.md lists them, and so does Settings.
	Settings map[string]any
	// Log receives log lines, from any thread; it must not call this package.
	Log func(level Level, message string)
}

// config makes the library's options; the handle of the log, if any, lives until release.
func (o *Options) config() (config *clib.Config, release func(), err error) {
	e := new(clib.Error)
	config = clib.Pxf_config_new(e)
	release = func() {}
	if config == nil || o == nil {
		return config, release, errorOf(e, nil)
	}
	for name, value := range o.Settings {
		if err := setConfig(config, name, value); err != nil {
			clib.Pxf_config_free(config)
			return nil, nil, err
		}
	}
	if o.Log != nil {
		log := o.Log
		handle := cgo.NewHandle(clib.LogFunc(func(level int32, message string) { log(Level(level), message) }))
		release = handle.Delete
		clib.SetLog(config, handle)
	}
	return config, release, nil
}

// Store is an open store: a catalog, a queue and the pools that hold the pictures. Any goroutine.
type Store struct {
	p       *clib.Store
	release func()
}

// Open opens the store in a folder. Where the folder is absent or empty and its parent is there, it makes
// one with a pool called "local" inside.
func Open(path string, options *Options) (*Store, error) {
	if err := noZero(path); err != nil {
		return nil, err
	}
	config, release, err := options.config()
	if err != nil {
		return nil, err
	}
	defer clib.Pxf_config_free(config)
	var p *clib.Store
	if err := work(nil, func(e *clib.Error) { p = clib.Pxf_store_open(path, config, e) }); err != nil {
		release()
		return nil, err
	}
	s := &Store{p, release}
	runtime.SetFinalizer(s, func(s *Store) {
		go func() { // closing may wait for jobs under way
			clib.Pxf_store_close(s.p)
			s.release()
		}()
	})
	return s, nil
}

// Close ends what waits in other goroutines with ErrClosed, drains workers, lets go of files. Again is no
// error. Later calls answer ErrClosed.
func (s *Store) Close() error {
	clib.Pxf_store_stop(s.p)
	runtime.KeepAlive(s)
	return nil
}

// Start starts worker threads that make variants, delete and clean up until the store is closed (setting
// worker.threads). Again is no error.
func (s *Store) Start() error {
	return work(s, func(e *clib.Error) { clib.Pxf_store_start(s.p, e) })
}

// Find reads an image, deleted ones too while their files are being removed.
func (s *Store) Find(ctx context.Context, id string) (*Image, error) {
	var p *clib.Image
	if err := noZero(id); err != nil {
		return nil, err
	}
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { p = clib.Pxf_image_find(s.p, id, e) })
	if err != nil {
		return nil, err
	}
	return s.image(p), nil
}

// Remove hides an image at once; a job removes its files and rows. Again is no error.
func (s *Store) Remove(ctx context.Context, id string) error {
	if err := noZero(id); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_image_remove(s.p, id, e) })
}

// RemoveOwner hides and removes all images of an owner by a job.
func (s *Store) RemoveOwner(ctx context.Context, owner string) error {
	if err := noZero(owner); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_image_remove_owner(s.p, owner, e) })
}

// AddView counts a view and notes the access.
func (s *Store) AddView(ctx context.Context, id string) error {
	if err := noZero(id); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_image_add_view(s.p, id, e) })
}

// Metrics gives the store's figures in Prometheus' text format.
func (s *Store) Metrics() (text string, err error) {
	err = work(s, func(e *clib.Error) { text = textOf(clib.Pxf_metrics_text(s.p, e)) })
	return text, err
}

// Version is the library's, such as "0.1.0".
func Version() string {
	return clib.Pxf_version()
}

// SQLiteVersion is the version of SQLite that is in use, such as "3.40.1".
func SQLiteVersion() string {
	return clib.Pxf_sqlite_version()
}
