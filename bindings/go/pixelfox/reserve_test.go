// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

// byHand is a worker that knows a kind and starts nothing.
func byHand(t *testing.T, store *pixelfox.Store, kind string) *pixelfox.Worker {
	t.Helper()
	worker, err := store.NewWorker()
	must(t, err)
	must(t, worker.AddKind(kind, func(context.Context, *pixelfox.RunningJob) (any, error) { return nil, nil }))
	must(t, worker.SetKinds(kind))
	return worker
}

func TestAReservedJobIsOnesOwnUntilItIsEndedOrReleased(t *testing.T) {
	store := open(t, nil)
	worker := byHand(t, store, "mine")
	if job, err := worker.Reserve(bg, time.Minute); job != nil || err != nil {
		t.Fatalf("with none ready: %v, %v", job, err)
	}
	put, err := store.PutJob(bg, pixelfox.NewJob{Kind: "mine", Payload: []int{1, 2}})
	must(t, err)
	job, err := worker.Reserve(bg, time.Minute)
	must(t, err)
	if job.ID != put.ID || string(job.Payload) != "[1,2]" || job.IsCancelled() {
		t.Errorf("%v", job.Job)
	}
	if another, err := worker.Reserve(bg, time.Minute); another != nil || err != nil {
		t.Errorf("a second time: %v, %v", another, err)
	}
	if idle, err := worker.IsIdle(bg); idle || err != nil {
		t.Errorf("idle %v, %v", idle, err)
	}
	job.SetProgress(500)
	must(t, job.Extend(bg, 2*time.Minute))
	job.Release()
	job.Release()
	if err := job.Extend(bg, time.Minute); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("a released one is extended: %v", err)
	}
	job, err = worker.Reserve(bg, time.Minute)
	must(t, err)
	must(t, job.Finish(bg, map[string]int{"done": 1}))
	if err := job.Finish(bg, nil); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("a second end gives %v", err)
	}
	found, err := store.FindJob(bg, put.ID)
	must(t, err)
	if found.State != pixelfox.JobDone || string(found.Result) != `{"done":1}` || found.Attempts != 0 {
		t.Errorf("%v", found)
	}
	if idle, err := worker.IsIdle(bg); !idle || err != nil {
		t.Errorf("idle %v, %v", idle, err)
	}
}

func TestAReservedJobThatIsDroppedGoesBack(t *testing.T) {
	store := open(t, nil)
	worker := byHand(t, store, "mine")
	_, err := store.PutJob(bg, pixelfox.NewJob{Kind: "mine"})
	must(t, err)
	_, err = worker.Reserve(bg, time.Hour)
	must(t, err)
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		runtime.GC()
		job, err := worker.Reserve(bg, time.Hour)
		must(t, err)
		if job != nil {
			return
		}
		if time.Now().After(until) {
			t.Fatal("it did not come back")
		}
	}
}

func TestAFailureGoesByItsStatusAndIsInTheHistory(t *testing.T) {
	store := open(t, nil)
	worker := byHand(t, store, "mine")
	for _, c := range []struct {
		cause error
		state pixelfox.JobState
	}{{pixelfox.ErrInvalid, pixelfox.JobDead}, {errors.New("no luck"), pixelfox.JobScheduled}} {
		put, err := store.PutJob(bg, pixelfox.NewJob{Kind: "mine"})
		must(t, err)
		job, err := worker.Reserve(bg, time.Minute)
		must(t, err)
		must(t, job.Fail(bg, c.cause))
		found, err := store.FindJob(bg, put.ID)
		must(t, err)
		if found.State != c.state || found.Attempts != 1 {
			t.Errorf("%v: %v", c.cause, found)
		}
		history, err := store.JobHistory(bg, put.ID)
		must(t, err)
		if len(history) != 1 || history[0].Error == "" || history[0].Started.IsZero() || history[0].Ended.Before(history[0].Started) {
			t.Errorf("%v: %v", c.cause, history)
		}
	}
	if _, err := store.JobHistory(bg, "no id"); err == nil {
		t.Error("no id has a history")
	}
}

func TestTheLibrarysOwnKindsAreTold(t *testing.T) {
	kinds := map[string]string{}
	for _, kind := range pixelfox.JobKinds() {
		kinds[kind.Name] = kind.Help
	}
	if len(kinds) < 3 || kinds["image_processing"] == "" {
		t.Errorf("%v", kinds)
	}
	if pixelfox.SQLiteVersion() == "" || pixelfox.Version() == "" {
		t.Error("no version")
	}
}
