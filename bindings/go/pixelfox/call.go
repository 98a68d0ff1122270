// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// A call into C holds a thread for as long as it takes. Calls that work take one of workSlots; calls that
// wait take one of waitSlots, for a slice of time while others queue; calls that run functions of the host,
// which make calls themselves, take one of hostSlots. So none starves another.
var (
	workSlots = make(chan struct{}, 4+runtime.GOMAXPROCS(0))
	waitSlots = make(chan struct{}, 8)
	hostSlots = make(chan struct{}, 32)
	waiting   int32 // queue for waitSlots
)

const (
	calmSlice  = 250 * time.Millisecond
	rushSlice  = 20 * time.Millisecond
	pieceBytes = 256 << 10
)

// Tokens have a descriptor each, so those that were not tripped are used again.
var tokens = sync.Pool{}

type token struct {
	p *clib.Cancel
}

func newToken(e *clib.Error) *token {
	p := clib.Pxf_cancel_new(e)
	if p == nil {
		return nil
	}
	t := &token{p}
	runtime.SetFinalizer(t, func(t *token) { clib.Pxf_cancel_free(t.p) })
	return t
}

func takeToken(e *clib.Error) *token {
	if kept, ok := tokens.Get().(*token); ok {
		return kept
	}
	return newToken(e)
}

func (t *token) giveBack() {
	if !clib.Pxf_cancel_is_tripped(t.p) {
		tokens.Put(t)
	}
}

// follow trips the token when the context ends, until the answer is called.
func (t *token) follow(ctx context.Context) func() {
	if ctx.Done() == nil {
		return func() {}
	}
	if ctx.Err() != nil { // at once: the call may be over before a goroutine runs
		clib.Pxf_cancel_trip(t.p)
		return func() { runtime.KeepAlive(t) }
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		select {
		case <-ctx.Done():
			clib.Pxf_cancel_trip(t.p)
		case <-stop:
		}
	}()
	return func() {
		close(stop)
		<-stopped
		runtime.KeepAlive(t)
	}
}

// do makes one call of the library with a token that the context trips. What `keep` holds stays alive
// meanwhile.
func do(ctx context.Context, slots chan struct{}, keep any, call func(*clib.Cancel, *clib.Error)) error {
	if err := ctx.Err(); err != nil {
		return ended(err)
	}
	select {
	case slots <- struct{}{}:
	case <-ctx.Done():
		return ended(ctx.Err())
	}
	defer func() { <-slots }()
	e := new(clib.Error)
	defer runtime.KeepAlive(keep)
	if ctx.Done() == nil {
		call(nil, e)
		return errorOf(e, nil)
	}
	t := takeToken(e)
	if t == nil {
		return errorOf(e, nil)
	}
	stop := t.follow(ctx)
	call(t.p, e)
	stop()
	t.giveBack()
	return errorOf(e, ctx.Err())
}

func ended(cause error) error {
	return &Error{Status: ErrCancelled, Message: "the call was cancelled: " + cause.Error(), cause: cause}
}

// work makes a call that does something at once.
func work(keep any, call func(*clib.Error)) error {
	return do(context.Background(), workSlots, keep, func(_ *clib.Cancel, e *clib.Error) { call(e) })
}

// waitSlice makes a call that waits for others, for at most one slice of time: ErrTimeout then.
func waitSlice(ctx context.Context, keep any, call func(timeoutMS int64, c *clib.Cancel, e *clib.Error)) error {
	atomic.AddInt32(&waiting, 1)
	queues := true
	leave := func() {
		if queues {
			queues = false
			atomic.AddInt32(&waiting, -1)
		}
	}
	defer leave()
	return do(ctx, waitSlots, keep, func(c *clib.Cancel, e *clib.Error) {
		leave()
		slice := calmSlice
		if atomic.LoadInt32(&waiting) > 0 {
			slice = rushSlice
		}
		call(slice.Milliseconds(), c, e)
	})
}

func isTimeout(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Status == ErrTimeout
}

// lent asks a handle for something and keeps its owner alive meanwhile.
func lent[H, T any](owner any, handle *H, ask func(*H) T) T {
	answer := ask(handle)
	runtime.KeepAlive(owner)
	return answer
}

// textOf takes text that the library gave as bytes.
func textOf(bytes *clib.Bytes) string {
	return string(bytesOf(bytes))
}
