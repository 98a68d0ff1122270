// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Query says which images a List gives. The zero value gives all that are not deleted.
type Query struct {
	Owner  string
	State  ImageState // also ImageDeleted
	Since  time.Time  // created then or later
	Until  time.Time  // created before
	Text   string     // in the title or description, whatever the case of ASCII letters
	Cursor string     // behind this place (Image.Cursor)
}

// List gives images, newest first, read page by page as it is walked:
//
//	list := store.List(pixelfox.Query{Owner: "ada"})
//	for list.Next(ctx) {
//		fmt.Println(list.Image().ID())
//	}
//	if err := list.Err(); err != nil { … }
type List struct {
	store *Store
	turn  sync.Mutex
	p     *clib.Query
	image *Image
	err   error
}

// List begins a list; an error shows when it is walked.
func (s *Store) List(query Query) *List {
	l := &List{store: s}
	l.err = noZero(query.Owner, query.Text, query.Cursor)
	if l.err != nil {
		return l
	}
	l.err = work(s, func(e *clib.Error) {
		l.p = clib.Pxf_query_new(s.p, e)
		if l.p != nil {
			query.tell(l.p, e)
		}
	})
	runtime.SetFinalizer(l, func(l *List) { clib.Pxf_query_free(l.p) })
	return l
}

func (q *Query) tell(p *clib.Query, e *clib.Error) {
	if q.Owner != "" && clib.Pxf_query_set_owner(p, q.Owner, e) != 0 {
		return
	}
	if q.State != 0 && clib.Pxf_query_set_state(p, int32(q.State), e) != 0 {
		return
	}
	if clib.Pxf_query_set_range_ms(p, millis(q.Since), millis(q.Until), e) != 0 {
		return
	}
	if q.Text != "" && clib.Pxf_query_set_text(p, q.Text, e) != 0 {
		return
	}
	if q.Cursor != "" {
		clib.Pxf_query_set_cursor(p, q.Cursor, e)
	}
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Next steps to the next image; false at the end, or on failure.
func (l *List) Next(ctx context.Context) bool {
	l.turn.Lock()
	defer l.turn.Unlock()
	l.image = nil
	if l.err != nil {
		return false
	}
	var p *clib.Image
	l.err = do(ctx, workSlots, l, func(_ *clib.Cancel, e *clib.Error) { p = clib.Pxf_query_next(l.p, e) })
	if p != nil {
		l.image = l.store.image(p)
		l.image.isListed = true
	}
	return p != nil
}

// Image is the image that Next stepped to. Its variants and metadata are read when they are asked for.
func (l *List) Image() *Image {
	return l.image
}

// Err says why Next ended; nil at the end.
func (l *List) Err() error {
	return l.err
}
