// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"sync"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// How is how far a verification goes; joined with |.
type How int

// The ways to verify.
const (
	VerifyQuick  How = clib.VerifyQuick  // rows against files: there, and of the right size; usage
	VerifyDeep   How = clib.VerifyDeep   // reads every file and compares its SHA-256
	VerifyRepair How = clib.VerifyRepair // mends what can be mended without losing anything
)

// Finding is what a verification found.
type Finding struct {
	Kind       string // "missing", "orphan", "corrupt", "usage", "stale_hold", "temporary" or "foreign"
	Pool       string
	Key        string
	ImageID    string
	Message    string // what is wrong, and what was done
	IsRepaired bool
}

// Verification gives findings as they are made.
type Verification struct {
	ctx     context.Context
	token   *token // its own: the library keeps it for all of the verification
	turn    sync.Mutex
	p       *clib.Finding
	finding Finding
	err     error
}

// Verify compares catalog and storage both ways; the context is for all of it.
func (s *Store) Verify(ctx context.Context, how How) *Verification {
	v := &Verification{ctx: ctx}
	v.err = work(s, func(e *clib.Error) {
		if v.token = newToken(e); v.token != nil {
			v.p = clib.Pxf_store_verify(s.p, int(how), v.token.p, e)
		}
	})
	runtime.SetFinalizer(v, func(v *Verification) { clib.Pxf_finding_free(v.p) })
	return v
}

// Next steps to the next finding; false at the end, or on failure.
func (v *Verification) Next() bool {
	v.turn.Lock()
	defer v.turn.Unlock()
	if v.err != nil {
		return false
	}
	stop := v.token.follow(v.ctx)
	e := new(clib.Error)
	found := clib.Pxf_finding_next(v.p, e)
	stop()
	v.err = errorOf(e, v.ctx.Err())
	if found {
		v.finding = Finding{
			Kind:       clib.Pxf_finding_kind(v.p),
			Pool:       clib.Pxf_finding_pool(v.p),
			Key:        clib.Pxf_finding_key(v.p),
			ImageID:    clib.Pxf_finding_image_id(v.p),
			Message:    clib.Pxf_finding_message(v.p),
			IsRepaired: clib.Pxf_finding_is_repaired(v.p),
		}
	}
	return found
}

// Finding is what Next stepped to.
func (v *Verification) Finding() Finding {
	return v.finding
}

// Err says why Next ended; nil at the end.
func (v *Verification) Err() error {
	return v.err
}

// Total is a figure of the whole, final after the last finding: "images", "files", "bytes", "missing",
// "orphans", "corrupt", "usage_wrong", "foreign", "repaired", "removed_bytes"; -1 for any other.
func (v *Verification) Total(name string) int64 {
	v.turn.Lock()
	defer v.turn.Unlock()
	if v.p == nil {
		return -1
	}
	return clib.Pxf_finding_total(v.p, name)
}
