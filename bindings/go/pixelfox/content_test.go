// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

func put(t *testing.T, store *pixelfox.Store, data []byte, owner string) *pixelfox.Image {
	t.Helper()
	image, err := store.PutBytes(bg, data, pixelfox.Meta{Owner: owner})
	must(t, err)
	return image
}

func ready(t *testing.T, store *pixelfox.Store, data []byte, owner string) *pixelfox.Image {
	t.Helper()
	image, err := put(t, store, data, owner).Wait(bg)
	must(t, err)
	if image.State() != pixelfox.ImageReady {
		t.Fatalf("state %v: %v", image.State(), image.Failure())
	}
	return image
}

func TestAReaderIsPutAsItIsHoweverSmallItsPieces(t *testing.T) {
	store := open(t, nil)
	data := pictureOf(3, 400, 300)
	for name, reader := range map[string]io.Reader{
		"whole":  bytes.NewReader(data),
		"bytes":  iotest.OneByteReader(bytes.NewReader(data)),
		"halves": iotest.HalfReader(bytes.NewReader(data)),
		"late":   iotest.DataErrReader(bytes.NewReader(data)),
	} {
		image, err := store.PutReader(bg, reader, pixelfox.Meta{Owner: name})
		must(t, err)
		got, err := image.ReadAll(bg, pixelfox.ForOwner)
		must(t, err)
		if !bytes.Equal(got, data) {
			t.Errorf("%s: other bytes came back", name)
		}
	}
}

func TestAReadersOwnErrorComesOutAndNothingIsStored(t *testing.T) {
	store := open(t, nil)
	mine := errors.New("mine")
	reader := io.MultiReader(bytes.NewReader(picture(1)[:4000]), iotest.ErrReader(mine))
	if _, err := store.PutReader(bg, reader, pixelfox.Meta{Owner: "ada"}); err != mine {
		t.Errorf("it gives %v", err)
	}
	if list := store.List(pixelfox.Query{}); list.Next(bg) || list.Err() != nil {
		t.Errorf("there is an image, or %v", list.Err())
	}
}

func TestMoreCanBeSaidOfAPicture(t *testing.T) {
	store := open(t, nil)
	image, err := store.PutFile(bg, photo(t), pixelfox.Meta{Owner: "ada", Title: "Sea", Visibility: pixelfox.Public,
		TraceID: "r1", Outputs: map[string]bool{"webp": false}})
	must(t, err)
	if image.Title() != "Sea" || image.Visibility() != pixelfox.Public || image.TraceID() != "r1" {
		t.Errorf("%q %v %q", image.Title(), image.Visibility(), image.TraceID())
	}
	done, err := image.Wait(bg)
	must(t, err)
	if reason := done.Variant("webp").SkipReason(); reason != "disabled" {
		t.Errorf("webp was skipped for %q", reason)
	}
	if done.Variant("none") != nil {
		t.Error("there is a variant of no kind")
	}
	named, err := store.PutFile(bg, photo(t), pixelfox.Meta{Owner: "bob", TraceID: "r2"})
	must(t, err)
	if named.Title() != "photo.jpg" {
		t.Errorf("the title is %q", named.Title())
	}
	_, err = store.PutFile(bg, photo(t), pixelfox.Meta{Owner: "eve", SHA256: strings.Repeat("0", 64)})
	if !errors.Is(err, pixelfox.ErrCorrupt) {
		t.Errorf("another checksum gives %v", err)
	}
	_, err = store.PutFile(bg, filepath.Join(t.TempDir(), "absent"), pixelfox.Meta{Owner: "eve", Title: "x"})
	if !errors.Is(err, pixelfox.ErrNotFound) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

func TestAnUploadComesInPiecesAndIsOverThen(t *testing.T) {
	store := open(t, nil)
	data := picture(1)
	upload, err := store.NewUpload(bg, pixelfox.Meta{Owner: "ada"})
	must(t, err)
	for len(data) > 0 {
		n := 1000
		if n > len(data) {
			n = len(data)
		}
		_, err := upload.Write(data[:n])
		must(t, err)
		data = data[n:]
	}
	if upload.Offset() != int64(len(picture(1))) {
		t.Errorf("the offset is %d", upload.Offset())
	}
	_, err = upload.Finish()
	must(t, err)
	if _, err := upload.Write([]byte("more")); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("writing more gives %v", err)
	}
	must(t, upload.Close())
	must(t, upload.Close())
}

func TestTheSameBytesAreTheOwnersFirstImage(t *testing.T) {
	store := open(t, nil)
	first, again := put(t, store, picture(1), "ada"), put(t, store, picture(1), "ada")
	if first.ID() != again.ID() || first.IsDuplicate() || !again.IsDuplicate() {
		t.Error("it is not the first image, or does not say so")
	}
}

func TestATextWithAZeroInsideIsRefusedAndNotCut(t *testing.T) {
	store := open(t, nil)
	for _, meta := range []pixelfox.Meta{{Owner: "a\x00b"}, {Owner: "a", Title: "b\x00c"}} {
		if _, err := store.PutBytes(bg, picture(1), meta); !errors.Is(err, pixelfox.ErrInvalid) {
			t.Errorf("%q gives %v", meta.Owner+meta.Title, err)
		}
	}
	if _, err := store.Find(bg, "a\x00"); !errors.Is(err, pixelfox.ErrInvalid) {
		t.Errorf("an id with a zero gives %v", err)
	}
}

func TestAStoredFileIsReadFromAnywhere(t *testing.T) {
	store := open(t, nil)
	image := ready(t, store, pictureOf(5, 800, 600), "ada")
	for name, reader := range map[string]*pixelfox.Reader{
		"original": image.Open(bg), "variant": image.Variant("webp").Open(bg),
	} {
		whole, err := io.ReadAll(reader)
		must(t, err)
		if int64(len(whole)) != reader.Size() || len(whole) < 50<<10 {
			t.Fatalf("%s: %d bytes of %d", name, len(whole), reader.Size())
		}
		_, err = reader.Seek(0, io.SeekStart)
		must(t, err)
		if err := iotest.TestReader(reader, whole); err != nil {
			t.Errorf("%s: %.300s", name, err)
		}
		var out bytes.Buffer
		_, err = reader.Seek(1000, io.SeekStart)
		must(t, err)
		n, err := reader.WriteTo(&out)
		must(t, err)
		if n != reader.Size()-1000 || !bytes.Equal(out.Bytes(), whole[1000:]) {
			t.Errorf("%s: other bytes were written", name)
		}
	}
	if n, err := image.Variant("webp").ReadAt(make([]byte, 10), image.Variant("webp").Bytes()-4); n != 4 || err != io.EOF {
		t.Errorf("at the end come %d, %v", n, err)
	}
}

func TestAVariantIsServedByHTTPWithRanges(t *testing.T) {
	store := open(t, nil)
	variant := ready(t, store, picture(1), "ada").Variant("webp")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", variant.Type())
		http.ServeContent(w, r, "", time.Time{}, variant.Open(r.Context()))
	}))
	defer server.Close()
	request, err := http.NewRequest("GET", server.URL, nil)
	must(t, err)
	request.Header.Set("Range", "bytes=8-11")
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	if answer.StatusCode != http.StatusPartialContent || string(body) != "WEBP" {
		t.Errorf("%s: %q", answer.Status, body)
	}
}

func TestAnImageTellsWhatItIs(t *testing.T) {
	store := open(t, nil)
	image := put(t, store, picture(1), "ada")
	key, err := pixelfox.OriginalKey(image.Created(), image.ID(), "jpg")
	must(t, err)
	if image.Owner() != "ada" || image.Type() != "image/jpeg" || image.WidthPx() != 320 || image.HeightPx() != 240 ||
		image.Key() != key || image.FrameCount() != 1 || image.Bytes() != int64(len(picture(1))) || image.Failure() != nil {
		t.Errorf("%s %s %dx%d %s", image.Owner(), image.Type(), image.WidthPx(), image.HeightPx(), image.Key())
	}
	var metadata map[string]any
	must(t, image.Metadata(&metadata))
}

func TestAStaleImageIsTold(t *testing.T) {
	store := open(t, nil)
	image := put(t, store, picture(1), "ada")
	must(t, image.SetTitle(bg, "Sea"))
	if err := image.SetDescription(bg, "Waves"); !errors.Is(err, pixelfox.ErrConflict) {
		t.Errorf("a stale image gives %v", err)
	}
	image, err := image.Reload(bg)
	must(t, err)
	must(t, image.SetVisibility(bg, pixelfox.Unlisted))
	must(t, store.AddView(bg, image.ID()))
	image, err = image.Reload(bg)
	must(t, err)
	if image.Title() != "Sea" || image.Visibility() != pixelfox.Unlisted || image.ViewCount() != 1 {
		t.Errorf("%q %v %d", image.Title(), image.Visibility(), image.ViewCount())
	}
}

func TestAFailedImageSaysWhy(t *testing.T) {
	store := open(t, nil)
	data := picture(1)
	image, err := put(t, store, data[:len(data)/2], "ada").Wait(bg)
	must(t, err)
	if image.State() != pixelfox.ImageFailed || image.FailureRule() != "truncated" || !errors.Is(image.Failure(), pixelfox.ErrCorrupt) {
		t.Errorf("%v %q %v", image.State(), image.FailureRule(), image.Failure())
	}
}
