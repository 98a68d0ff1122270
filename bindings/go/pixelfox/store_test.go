// SPDX-License-Identifier: Apache-2.0

package pixelfox_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

var bg = context.Background()

// picture makes a JPEG like a photograph: soft shapes under grain, others for other seeds.
func picture(seed int64) []byte {
	return pictureOf(seed, 320, 240)
}

var pictures sync.Map // what was made once; under the race detector that takes long

func pictureOf(seed int64, width, height int) []byte {
	key := [3]int64{seed, int64(width), int64(height)}
	if made, ok := pictures.Load(key); ok {
		return made.([]byte)
	}
	data := paint(seed, width, height)
	pictures.Store(key, data)
	return data
}

func paint(seed int64, width, height int) []byte {
	random := rand.New(rand.NewSource(seed))
	phase := random.Float64() * 6
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := 0; y < height; y++ {
		for x := 0; x < width; x++ {
			grain := random.Float64() * 20
			at := func(scale float64) uint8 {
				return uint8(110 + 90*math.Sin(float64(x)/scale+phase)*math.Cos(float64(y)/scale) + grain)
			}
			canvas.Set(x, y, color.RGBA{at(31), at(47), at(67), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, canvas, &jpeg.Options{Quality: 85}); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func photo(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, picture(1), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// open opens a store that makes four variants, quickly.
func open(t *testing.T, more map[string]any) *pixelfox.Store {
	t.Helper()
	settings := map[string]any{"render.avif_enabled": false}
	for name, value := range more {
		settings[name] = value
	}
	store, err := pixelfox.Open(filepath.Join(t.TempDir(), "gallery"), &pixelfox.Options{Settings: settings})
	must(t, err)
	t.Cleanup(func() { store.Close() })
	return store
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPictureGetsItsEightVariants(t *testing.T) {
	store, err := pixelfox.Open(filepath.Join(t.TempDir(), "gallery"), nil)
	must(t, err)
	defer store.Close()
	put, err := store.PutFile(bg, photo(t), pixelfox.Meta{Owner: "ada"})
	must(t, err)
	ready, err := put.Wait(bg)
	must(t, err)
	if ready.State() != pixelfox.ImageReady || len(ready.Variants()) != 8 || ready.Title() != "photo.jpg" {
		t.Fatalf("state %v, %d variants, title %q", ready.State(), len(ready.Variants()), ready.Title())
	}
	for _, v := range ready.Variants() {
		data, err := v.ReadAll(bg)
		must(t, err)
		if int64(len(data)) != v.Bytes() {
			t.Errorf("%s: %d bytes read of %d", v.Kind(), len(data), v.Bytes())
		}
	}
}

func TestAnErrorIsItsStatusAndWhatFsCallsIt(t *testing.T) {
	store := open(t, nil)
	_, err := store.PutFile(bg, filepath.Join(t.TempDir(), "absent.jpg"), pixelfox.Meta{Owner: "ada"})
	if !errors.Is(err, pixelfox.ErrNotFound) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	_, err = store.PutBytes(bg, []byte("hello"), pixelfox.Meta{Owner: "ada"})
	var e *pixelfox.Error
	if !errors.As(err, &e) || e.Status != pixelfox.ErrUnsupported || e.Retryable() {
		t.Errorf("text gives %v", err)
	}
}
