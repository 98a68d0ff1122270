// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// JobState is where a job is in its life.
type JobState int32

// The states of a job.
const (
	JobScheduled JobState = clib.JobScheduled // waits for its time
	JobReady     JobState = clib.JobReady     // waits for a worker
	JobRunning   JobState = clib.JobRunning   // a worker holds its lease
	JobDone      JobState = clib.JobDone      // ended well
	JobDead      JobState = clib.JobDead      // out of attempts, or failed for good; waits for a person
	JobCancelled JobState = clib.JobCancelled // cancelled before it ended
	JobPaused    JobState = clib.JobPaused    // its kind is paused
	JobStranded  JobState = clib.JobStranded  // no worker knows its kind
)

// Job is a job as it stood when it was read.
type Job struct {
	ID       string
	Kind     string
	State    JobState
	Payload  json.RawMessage
	Result   json.RawMessage // what it left behind; nil for nothing
	Error    string          // the last attempt's failure
	ImageID  string          // the image it is about; "" for none
	Node     string          // that runs it or ran it last
	Attempts int             // that ended in an error
	Crashes  int             // that ended in a crash
	Priority int             // lower is sooner
	Progress int             // thousandths that are done, as far as it told
	Created  time.Time
	Due      time.Time
	Cursor   string // its place in a list
}

// readJob copies what the handle says.
func readJob(p *clib.Job) *Job {
	job := &Job{
		ID:       clib.Pxf_job_id(p),
		Kind:     clib.Pxf_job_kind(p),
		State:    JobState(clib.Pxf_job_get_state(p)),
		Payload:  json.RawMessage(clib.Pxf_job_payload(p)),
		Error:    clib.Pxf_job_error(p),
		ImageID:  clib.Pxf_job_image_id(p),
		Node:     clib.Pxf_job_node(p),
		Attempts: int(clib.Pxf_job_attempts(p)),
		Crashes:  int(clib.Pxf_job_crashes(p)),
		Priority: int(clib.Pxf_job_priority(p)),
		Progress: int(clib.Pxf_job_progress(p)),
		Created:  time.UnixMilli(clib.Pxf_job_created_ms(p)).UTC(),
		Due:      time.UnixMilli(clib.Pxf_job_due_ms(p)).UTC(),
		Cursor:   clib.Pxf_job_cursor(p),
	}
	if result := clib.Pxf_job_result(p); result != "" {
		job.Result = json.RawMessage(result)
	}
	return job
}

// takeJob copies and frees.
func takeJob(p *clib.Job, err error) (*Job, error) {
	if p == nil {
		return nil, err
	}
	defer clib.Pxf_job_free(p)
	return readJob(p), err
}

// NewJob is a job to put. The zero value of a field says nothing.
type NewJob struct {
	Kind     string        // [a-z][a-z0-9_]{0,46}, one that a worker knows
	Payload  any           // what encoding/json can write, at most 1 MiB
	Priority int           // lower is sooner: 1 to 8191; 100 unless said
	Delay    time.Duration // not before
	Unique   string        // only one living job may have this key: another is ErrExists
}

func (n *NewJob) make(payload string, e *clib.Error) *clib.Job {
	job := clib.Pxf_job_new(n.Kind, payload, e)
	if job == nil {
		return nil
	}
	if (n.Priority == 0 || clib.Pxf_job_set_priority(job, n.Priority, e) == 0) &&
		clib.Pxf_job_set_delay_ms(job, n.Delay.Milliseconds(), e) == 0 &&
		(n.Unique == "" || clib.Pxf_job_set_unique(job, n.Unique, e) == 0) {
		return job
	}
	clib.Pxf_job_free(job)
	return nil
}

// PutJob puts a job; durable when it returns.
func (s *Store) PutJob(ctx context.Context, n NewJob) (*Job, error) {
	payload := ""
	if n.Payload != nil {
		data, err := json.Marshal(n.Payload)
		if err != nil {
			return nil, err
		}
		payload = string(data)
	}
	if n.Kind == "" {
		return nil, invalid("a job needs a kind")
	}
	if err := noZero(n.Kind, n.Unique); err != nil {
		return nil, err
	}
	var put *clib.Job
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
		if job := n.make(payload, e); job != nil {
			put = clib.Pxf_job_put(s.p, job, e)
			clib.Pxf_job_free(job)
		}
	})
	return takeJob(put, err)
}

// FindJob reads a job.
func (s *Store) FindJob(ctx context.Context, id string) (*Job, error) {
	if err := noZero(id); err != nil {
		return nil, err
	}
	var p *clib.Job
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { p = clib.Pxf_job_find(s.p, id, e) })
	return takeJob(p, err)
}

// JobQuery says which jobs are meant; the zero value means all.
type JobQuery struct {
	Kind   string
	State  JobState
	Cursor string // behind this place (Job.Cursor)
}

// Jobs gives at most limit jobs, newest first.
func (s *Store) Jobs(ctx context.Context, query JobQuery, limit int) ([]*Job, error) {
	var jobs []*Job
	if err := noZero(query.Kind, query.Cursor); err != nil {
		return nil, err
	}
	for len(jobs) < limit {
		var p *clib.Job
		err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
			p = clib.Pxf_job_next(s.p, int32(query.State), query.Kind, query.Cursor, e)
		})
		job, err := takeJob(p, err)
		if err != nil || job == nil {
			return jobs, err
		}
		jobs = append(jobs, job)
		query.Cursor = job.Cursor
	}
	return jobs, nil
}

// JobCount counts jobs; the cursor does not matter.
func (s *Store) JobCount(ctx context.Context, query JobQuery) (count int64, err error) {
	if err := noZero(query.Kind); err != nil {
		return 0, err
	}
	err = do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
		count = clib.Pxf_job_count(s.p, query.Kind, int32(query.State), e)
	})
	return count, err
}

func (s *Store) aboutJob(ctx context.Context, text string, call func(*clib.Store, string, *clib.Error) int32) error {
	if text == "" {
		return invalid("a job's id or kind is needed")
	}
	if err := noZero(text); err != nil {
		return err
	}
	return do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) { call(s.p, text, e) })
}

// CancelJob cancels a waiting job, asks a running one to stop. ErrConflict for one that ended.
func (s *Store) CancelJob(ctx context.Context, id string) error {
	return s.aboutJob(ctx, id, clib.Pxf_job_cancel)
}

// RetryJob makes a dead or cancelled job ready again, its counts at zero. ErrConflict for others.
func (s *Store) RetryJob(ctx context.Context, id string) error {
	return s.aboutJob(ctx, id, clib.Pxf_job_retry)
}

// PauseJobs lets jobs of a kind wait. Again is no error.
func (s *Store) PauseJobs(ctx context.Context, kind string) error {
	return s.aboutJob(ctx, kind, clib.Pxf_job_pause)
}

// ResumeJobs lets them go on.
func (s *Store) ResumeJobs(ctx context.Context, kind string) error {
	return s.aboutJob(ctx, kind, clib.Pxf_job_resume)
}

// Attempt is one attempt at a job.
type Attempt struct {
	Started time.Time
	Ended   time.Time // zero: it has not ended
	Node    string    // that ran it
	Error   string    // "" if it ended well
}

// JobHistory gives a job's attempts, the first one first.
func (s *Store) JobHistory(ctx context.Context, id string) ([]Attempt, error) {
	if err := noZero(id); err != nil {
		return nil, err
	}
	var text []byte
	err := do(ctx, workSlots, s, func(_ *clib.Cancel, e *clib.Error) {
		text = bytesOf(clib.Pxf_job_history(s.p, id, e))
	})
	if err != nil {
		return nil, err
	}
	var told []struct {
		Started int64  `json:"started_ms"`
		Ended   int64  `json:"ended_ms"`
		Node    string `json:"node"`
		Error   string `json:"error"`
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return nil, err
	}
	attempts := make([]Attempt, len(told))
	for i, t := range told {
		attempts[i] = Attempt{Started: moment(t.Started), Ended: moment(t.Ended), Node: t.Node, Error: t.Error}
	}
	return attempts, nil
}

// moment is the instant of milliseconds since 1970; the zero Time for none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// JobKind is a kind of jobs that the library itself knows.
type JobKind struct {
	Name string
	Help string // a sentence that says what such jobs do
}

// JobKinds gives the library's own kinds of jobs.
func JobKinds() (kinds []JobKind) {
	for i := int64(0); ; i++ {
		name := clib.Pxf_job_kind_name(i)
		if name == "" {
			return kinds
		}
		kinds = append(kinds, JobKind{Name: name, Help: clib.Pxf_job_kind_help(i)})
	}
}
