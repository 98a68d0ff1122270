// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

// HTTPStatus says what HTTP calls the status, such as 404 for ErrNotFound or 507 for ErrFull.
func (s Status) HTTPStatus() int {
	switch s {
	case ErrInvalid:
		return http.StatusBadRequest
	case ErrNotFound:
		return http.StatusNotFound
	case ErrExists, ErrConflict:
		return http.StatusConflict
	case ErrLimit:
		return http.StatusRequestEntityTooLarge
	case ErrFull:
		return http.StatusInsufficientStorage
	case ErrUnsupported:
		return http.StatusUnsupportedMediaType
	case ErrCorrupt:
		return http.StatusUnprocessableEntity
	case ErrDenied:
		return http.StatusForbidden
	case ErrLost:
		return http.StatusGone
	case ErrBusy, ErrTimeout, ErrUnavailable, ErrIO, ErrNoMemory, ErrCancelled, ErrClosed, ErrForked:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// HTTPError answers a request with an error: an *Error by its status and message, a Status by its name, and when
// to come again if it says so. A body beyond http.MaxBytesReader's limit is 413; any other error is 500, and not
// told.
func HTTPError(w http.ResponseWriter, err error) {
	var ours *Error
	var bare Status
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &ours):
		httpError(w, ours)
	case errors.As(err, &bare):
		http.Error(w, err.Error(), bare.HTTPStatus())
	case errors.As(err, &tooLarge):
		http.Error(w, tooLarge.Error(), http.StatusRequestEntityTooLarge)
	default:
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
	}
}

func httpError(w http.ResponseWriter, ours *Error) {
	status := ours.Status.HTTPStatus()
	if ours.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(ours.RetryAfter/time.Second)))
		if ours.Status == ErrLimit { // a limit that passes is one of rate
			status = http.StatusTooManyRequests
		}
	}
	http.Error(w, ours.Message, status)
}

// serve sends a stored file, whole or in the parts that are asked for; etag is that of its bytes.
func serve(w http.ResponseWriter, r *http.Request, mime, etag string, content *Reader) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "a picture is read by GET and HEAD", http.StatusMethodNotAllowed)
		return
	}
	if r.Method == http.MethodGet {
		// What cannot be read is said while there is still a status to say it with.
		if _, err := content.ReadAt(make([]byte, 1), 0); err != nil {
			HTTPError(w, err)
			return
		}
	}
	w.Header().Set("Content-Type", mime)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, content)
}

// ServeHTTP answers GET and HEAD with the variant's file: Content-Type, a strong ETag from its content,
// If-None-Match, If-Range and Range. One that was skipped, and a nil one, is not found. Who may see it is the
// host's to decide.
func (v *Variant) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if v == nil {
		http.Error(w, "there is no such variant", http.StatusNotFound)
		return
	}
	if reason := v.SkipReason(); reason != "" {
		http.Error(w, "the variant was not made: "+reason, http.StatusNotFound)
		return
	}
	serve(w, r, v.Type(), `"`+v.SHA256()+`"`, v.Open(r.Context()))
}

// ServeHTTP answers GET and HEAD with the original for the public: without its place, unless the setting
// store.public_originals says "raw". As Variant.ServeHTTP.
func (i *Image) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.Handler(ForPublic).ServeHTTP(w, r)
}

// Handler serves the original to its owner or to the public. As Variant.ServeHTTP.
func (i *Image) Handler(reader For) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		etag := i.SHA256()
		if reader != ForOwner {
			// What the public reads has other bytes, and a setting changes them.
			how, err := i.store.Setting("store.public_originals")
			if err != nil {
				HTTPError(w, err)
				return
			}
			if how != "raw" {
				etag += "-" + how
			}
		}
		serve(w, r, i.Type(), `"`+etag+`"`, i.OpenFor(r.Context(), reader))
	})
}

// Uploads is an http.Handler that stores what a POST or PUT request brings: its body, or the first file of a
// form (multipart/form-data), whose name becomes the title.
type Uploads struct {
	Store *Store
	// Meta says whose the picture is and what else is known of it. An error is answered by HTTPError: give
	// ErrDenied for whom you do not know.
	Meta func(r *http.Request) (Meta, error)
	// Stored answers the request; nil answers 201 with the image's id.
	Stored func(w http.ResponseWriter, r *http.Request, image *Image)
}

// ServeHTTP stores the picture and answers.
func (u *Uploads) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		w.Header().Set("Allow", "POST, PUT")
		http.Error(w, "a picture is put by POST and PUT", http.StatusMethodNotAllowed)
		return
	}
	image, err := u.put(r)
	if err != nil {
		HTTPError(w, err)
		return
	}
	if u.Stored != nil {
		u.Stored(w, r, image)
		return
	}
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, image.ID()+"\n")
}

func (u *Uploads) put(r *http.Request) (*Image, error) {
	meta, err := u.Meta(r)
	if err != nil {
		return nil, err
	}
	body, err := picture(r, &meta)
	if err != nil {
		return nil, err
	}
	return u.Store.PutReader(r.Context(), body, meta)
}

// picture finds the picture in a request, and what the request says of it.
func picture(r *http.Request, meta *Meta) (io.Reader, error) {
	form, err := r.MultipartReader()
	if err == http.ErrNotMultipart {
		if r.ContentLength > 0 {
			meta.Size = r.ContentLength
		}
		return r.Body, nil
	}
	if err != nil {
		return nil, invalid("the form cannot be read: " + err.Error())
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			return nil, invalid("the form has no file")
		}
		if err != nil {
			return nil, err
		}
		if name := part.FileName(); name != "" {
			if meta.Title == "" {
				meta.Title = name
			}
			return part, nil
		}
	}
}
