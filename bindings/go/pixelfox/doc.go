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
// A Store, an Image, a Variant, a Pool and a Worker may be used by any number of goroutines at once. An Upload, a
// Renderer, a Verification and a ReservedJob let one goroutine in at a time, and the others wait for their turn. A
// List, Events and a Reader belong to one goroutine, but for Reader.ReadAt. Calls that may last take a context; what is done under way is left whole. A call blocks a
// thread of the system, so the package lets only some run at once and the others wait in Go: three
// hundred goroutines in Wait hold eight threads.
//
// Image and Variant are http.Handlers that serve their files, Uploads is one that takes pictures, and HTTPError
// answers a request with an error.
//
// Handles are freed when they are no longer used; Store.Close stops the store at once.
package pixelfox
