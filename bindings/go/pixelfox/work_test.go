// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"context"
	"errors"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

func ids(t *testing.T, list *pixelfox.List) (all []string) {
	t.Helper()
	for list.Next(bg) {
		all = append(all, list.Image().ID())
	}
	must(t, list.Err())
	return all
}

func TestAListIsNewestFirstAndGoesOnFromACursor(t *testing.T) {
	store := open(t, nil)
	var made []string
	for seed := int64(1); seed <= 6; seed++ {
		owner := map[bool]string{true: "ada", false: "bob"}[seed%2 == 1]
		made = append([]string{put(t, store, pictureOf(seed, 64, 48), owner).ID()}, made...)
		time.Sleep(2 * time.Millisecond) // an id's order is that of milliseconds
	}
	if all := ids(t, store.List(pixelfox.Query{})); !reflect.DeepEqual(all, made) {
		t.Errorf("%v, not %v", all, made)
	}
	if len(ids(t, store.List(pixelfox.Query{Owner: "ada"}))) != 3 {
		t.Error("the owner does not narrow it")
	}
	if len(ids(t, store.List(pixelfox.Query{Since: time.Now().Add(time.Hour)}))) != 0 {
		t.Error("the time does not narrow it")
	}
	list := store.List(pixelfox.Query{})
	list.Next(bg)
	list.Next(bg)
	if rest := ids(t, store.List(pixelfox.Query{Cursor: list.Image().Cursor()})); !reflect.DeepEqual(rest, made[2:]) {
		t.Errorf("behind the second are %v", rest)
	}
	if list := store.List(pixelfox.Query{State: 77}); list.Next(bg) || !errors.Is(list.Err(), pixelfox.ErrInvalid) {
		t.Errorf("a state that is none gives %v", list.Err())
	}
}

func TestAListedImageHasItsVariantsAndMetadata(t *testing.T) {
	store := open(t, nil)
	ready(t, store, picture(1), "ada")
	list := store.List(pixelfox.Query{})
	if !list.Next(bg) {
		t.Fatal(list.Err())
	}
	image := list.Image()
	var metadata map[string]any
	must(t, image.Metadata(&metadata))
	if v := image.Variant("webp"); v == nil || v.WidthPx() != 320 || len(image.Variants()) != 8 {
		t.Errorf("%d variants", len(image.Variants()))
	}
	list = store.List(pixelfox.Query{})
	if !list.Next(bg) {
		t.Fatal(list.Err())
	}
	must(t, store.Close())
	if count := len(list.Image().Variants()); count != 0 {
		t.Errorf("of a closed store %d variants are read", count)
	}
}

func TestARemovedImageIsHiddenAtOnce(t *testing.T) {
	store := open(t, nil)
	image := put(t, store, picture(1), "ada")
	must(t, image.Remove(bg))
	must(t, image.Remove(bg))
	if len(ids(t, store.List(pixelfox.Query{}))) != 0 {
		t.Error("it is still listed")
	}
	must(t, store.RemoveOwner(bg, "bob"))
}

func TestSettingsAreToldAndChanged(t *testing.T) {
	store := open(t, map[string]any{"ingest.max_bytes": "1 MiB"})
	if text, err := store.Setting("ingest.max_bytes"); err != nil || text != "1048576" {
		t.Errorf("%q, %v", text, err)
	}
	must(t, store.SetSetting("render.webp_quality", 70, 0))
	version, err := store.SettingVersion("render.webp_quality")
	must(t, err)
	must(t, store.SetSetting("render.webp_quality", 71, version))
	if err := store.SetSetting("render.webp_quality", 72, version); !errors.Is(err, pixelfox.ErrConflict) {
		t.Errorf("an old version gives %v", err)
	}
	must(t, store.SetSetting("render.webp_quality", nil, 0))
	if text, err := store.Setting("render.webp_quality"); err != nil || text != "85" {
		t.Errorf("%q, %v", text, err)
	}
	if err := store.SetSetting("render.webp_qualty", 1, 0); !errors.Is(err, pixelfox.ErrNotFound) ||
		!strings.Contains(err.Error(), "render.webp_quality") {
		t.Errorf("a wrong name gives %v", err)
	}
	if err := store.SetSetting("render.webp_quality", 1.5, 0); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("a fraction gives %v", err)
	}
	for _, setting := range pixelfox.Settings() {
		if _, err := store.Setting(setting.Name); err != nil || setting.Help == "" {
			t.Errorf("%s: %v, %q", setting.Name, err, setting.Help)
		}
	}
}

func TestALogReceivesLines(t *testing.T) {
	type line struct {
		level pixelfox.Level
		text  string
	}
	lines := make(chan line, 100)
	store, err := pixelfox.Open(t.TempDir(), &pixelfox.Options{Log: func(level pixelfox.Level, text string) {
		lines <- line{level, text}
	}})
	must(t, err)
	must(t, store.Close())
	close(lines)
	for line := range lines {
		if line.level < pixelfox.LevelDebug || line.level > pixelfox.LevelError || line.text == "" {
			t.Errorf("%v", line)
		}
	}
}

func TestStartedWorkersMakeVariantsInTheBackground(t *testing.T) {
	store := open(t, nil)
	must(t, store.Start())
	must(t, store.Start())
	ready(t, store, picture(1), "ada")
}

func TestAKindOfOnesOwnRunsAndLeavesItsResult(t *testing.T) {
	store := open(t, nil)
	worker, err := store.NewWorker()
	must(t, err)
	must(t, worker.AddKind("greet", func(ctx context.Context, job *pixelfox.RunningJob) (any, error) {
		job.SetProgress(500)
		return map[string]any{"hello": string(job.Payload)}, nil
	}))
	must(t, worker.AddKind("hopeless", func(context.Context, *pixelfox.RunningJob) (any, error) {
		return nil, pixelfox.ErrInvalid
	}))
	must(t, worker.AddKind("flaky", func(context.Context, *pixelfox.RunningJob) (any, error) { panic("oh") }))
	must(t, worker.SetKinds("greet", "hopeless", "flaky"))
	jobs := map[string]*pixelfox.Job{}
	for _, kind := range []string{"greet", "hopeless", "flaky"} {
		jobs[kind], err = store.PutJob(bg, pixelfox.NewJob{Kind: kind, Payload: []int{1}})
		must(t, err)
	}
	for ran := true; ran; {
		ran, err = worker.RunOne(bg)
		must(t, err)
	}
	for kind := range jobs {
		jobs[kind], err = store.FindJob(bg, jobs[kind].ID)
		must(t, err)
	}
	if job := jobs["greet"]; job.State != pixelfox.JobDone || string(job.Result) != `{"hello":"[1]"}` {
		t.Errorf("%v %s", job.State, job.Result)
	}
	if job := jobs["hopeless"]; job.State != pixelfox.JobDead {
		t.Errorf("%v", job.State)
	}
	if job := jobs["flaky"]; job.State != pixelfox.JobScheduled || job.Error == "" || !strings.Contains(job.Error, "panic: oh") {
		t.Errorf("%v %q", job.State, job.Error)
	}
	if worker.Total("done") != 1 {
		t.Errorf("%d are done", worker.Total("done"))
	}
}

func TestManyJobsAtOnceMayCallTheStore(t *testing.T) {
	store := open(t, nil)
	worker, err := store.NewWorker()
	must(t, err)
	const jobs = 24
	var all sync.WaitGroup
	all.Add(jobs)
	must(t, worker.AddKind("busy", func(ctx context.Context, job *pixelfox.RunningJob) (any, error) {
		all.Done()
		all.Wait() // all hold their calls now
		_, err := store.JobCount(ctx, pixelfox.JobQuery{})
		return "counted", err
	}))
	must(t, worker.SetKinds("busy"))
	ended := make(chan error, jobs)
	for i := 0; i < jobs; i++ {
		_, err := store.PutJob(bg, pixelfox.NewJob{Kind: "busy"})
		must(t, err)
	}
	for i := 0; i < jobs; i++ {
		go func() {
			ran, err := worker.RunOne(bg)
			if err == nil && !ran {
				err = errors.New("no job was ready")
			}
			ended <- err
		}()
	}
	for i := 0; i < jobs; i++ {
		select {
		case err := <-ended:
			must(t, err)
		case <-time.After(60 * time.Second):
			t.Fatal("they wait for each other")
		}
	}
}

func TestACancelledJobsContextEnds(t *testing.T) {
	store := open(t, nil)
	worker, err := store.NewWorker()
	must(t, err)
	began := make(chan string)
	ended := make(chan error, 1)
	must(t, worker.AddKind("slow", func(ctx context.Context, job *pixelfox.RunningJob) (any, error) {
		began <- job.ID
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, pixelfox.ErrCancelled
	}))
	must(t, worker.SetKinds("slow"))
	must(t, worker.SetThreads(1))
	must(t, worker.Start())
	_, err = store.PutJob(bg, pixelfox.NewJob{Kind: "slow"})
	must(t, err)
	must(t, store.CancelJob(bg, <-began))
	select {
	case err := <-ended:
		if err != context.Canceled {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("the context did not end")
	}
	worker.Stop(5 * time.Second)
}

func TestJobsAreListedCountedCancelledAndUnique(t *testing.T) {
	store := open(t, nil)
	first, err := store.PutJob(bg, pixelfox.NewJob{Kind: "a_kind", Unique: "only", Delay: time.Minute})
	must(t, err)
	if _, err := store.PutJob(bg, pixelfox.NewJob{Kind: "a_kind", Unique: "only"}); !errors.Is(err, pixelfox.ErrExists) {
		t.Errorf("a second of its key gives %v", err)
	}
	second, err := store.PutJob(bg, pixelfox.NewJob{Kind: "a_kind", Delay: time.Minute, Priority: 7})
	must(t, err)
	jobs, err := store.Jobs(bg, pixelfox.JobQuery{Kind: "a_kind"}, 10)
	must(t, err)
	if len(jobs) != 2 || jobs[0].ID != second.ID || jobs[1].ID != first.ID || jobs[0].Priority != 7 {
		t.Errorf("%v", jobs)
	}
	must(t, store.CancelJob(bg, first.ID))
	must(t, store.RetryJob(bg, first.ID))
	must(t, store.CancelJob(bg, first.ID))
	if count, err := store.JobCount(bg, pixelfox.JobQuery{State: pixelfox.JobCancelled}); err != nil || count != 1 {
		t.Errorf("%d, %v", count, err)
	}
	must(t, store.PauseJobs(bg, "a_kind"))
	must(t, store.ResumeJobs(bg, "a_kind"))
	if err := store.CancelJob(bg, ""); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("no id gives %v", err)
	}
	if _, err := store.PutJob(bg, pixelfox.NewJob{}); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("no kind gives %v", err)
	}
}

func TestEventsComeInOrderAndGoOnFromACursor(t *testing.T) {
	store := open(t, nil)
	ready(t, store, picture(1), "ada")
	events := store.Events("")
	var kinds []string
	var first pixelfox.Event
	for events.Poll(bg) {
		if kinds == nil {
			first = events.Event()
		}
		kinds = append(kinds, events.Event().Kind)
	}
	must(t, events.Err())
	if !reflect.DeepEqual(kinds, []string{"image_uploaded", "image_processed"}) {
		t.Errorf("%v", kinds)
	}
	rest := store.Events(first.Cursor)
	if !rest.Poll(bg) || rest.Event().Kind != "image_processed" {
		t.Errorf("behind the first is %v", rest.Event())
	}
	if newest, err := store.NewestCursor(); err != nil || newest != rest.Event().Cursor {
		t.Errorf("the newest is %q, %v", newest, err)
	}
}

func TestALoopOverEventsWakesForOneAndEndsWithTheStore(t *testing.T) {
	store := open(t, nil)
	seen, ended := make(chan string), make(chan error)
	go func() {
		events := store.Events("")
		for events.Next(bg) {
			seen <- events.Event().Kind
		}
		ended <- events.Err()
	}()
	put(t, store, picture(1), "ada")
	if kind := <-seen; kind != "image_uploaded" {
		t.Error(kind)
	}
	must(t, store.Close())
	if err := <-ended; !errors.Is(err, pixelfox.ErrClosed) {
		t.Error(err)
	}
}

func TestAPoolIsAddedChangedTestedAndRemoved(t *testing.T) {
	store := open(t, nil)
	must(t, store.AddPool(bg, "big", pixelfox.Fields{"path": t.TempDir(), "tier": "warm", "max_bytes": 1 << 30}))
	pools, err := store.Pools(bg)
	must(t, err)
	if len(pools) != 2 || pools[0].Name() != "big" || pools[0].Text("tier") != "warm" || pools[0].Number("max_bytes") != 1<<30 {
		t.Fatalf("%v", pools)
	}
	checks, err := store.TestPool(bg, "big")
	must(t, err)
	for _, check := range checks {
		if !check.OK {
			t.Errorf("%v", check)
		}
	}
	must(t, store.UpdatePool(bg, "big", pixelfox.Fields{"priority": 7}))
	if pool, err := store.Pool(bg, "big"); err != nil || pool.Number("priority") != 7 {
		t.Errorf("%v", err)
	}
	if err := store.UpdatePool(bg, "big", pixelfox.Fields{"priorty": 8}); !errors.Is(err, pixelfox.ErrNotFound) {
		t.Errorf("a wrong field gives %v", err)
	}
	must(t, store.RemovePool(bg, "big"))
	if _, err := store.Pool(bg, "big"); !errors.Is(err, pixelfox.ErrNotFound) {
		t.Errorf("a removed pool gives %v", err)
	}
}

func TestTheChoiceOfAPoolNeedsNoStore(t *testing.T) {
	small, err := pixelfox.NewPool("small", pixelfox.Fields{"path": "/a", "max_bytes": 10})
	must(t, err)
	big, err := pixelfox.NewPool("big", pixelfox.Fields{"path": "/b", "max_bytes": 1 << 20})
	must(t, err)
	if pool, err := pixelfox.Pick([]*pixelfox.Pool{small, big}, 100, pixelfox.PickFill, 1); err != nil || pool != big {
		t.Errorf("%v", err)
	}
	if _, err := pixelfox.Pick([]*pixelfox.Pool{small}, 100, pixelfox.PickFill, 1); !errors.Is(err, pixelfox.ErrFull) {
		t.Errorf("a small pool gives %v", err)
	}
	if _, err := pixelfox.Pick(nil, 100, pixelfox.PickFill, 1); err == nil {
		t.Error("one of no pools was chosen")
	}
}

func TestAVerificationTellsWhatIsMissing(t *testing.T) {
	store := open(t, nil)
	variant := ready(t, store, picture(1), "ada").Variant("webp")
	must(t, os.Remove(variant.Path()))
	verification := store.Verify(bg, pixelfox.VerifyDeep)
	if !verification.Next() || verification.Finding().Kind != "missing" || verification.Finding().Key != variant.Key() {
		t.Errorf("%v, %v", verification.Finding(), verification.Err())
	}
	if verification.Next() || verification.Err() != nil || verification.Total("images") != 1 {
		t.Errorf("%v, %v", verification.Finding(), verification.Err())
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	stopped := store.Verify(ctx, pixelfox.VerifyDeep)
	for stopped.Next() {
	}
	if !errors.Is(stopped.Err(), context.Canceled) {
		t.Errorf("a context that ended gives %v", stopped.Err())
	}
}

func TestAPictureIsRenderedWithoutAStore(t *testing.T) {
	renderer, err := pixelfox.NewRenderer(&pixelfox.Options{Settings: map[string]any{"render.webp_quality": 50}},
		pixelfox.Recipe{Name: "icon", Fit: "box", WidthPx: 32, HeightPx: 32})
	must(t, err)
	defer renderer.Close()
	variants, err := renderer.Bytes(bg, picture(1))
	must(t, err)
	if len(variants) != 1 || variants[0].WidthPx() != 32 || variants[0].Key() != "" {
		t.Errorf("%v", variants)
	}
	must(t, renderer.AddKind("webp"))
	if _, err := renderer.Bytes(bg, []byte("hello")); !errors.Is(err, pixelfox.ErrUnsupported) {
		t.Errorf("text gives %v", err)
	}
	variants, err = renderer.File(bg, photo(t))
	must(t, err)
	data, err := variants[len(variants)-1].ReadAll(bg)
	must(t, err)
	if string(data[8:12]) != "WEBP" {
		t.Errorf("%q", data[:12])
	}
	must(t, renderer.Close())
	if _, err := renderer.Bytes(bg, picture(1)); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("a closed renderer gives %v", err)
	}
	if text, err := pixelfox.HelperVersion(nil); err != nil || !strings.Contains(text, "libvips") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestARecipeOfTheStoreIsOneMoreVariant(t *testing.T) {
	store := open(t, nil)
	must(t, store.AddRecipe(bg, pixelfox.Recipe{Name: "square", Output: "jpeg", Fit: "cover", WidthPx: 50, HeightPx: 50}))
	if v := ready(t, store, picture(1), "ada").Variant("square"); v == nil || v.WidthPx() != 50 || v.HeightPx() != 50 {
		t.Error("it is not there, or of another size")
	}
	must(t, store.RemoveRecipe(bg, "square"))
}

func TestMetricsArePrometheusText(t *testing.T) {
	if text, err := open(t, nil).Metrics(); err != nil || !strings.Contains(text, "# TYPE pixelfox_puts_total") {
		t.Errorf("%q, %v", text, err)
	}
}

func TestKeysFollowTheInstantOfAcceptance(t *testing.T) {
	const id = "01890a5d-ac96-774b-bcce-b302099a8057"
	if key, err := pixelfox.VariantKey(time.UnixMilli(0), id, "small", "webp"); err != nil ||
		key != "variants/1970/01/01/"+id+"_small.webp" {
		t.Errorf("%q, %v", key, err)
	}
	if _, err := pixelfox.OriginalKey(time.UnixMilli(0), "../x", "jpg"); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Error(err)
	}
}
