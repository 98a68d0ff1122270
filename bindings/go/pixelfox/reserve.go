// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"runtime"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// ReservedJob is a job that is yours until its lease ends: Extend it while you work, then Finish or Fail it. One
// that is dropped, or Released, goes back to the queue with no attempt counted.
type ReservedJob struct {
	Job
	held
	worker *Worker // keeps the store open
}

// Reserve takes one job of the kinds you added (or SetKinds names) to be worked by hand; nil, without an error,
// if none is ready.
//
//	job, err := worker.Reserve(ctx, time.Minute)
//	if err != nil || job == nil {
//		return err
//	}
//	defer job.Release()
//	if err := resize(job.Payload); err != nil {
//		return job.Fail(ctx, err)
//	}
//	return job.Finish(ctx, nil)
func (w *Worker) Reserve(ctx context.Context, lease time.Duration) (*ReservedJob, error) {
	var p *clib.Job
	err := do(ctx, workSlots, w, func(_ *clib.Cancel, e *clib.Error) {
		p = clib.Pxf_worker_reserve(w.p, lease.Milliseconds(), e)
	})
	if err != nil || p == nil {
		return nil, err
	}
	job := &ReservedJob{Job: *readJob(p), held: held{p: p}, worker: w}
	runtime.SetFinalizer(job, func(job *ReservedJob) { job.Release() })
	return job, nil
}

// call makes a call on the job's handle.
func (j *ReservedJob) call(ctx context.Context, make func(p *clib.Job, e *clib.Error)) error {
	j.lock.Lock()
	defer j.lock.Unlock()
	if j.p == nil {
		return invalid("the job is over")
	}
	return do(ctx, workSlots, j, func(_ *clib.Cancel, e *clib.Error) { make(j.p, e) })
}

// Extend prolongs the lease. ErrLost: another took it over; stop then.
func (j *ReservedJob) Extend(ctx context.Context, lease time.Duration) error {
	return j.call(ctx, func(p *clib.Job, e *clib.Error) { clib.Pxf_job_extend(p, lease.Milliseconds(), e) })
}

// Finish ends it well, with a result to keep, which encoding/json can write; nil for none. ErrLost: another took
// it over, and nothing was written.
func (j *ReservedJob) Finish(ctx context.Context, result any) error {
	return j.end(ctx, func(p *clib.Job) error { return finish(p, result) })
}

// Fail ends this attempt with a failure. Another one follows, later each time, up to the limit, but for an *Error
// or a Status that is not retryable; an *Error's RetryAfter says not before when.
func (j *ReservedJob) Fail(ctx context.Context, cause error) error {
	if cause == nil {
		return invalid("a failure has an error")
	}
	status, message, retryAfter := verdict(cause)
	return j.end(ctx, func(p *clib.Job) error {
		e := new(clib.Error)
		clib.Pxf_job_fail(p, int32(status), withoutZeros(message), int(retryAfter/time.Second), e)
		return errorOf(e, nil)
	})
}

// end makes the call after which the job is over, if it succeeds.
func (j *ReservedJob) end(ctx context.Context, last func(p *clib.Job) error) error {
	var failure error
	err := j.call(ctx, func(p *clib.Job, _ *clib.Error) { failure = last(p) })
	if err == nil {
		err = failure
	}
	if err == nil {
		j.Release()
	}
	return err
}

// Release gives a job that was not ended back to the queue. Again, or after its end, it does nothing.
func (j *ReservedJob) Release() {
	j.lock.Lock()
	defer j.lock.Unlock()
	clib.Pxf_job_free(j.p)
	j.p = nil
	runtime.SetFinalizer(j, nil)
}
