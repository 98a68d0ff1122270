// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"strings"
	"sync"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Worker makes variants, deletes and cleans up, and runs the kinds you add. Any goroutine.
type Worker struct {
	p     *clib.Worker
	store *Store
	runs  *runs
}

// runs are the functions of a worker, which C holds by number.
type runs struct {
	lock    sync.Mutex
	handles []cgo.Handle
}

// NewWorker makes a worker; nothing runs yet.
func (s *Store) NewWorker() (*Worker, error) {
	w := &Worker{store: s, runs: new(runs)}
	err := work(s, func(e *clib.Error) { w.p = clib.Pxf_worker_new(s.p, e) })
	if err != nil {
		return nil, err
	}
	runtime.SetFinalizer(w, func(w *Worker) {
		go func() { // it may wait for jobs under way
			clib.Pxf_worker_free(w.p)
			for _, handle := range w.runs.handles {
				handle.Delete()
			}
		}()
	})
	return w, nil
}

// SetThreads says how many threads: 1 to 256, also while it runs.
func (w *Worker) SetThreads(count int) error {
	return work(w, func(e *clib.Error) { clib.Pxf_worker_set_threads(w.p, count, e) })
}

// SetKinds restricts it to these kinds, once those of your own were added and before it starts.
func (w *Worker) SetKinds(kinds ...string) error {
	if err := noZero(kinds...); err != nil {
		return err
	}
	return work(w, func(e *clib.Error) { clib.Pxf_worker_set_kinds(w.p, strings.Join(kinds, ","), e) })
}

// Run runs a job: what it returns becomes the job's result, an error ends the attempt. Another attempt
// follows, later each time, up to the limit, but for an *Error or a Status that is not retryable:
// return pixelfox.ErrInvalid gives up at once. The context ends when somebody asks the job to stop.
type Run func(ctx context.Context, job *RunningJob) (result any, err error)

// RunningJob is a job that runs; of no use once its function returned.
type RunningJob struct {
	Job
	held
}

// held is a job that runs in this process, until it is over.
type held struct {
	lock sync.Mutex
	p    *clib.Job // nil: it is over
}

// SetProgress tells how far it is, in thousandths.
func (h *held) SetProgress(permille int) {
	h.lock.Lock()
	defer h.lock.Unlock()
	if h.p != nil {
		clib.Pxf_job_set_progress(h.p, permille)
	}
}

// IsCancelled tells whether somebody asked the job to stop, or it was lost.
func (h *held) IsCancelled() bool {
	h.lock.Lock()
	defer h.lock.Unlock()
	return h.p != nil && clib.Pxf_job_is_cancelled(h.p)
}

// AddKind adds a kind of your own, before it starts. A panic of its function ends the attempt as an error.
func (w *Worker) AddKind(kind string, run Run) error {
	if kind == "" {
		return invalid("a kind has a name")
	}
	if err := noZero(kind); err != nil {
		return err
	}
	handle := cgo.NewHandle(clib.RunFunc(func(p *clib.Job, e *clib.Error) int32 { return call(run, p, e) }))
	w.runs.lock.Lock()
	w.runs.handles = append(w.runs.handles, handle)
	w.runs.lock.Unlock()
	return work(w, func(e *clib.Error) { clib.AddKind(w.p, kind, handle, e) })
}

// call is what a thread of the worker runs.
func call(run Run, p *clib.Job, e *clib.Error) int32 {
	job := &RunningJob{Job: *readJob(p), held: held{p: p}}
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go job.watch(ctx, cancel, stopped)
	result, err := guarded(ctx, run, job)
	cancel()
	<-stopped
	job.lock.Lock()
	job.p = nil
	job.lock.Unlock()
	if err == nil && result != nil {
		err = finish(p, result)
	}
	return fill(e, err)
}

// watch ends the context when somebody asks the job to stop.
func (j *RunningJob) watch(ctx context.Context, cancel func(), stopped chan struct{}) {
	defer close(stopped)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if j.IsCancelled() {
				cancel()
			}
		}
	}
}

func guarded(ctx context.Context, run Run, job *RunningJob) (result any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return run(ctx, job)
}

// finish ends a job well, with a result if there is one.
func finish(p *clib.Job, result any) error {
	text := ""
	if result != nil {
		data, err := json.Marshal(result)
		if err != nil {
			return err
		}
		text = string(data)
	}
	e := new(clib.Error)
	clib.Pxf_job_finish(p, text, e)
	return errorOf(e, nil)
}

// verdict says what an error means for a job: one that is none of ours is worth another attempt.
func verdict(err error) (status Status, message string, retryAfter time.Duration) {
	var ours *Error
	var bare Status
	switch {
	case errors.As(err, &ours):
		return ours.Status, ours.Message, ours.RetryAfter
	case errors.As(err, &bare):
		return bare, err.Error(), 0
	}
	return ErrUnavailable, err.Error(), 0
}

// fill writes an error for the library.
func fill(e *clib.Error, err error) int32 {
	if err == nil {
		return clib.StatusOk
	}
	status, message, retryAfter := verdict(err)
	e.Status = int32(status)
	e.RetryAfterS = int32(retryAfter / time.Second)
	n := copy(e.Message[:len(e.Message)-1], withoutZeros(message))
	e.Message[n] = 0
	return int32(status)
}

func withoutZeros(text string) string {
	return strings.ReplaceAll(text, "\x00", "")
}

// Start starts its threads. ErrConflict if it runs.
func (w *Worker) Start() error {
	return work(w, func(e *clib.Error) { clib.Pxf_worker_start(w.p, e) })
}

// Stop takes no more jobs, gives running ones some time, hands the rest back to the queue.
func (w *Worker) Stop(drain time.Duration) {
	clib.Pxf_worker_stop(w.p, drain.Milliseconds())
	runtime.KeepAlive(w)
}

// RunOne works one job, if one is ready; false if none was.
func (w *Worker) RunOne(ctx context.Context) (didRun bool, err error) {
	err = do(ctx, hostSlots, w, func(c *clib.Cancel, e *clib.Error) { didRun = clib.Pxf_worker_run_one(w.p, c, e) })
	return didRun, err
}

// IsIdle tells whether nothing is ready or running for its kinds; delayed jobs do not count.
func (w *Worker) IsIdle(ctx context.Context) (isIdle bool, err error) {
	err = do(ctx, workSlots, w, func(_ *clib.Cancel, e *clib.Error) { isIdle = clib.Pxf_worker_is_idle(w.p, e) })
	return isIdle, err
}

// Total is a figure since it started: "done", "failed", "retrying", "delayed", "running".
func (w *Worker) Total(name string) int64 {
	defer runtime.KeepAlive(w)
	return clib.Pxf_worker_total(w.p, name)
}
