// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"fmt"
	"runtime"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Pool is a place that holds pictures, as it was when it was read.
type Pool struct {
	p *clib.Pool
}

// Fields are those of a pool: "path", "type" (local, nfs), "tier" (hot, warm, cold, archive), "state" (active,
// read_only, draining, offline), "priority", "weight", "max_bytes", "node", "region", "public_url",
// "is_default". Values are text, integers or bools.
type Fields map[string]any

func newPool(p *clib.Pool) *Pool {
	pool := &Pool{p}
	runtime.SetFinalizer(pool, func(pool *Pool) { clib.Pxf_pool_free(pool.p) })
	return pool
}

// NewPool makes a pool that is nowhere, for Pick.
func NewPool(name string, fields Fields) (*Pool, error) {
	if err := noZero(name); err != nil {
		return nil, err
	}
	e := new(clib.Error)
	p := clib.Pxf_pool_new(name, e)
	if p == nil {
		return nil, errorOf(e, nil)
	}
	pool := newPool(p)
	return pool, pool.set(fields)
}

func (p *Pool) set(fields Fields) error {
	defer runtime.KeepAlive(p)
	for field, value := range fields {
		text, err := valueText(value)
		if err == nil {
			err = noZero(field)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", field, err)
		}
		e := new(clib.Error)
		clib.Pxf_pool_set_text(p.p, field, text, e)
		if err := errorOf(e, nil); err != nil {
			return err
		}
	}
	return nil
}

// Name is its name.
func (p *Pool) Name() string { return lent(p, p.p, clib.Pxf_pool_name) }

// Text is a field as text; "" for an unknown field or no value. Beside Fields: "unhealthy_reason".
func (p *Pool) Text(field string) string {
	defer runtime.KeepAlive(p)
	return clib.Pxf_pool_get_text(p.p, field)
}

// Number is a field as a number, a switch as 0 or 1; -1 for an unknown field. Beside Fields: "used_bytes",
// "held_bytes", "free_bytes", "is_healthy", "image_count".
func (p *Pool) Number(field string) int64 {
	defer runtime.KeepAlive(p)
	return clib.Pxf_pool_get_number(p.p, field)
}

// Pools gives the pools of the store by their names.
func (s *Store) Pools(ctx context.Context) ([]*Pool, error) {
	var pools []*Pool
	after := ""
	for {
		var p *clib.Pool
		err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { p = clib.Pxf_pool_next(s.p, after, e) })
		if err != nil || p == nil {
			return pools, err
		}
		pools = append(pools, newPool(p))
		after = pools[len(pools)-1].Name()
	}
}

// Pool gives a pool by its name.
func (s *Store) Pool(ctx context.Context, name string) (*Pool, error) {
	var p *clib.Pool
	if err := noZero(name); err != nil {
		return nil, err
	}
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { p = clib.Pxf_pool_find(s.p, name, e) })
	if err != nil {
		return nil, err
	}
	return newPool(p), nil
}

// AddPool adds a pool: probes the folder, which must exist, writes its marker, then the row.
func (s *Store) AddPool(ctx context.Context, name string, fields Fields) error {
	pool, err := NewPool(name, fields)
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(pool)
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_pool_add(s.p, pool.p, e) })
}

// UpdatePool changes fields. ErrConflict if the pool changed at the same time.
func (s *Store) UpdatePool(ctx context.Context, name string, fields Fields) error {
	pool, err := s.Pool(ctx, name)
	if err != nil {
		return err
	}
	defer runtime.KeepAlive(pool)
	if err := pool.set(fields); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_pool_update(s.p, pool.p, e) })
}

// RemovePool removes a pool from the catalog; its folder stays. ErrConflict while it is in use.
func (s *Store) RemovePool(ctx context.Context, name string) error {
	if err := noZero(name); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_pool_remove(s.p, name, e) })
}

// AdoptPool takes a folder that lost its marker (a new, empty disk) as this pool's.
func (s *Store) AdoptPool(ctx context.Context, name string) error {
	if err := noZero(name); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { clib.Pxf_pool_adopt(s.p, name, e) })
}

// Check is one check of a pool's test.
type Check struct {
	Name    string // "marker", "create", "sync", "rename", "remove", "lock", "room"
	OK      bool
	Message string // what was seen, in words
}

// TestPool tests a pool: marker, permissions, create, sync, rename, lock, room.
func (s *Store) TestPool(ctx context.Context, name string) (checks []Check, err error) {
	if err := noZero(name); err != nil {
		return nil, err
	}
	err = do(ctx, workSlots, s, func(c *clib.Cancel, e *clib.Error) {
		check := clib.Pxf_pool_test(s.p, name, c, e)
		if check == nil {
			return
		}
		defer clib.Pxf_check_free(check)
		for clib.Pxf_check_next(check) {
			checks = append(checks, Check{clib.Pxf_check_name(check), clib.Pxf_check_is_ok(check), clib.Pxf_check_message(check)})
		}
	})
	return checks, err
}

// Policy is how one pool is chosen among several of the same tier and priority.
type Policy int32

// The policies.
const (
	PickTwoChoices Policy = clib.PickTwoChoices // the one with the larger free share of two taken at random
	PickFill       Policy = clib.PickFill       // the first by name until it is full
	PickRoundRobin Policy = clib.PickRoundRobin // one after the other
	PickWeighted   Policy = clib.PickWeighted   // at random, in proportion to the weights
	PickLeastUsed  Policy = clib.PickLeastUsed  // the one with the largest free share
)

// Pick is the choice for new bytes among given pools, without a store; ErrFull says why none will do. The
// same seed gives the same choice.
func Pick(pools []*Pool, size int64, policy Policy, seed uint64) (*Pool, error) {
	handles := make([]*clib.Pool, 0, len(pools)+1)
	for _, pool := range pools {
		handles = append(handles, pool.p)
	}
	e := new(clib.Error)
	index := clib.Pick(handles, uint64(size), int32(policy), seed, e)
	runtime.KeepAlive(pools)
	if index < 0 {
		return nil, errorOf(e, nil)
	}
	return pools[index], nil
}
