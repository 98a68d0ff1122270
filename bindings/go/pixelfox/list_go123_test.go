// SPDX-License-Identifier: Apache-2.0

//go:build go1.23

package pixelfox_test

import (
	"context"
	"errors"
	"testing"

	"github.com/libpixelfox/libpixelfox/bindings/go/pixelfox"
)

func TestAListAndEventsAreRangedOver(t *testing.T) {
	store := open(t, nil)
	put(t, store, picture(1), "ada")
	put(t, store, picture(2), "ada")
	seen := 0
	for image, err := range store.List(pixelfox.Query{Owner: "ada"}).All(bg) {
		must(t, err)
		if image.Owner() == "ada" {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%d images", seen)
	}
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	kinds := 0
	for event, err := range store.Events("").All(ctx) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
		if event.Kind == "image_uploaded" {
			kinds++
		}
		if kinds == 2 {
			cancel()
		}
	}
	if kinds != 2 {
		t.Errorf("%d events", kinds)
	}
}
