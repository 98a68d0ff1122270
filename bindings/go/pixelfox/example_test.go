// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

// scratch makes a folder with a photograph.
func scratch() (folder, photo string) {
	folder, err := os.MkdirTemp("", "pixelfox-example")
	if err != nil {
		log.Fatal(err)
	}
	photo = filepath.Join(folder, "photo.jpg")
	if err := os.WriteFile(photo, picture(1), 0o600); err != nil {
		log.Fatal(err)
	}
	return folder, photo
}

func Example() {
	folder, photo := scratch()
	defer os.RemoveAll(folder)

	ctx := context.Background()
	store, err := pixelfox.Open(filepath.Join(folder, "gallery"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	put, err := store.PutFile(ctx, photo, pixelfox.Meta{Owner: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	image, err := put.Wait(ctx)
	if err != nil {
		log.Fatal(err)
	}
	small := image.Variant("thumbnail_small_webp")
	fmt.Println(image.Title(), image.Type(), len(image.Variants()), small.WidthPx(), small.Type())
	// Output: photo.jpg image/jpeg 8 200 image/webp
}

func ExampleStore_List() {
	folder, photo := scratch()
	defer os.RemoveAll(folder)
	ctx := context.Background()
	store, err := pixelfox.Open(filepath.Join(folder, "gallery"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	if _, err := store.PutFile(ctx, photo, pixelfox.Meta{Owner: "ada", Title: "The sea"}); err != nil {
		log.Fatal(err)
	}

	list := store.List(pixelfox.Query{Owner: "ada", Text: "sea"})
	for list.Next(ctx) {
		fmt.Println(list.Image().Title())
	}
	if err := list.Err(); err != nil {
		log.Fatal(err)
	}
	// Output: The sea
}

func ExampleError() {
	folder, _ := scratch()
	defer os.RemoveAll(folder)
	store, err := pixelfox.Open(filepath.Join(folder, "gallery"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	_, err = store.PutFile(context.Background(), "absent.jpg", pixelfox.Meta{Owner: "ada"})
	fmt.Println(errors.Is(err, pixelfox.ErrNotFound), errors.Is(err, fs.ErrNotExist))
	var e *pixelfox.Error
	if errors.As(err, &e) {
		fmt.Println(e.Status, e.Retryable(), e.Status.HTTPStatus())
	}
	// Output:
	// true true
	// pixelfox: not found false 404
}

func ExampleVariant_ServeHTTP() {
	folder, photo := scratch()
	defer os.RemoveAll(folder)
	store, err := pixelfox.Open(filepath.Join(folder, "gallery"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	put, err := store.PutFile(context.Background(), photo, pixelfox.Meta{Owner: "ada"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := put.Wait(context.Background()); err != nil {
		log.Fatal(err)
	}

	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		image, err := store.Find(r.Context(), r.URL.Path[1:])
		if err != nil {
			pixelfox.HTTPError(w, err)
			return
		}
		image.Variant("webp").ServeHTTP(w, r)
	})

	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/"+put.ID(), nil)
	request.Header.Set("Range", "bytes=8-11")
	handler.ServeHTTP(answer, request)
	fmt.Println(answer.Code, answer.Header().Get("Content-Type"), answer.Body)
	// Output: 206 image/webp WEBP
}

func ExampleWorker_Reserve() {
	folder, _ := scratch()
	defer os.RemoveAll(folder)
	ctx := context.Background()
	store, err := pixelfox.Open(filepath.Join(folder, "gallery"), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()
	worker, err := store.NewWorker()
	if err != nil {
		log.Fatal(err)
	}
	byHand := func(context.Context, *pixelfox.RunningJob) (any, error) { return nil, nil }
	if err := worker.AddKind("greet", byHand); err != nil {
		log.Fatal(err)
	}
	if _, err := store.PutJob(ctx, pixelfox.NewJob{Kind: "greet", Payload: "Ada"}); err != nil {
		log.Fatal(err)
	}

	job, err := worker.Reserve(ctx, time.Minute)
	if err != nil || job == nil {
		log.Fatal("no job: ", err)
	}
	defer job.Release()
	fmt.Println(job.Kind, string(job.Payload))
	if err := job.Finish(ctx, "done"); err != nil {
		log.Fatal(err)
	}
	// Output: greet "Ada"
}
