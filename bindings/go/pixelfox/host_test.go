// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

func count(t *testing.T, folder string) int {
	t.Helper()
	entries, err := os.ReadDir(folder)
	must(t, err)
	return len(entries)
}

func residentBytes(t *testing.T) int {
	t.Helper()
	var all, resident int
	data, err := os.ReadFile("/proc/self/statm")
	must(t, err)
	_, err = fmt.Sscan(string(data), &all, &resident)
	must(t, err)
	return resident * os.Getpagesize()
}

func TestAContextEndsAWaitAndIsTheCause(t *testing.T) {
	store := open(t, nil)
	must(t, store.PauseJobs(bg, "image_processing"))
	image := put(t, store, picture(1), "ada")
	ctx, cancel := context.WithTimeout(bg, 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := image.Wait(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, pixelfox.ErrCancelled) {
		t.Errorf("it gives %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	if _, err := store.Find(ctx, image.ID()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ended before gives %v", err)
	}
}

// canceller ends a context when it is read a second time.
type canceller struct {
	cancel func()
	reads  int
}

func (c *canceller) Read(p []byte) (int, error) {
	if c.reads++; c.reads > 1 {
		c.cancel()
	}
	return copy(p, picture(1)[:1000]), nil
}

func TestAContextThatEndsAmidAPutStoresNothing(t *testing.T) {
	store := open(t, nil)
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	_, err := store.PutReader(ctx, &canceller{cancel: cancel}, pixelfox.Meta{Owner: "ada"})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, pixelfox.ErrCancelled) {
		t.Errorf("it gives %v", err)
	}
	if len(ids(t, store.List(pixelfox.Query{}))) != 0 {
		t.Error("something is stored")
	}
	pool, err := store.Pool(bg, "local")
	must(t, err)
	if pool.Number("held_bytes") != 0 {
		t.Errorf("%d bytes are held", pool.Number("held_bytes"))
	}
}

func TestHundredsOfWaitsHoldFewThreadsAndAllWake(t *testing.T) {
	store := open(t, nil)
	must(t, store.PauseJobs(bg, "image_processing"))
	image := put(t, store, picture(1), "ada")
	before := count(t, "/proc/self/task")
	var group sync.WaitGroup
	failures := make(chan error, 300)
	for i := 0; i < 300; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if done, err := image.Wait(bg); err != nil || done.State() != pixelfox.ImageReady {
				failures <- fmt.Errorf("%v", err)
			}
		}()
	}
	time.Sleep(300 * time.Millisecond)
	if threads := count(t, "/proc/self/task") - before; threads > 24 {
		t.Errorf("%d threads more", threads)
	}
	found, err := store.Find(bg, image.ID())
	must(t, err)
	if found.State() != pixelfox.ImagePending {
		t.Errorf("it is %v", found.State())
	}
	must(t, store.ResumeJobs(bg, "image_processing"))
	group.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
}

func TestGoroutinesShareAStoreAndGetTheirOwnErrors(t *testing.T) {
	store := open(t, nil)
	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func(number int) {
			defer group.Done()
			image, err := store.PutBytes(bg, pictureOf(int64(number), 64, 48), pixelfox.Meta{Owner: "ada"})
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := image.Wait(bg); err != nil {
				t.Error(err)
			}
			for round := 0; round < 50; round++ {
				wrong := fmt.Sprintf("no id %d %d", number, round)
				var e *pixelfox.Error
				if _, err := store.Find(bg, wrong); !errors.As(err, &e) || e.Message != "'"+wrong+"' is no image's id" {
					t.Errorf("%q gives %v", wrong, err)
				}
			}
		}(i)
	}
	group.Wait()
}

func TestAClosedStoreSaysSoAndEndsWaits(t *testing.T) {
	store := open(t, nil)
	must(t, store.PauseJobs(bg, "image_processing"))
	image := put(t, store, picture(1), "ada")
	ended := make(chan error)
	go func() {
		_, err := image.Wait(bg)
		ended <- err
	}()
	time.Sleep(20 * time.Millisecond)
	must(t, store.Close())
	must(t, store.Close())
	if err := <-ended; !errors.Is(err, pixelfox.ErrClosed) || !errors.Is(err, os.ErrClosed) {
		t.Errorf("the wait gives %v", err)
	}
	if _, err := store.Find(bg, image.ID()); !errors.Is(err, pixelfox.ErrClosed) {
		t.Errorf("finding gives %v", err)
	}
	if image.Owner() != "ada" {
		t.Error("the image forgot its owner")
	}
}

func TestMemoryAndDescriptorsStayFlatOverThousandsOfCalls(t *testing.T) {
	store := open(t, nil)
	id := ready(t, store, picture(1), "ada").ID()
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	round := func() {
		for i := 0; i < 100; i++ {
			image, err := store.Find(ctx, id)
			must(t, err)
			for _, v := range image.Variants() {
				if v.SkipReason() == "" {
					_, err := v.ReadAll(ctx)
					must(t, err)
				}
			}
			if _, err := store.Find(ctx, "no id"); err == nil {
				t.Error("no id was found")
			}
			ids(t, store.List(pixelfox.Query{}))
			upload, err := store.NewUpload(ctx, pixelfox.Meta{Owner: "ada"})
			must(t, err)
			_, err = upload.Write(picture(1))
			must(t, err)
			must(t, upload.Close())
			must(t, store.Events("").Err())
		}
		for i := 0; i < 3; i++ { // what finalizers free, and what they free in turn
			runtime.GC()
			time.Sleep(10 * time.Millisecond)
		}
	}
	round()
	descriptors, memory := count(t, "/proc/self/fd"), residentBytes(t)
	for i := 0; i < 4; i++ {
		round()
	}
	if now := count(t, "/proc/self/fd"); now > descriptors+2 {
		t.Errorf("%d descriptors, %d before", now, descriptors)
	}
	if more := residentBytes(t) - memory; more > 16<<20 {
		t.Errorf("%d bytes more", more)
	}
}

func TestHandlesThatAreDroppedAreFreed(t *testing.T) {
	folder := t.TempDir()
	before := count(t, "/proc/self/fd")
	for i := 0; i < 10; i++ {
		store, err := pixelfox.Open(folder, nil)
		must(t, err)
		must(t, store.Start())
		_, err = store.NewUpload(bg, pixelfox.Meta{Owner: "ada"})
		must(t, err)
	}
	for until := time.Now().Add(30 * time.Second); count(t, "/proc/self/fd") > before+2; {
		if time.Now().After(until) {
			t.Fatalf("%d descriptors, %d before", count(t, "/proc/self/fd"), before)
		}
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
}
