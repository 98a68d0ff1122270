// SPDX-License-Identifier: Apache-2.0

// Package pixelfox stores pictures and makes their variants, with libpixelfox.
//
//	store, err := pixelfox.Open("gallery", nil)
//	if err != nil {
//		return err
//	}
//	defer store.Close()
//	put, err := store.PutFile(ctx, "photo.jpg", pixelfox.Meta{Owner: "ada"})
//	if err != nil {
//		return err
//	}
//	image, err := put.Wait(ctx)
//	if err != nil {
//		return err
//	}
//	for _, v := range image.Variants() {
//		fmt.Println(v.Kind(), v.WidthPx(), v.HeightPx(), v.Path())
//	}
//
// Everything but an Upload, a Renderer and the iterators may be used by any number of goroutines; those
// take turns. Calls that may last take a context; what is done under way is left whole. A call blocks a
// thread of the system, so the package lets only some run at once and the others wait in Go: three
// hundred goroutines in Wait hold eight threads.
//
// Handles are freed when they are no longer used; Store.Close stops the store at once.
package pixelfox
