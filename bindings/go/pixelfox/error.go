// SPDX-License-Identifier: Apache-2.0

package pixelfox

import (
	"io/fs"
	"strings"
	"time"

	"github.com/libpixelfox/libpixelfox/bindings/go/internal/clib"
)

// Status is what happened, as far as a program can act on it. It is an error, to be asked for:
// errors.Is(err, pixelfox.ErrNotFound).
type Status int32

// The statuses. Their numbers are fixed for good.
const (
	ErrInvalid     Status = clib.StatusInvalid     // the request itself is wrong
	ErrNotFound    Status = clib.StatusNotFound    // no such thing; also fs.ErrNotExist
	ErrExists      Status = clib.StatusExists      // a thing with that name or key is there; also fs.ErrExist
	ErrConflict    Status = clib.StatusConflict    // the thing changed, or is in a state that forbids this
	ErrLimit       Status = clib.StatusLimit       // a limit on bytes, pixels, frames or rate
	ErrFull        Status = clib.StatusFull        // a pool, a disk or an owner's quota has no room
	ErrUnsupported Status = clib.StatusUnsupported // a type or feature that is not supported
	ErrCorrupt     Status = clib.StatusCorrupt     // bytes that are not what they claim to be
	ErrDenied      Status = clib.StatusDenied      // permission refused; also fs.ErrPermission
	ErrBusy        Status = clib.StatusBusy        // somebody else holds it; try again
	ErrTimeout     Status = clib.StatusTimeout     // not done within its time; try again
	ErrUnavailable Status = clib.StatusUnavailable // a disk, database or service cannot be reached; try again
	ErrCancelled   Status = clib.StatusCancelled   // the context ended; also the context's error
	ErrClosed      Status = clib.StatusClosed      // the store was closed; also fs.ErrClosed
	ErrForked      Status = clib.StatusForked      // the handle was made by another process
	ErrLost        Status = clib.StatusLost        // a lease or place was taken over
	ErrIO          Status = clib.StatusIo          // an input or output error
	ErrNoMemory    Status = clib.StatusNoMemory    // memory ran out
	ErrInternal    Status = clib.StatusInternal    // a defect of the library; please report it
)

// String names the status, such as "NOT_FOUND".
func (s Status) String() string {
	return clib.Pxf_status_name(int32(s))
}

// Error says the name as words.
func (s Status) Error() string {
	return "pixelfox: " + strings.ReplaceAll(strings.ToLower(s.String()), "_", " ")
}

// Retryable tells whether the same call may succeed later.
func (s Status) Retryable() bool {
	return clib.Pxf_status_is_retryable(int32(s))
}

// Origin is where an error's code comes from.
type Origin int32

// The origins.
const (
	OriginNone    Origin = clib.OriginNone    // the library itself
	OriginStore   Origin = clib.OriginStore   // the store's own files; an errno
	OriginPool    Origin = clib.OriginPool    // a pool; an errno or an HTTP status
	OriginCatalog Origin = clib.OriginCatalog // the database's extended code
	OriginQueue   Origin = clib.OriginQueue   // the queue's server or database
	OriginHelper  Origin = clib.OriginHelper  // the helper process; a signal or an errno
	OriginImage   Origin = clib.OriginImage   // the picture's own bytes
	OriginHTTP    Origin = clib.OriginHttp    // an HTTP exchange; its status
)

// Error is what a call of the library answers when it failed.
type Error struct {
	Status     Status
	Origin     Origin
	Code       int           // errno, HTTP status or database code; 0 without one
	RetryAfter time.Duration // how long to wait before trying again; 0 if unknown
	Message    string        // one line
	cause      error
}

func (e *Error) Error() string {
	return "pixelfox: " + e.Message
}

// Unwrap gives the context's error of a call that the context ended, or a reader's own.
func (e *Error) Unwrap() error {
	return e.cause
}

// Is makes errors.Is find the status, and what package fs calls the same.
func (e *Error) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return e.Status == ErrNotFound
	case fs.ErrExist:
		return e.Status == ErrExists
	case fs.ErrPermission:
		return e.Status == ErrDenied
	case fs.ErrClosed:
		return e.Status == ErrClosed
	}
	status, ok := target.(Status)
	return ok && status == e.Status
}

// Retryable tells whether the same call may succeed later.
func (e *Error) Retryable() bool {
	return e.Status.Retryable()
}

func invalid(message string) error {
	return &Error{Status: ErrInvalid, Message: message}
}

// errorOf makes an error of the library's; nil for none.
func errorOf(e *clib.Error, cause error) error {
	if e.Status == clib.StatusOk {
		return nil
	}
	if Status(e.Status) != ErrCancelled {
		cause = nil
	}
	return &Error{
		Status:     Status(e.Status),
		Origin:     Origin(e.Origin),
		Code:       int(e.Code),
		RetryAfter: time.Duration(e.RetryAfterS) * time.Second,
		Message:    messageOf(e),
		cause:      cause,
	}
}

func messageOf(e *clib.Error) string {
	text := make([]byte, 0, len(e.Message))
	for _, c := range e.Message {
		if c == 0 {
			break
		}
		text = append(text, c)
	}
	return string(text)
}

// noZero refuses texts that C would cut.
func noZero(texts ...string) error {
	for _, text := range texts {
		if strings.IndexByte(text, 0) >= 0 {
			return invalid("a text has no zero inside")
		}
	}
	return nil
}
