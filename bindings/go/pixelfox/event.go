// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Event is something that happened in a store. Given at least once, in order.
type Event struct {
	Kind    string // "image_uploaded", "image_processed", "image_failed", …
	ImageID string // "" without one
	Pool    string // "" without one
	Message string
	At      time.Time
	Cursor  string // its place, for Store.Events
}

// Events gives a store's events as they come.
type Events struct {
	store  *Store
	cursor string
	event  Event
	err    error
}

// Events gives the events behind a cursor, from the oldest that is kept for "".
func (s *Store) Events(cursor string) *Events {
	return &Events{store: s, cursor: cursor, err: noZero(cursor)}
}

// NewestCursor gives the cursor of the newest event: Events of it gives what happens from now on.
func (s *Store) NewestCursor() (cursor string, err error) {
	err = work(s, func(e *clib.Error) { cursor = textOf(clib.Pxf_event_newest_cursor(s.p, e)) })
	return cursor, err
}

// Next waits for the next event; false when the context ended, the store was closed, or on failure.
func (v *Events) Next(ctx context.Context) bool {
	for v.err == nil {
		if v.take(ctx) {
			return true
		}
		if v.err == nil {
			v.err = v.wait(ctx)
		}
	}
	return false
}

// Poll steps to the next event, if there is one already.
func (v *Events) Poll(ctx context.Context) bool {
	return v.err == nil && v.take(ctx)
}

// wait waits for news a while: another waiter may take them.
func (v *Events) wait(ctx context.Context) error {
	err := waitSlice(ctx, v.store, func(timeoutMS int64, c *clib.Cancel, e *clib.Error) {
		clib.Pxf_store_wait(v.store.p, timeoutMS, c, e)
	})
	if isTimeout(err) {
		return nil
	}
	return err
}

func (v *Events) take(ctx context.Context) bool {
	var p *clib.Event
	v.err = do(ctx, workSlots, v.store, func(_ *clib.Cancel, e *clib.Error) {
		p = clib.Pxf_event_next(v.store.p, v.cursor, e)
	})
	if p == nil {
		return false
	}
	defer clib.Pxf_event_free(p)
	v.event = Event{
		Kind:    clib.Pxf_event_kind(p),
		ImageID: clib.Pxf_event_image_id(p),
		Pool:    clib.Pxf_event_pool(p),
		Message: clib.Pxf_event_message(p),
		At:      time.UnixMilli(clib.Pxf_event_at_ms(p)).UTC(),
		Cursor:  clib.Pxf_event_cursor(p),
	}
	v.cursor = v.event.Cursor
	return true
}

// Event is the event that Next stepped to.
func (v *Events) Event() Event {
	return v.event
}

// Err says why Next ended: errors.Is(err, context.Canceled), ErrClosed …; nil after Poll found none.
func (v *Events) Err() error {
	return v.err
}
