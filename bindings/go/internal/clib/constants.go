// SPDX-License-Identifier: Apache-2.0

package clib

/*
#include <pixelfox/pixelfox.h>
*/
import "C"

// What the headers number; constants here, where SWIG would make variables.
const (
	Forever = C.PXF_FOREVER

	StatusOk          = C.PXF_OK
	StatusInvalid     = C.PXF_INVALID
	StatusNotFound    = C.PXF_NOT_FOUND
	StatusExists      = C.PXF_EXISTS
	StatusConflict    = C.PXF_CONFLICT
	StatusLimit       = C.PXF_LIMIT
	StatusFull        = C.PXF_FULL
	StatusUnsupported = C.PXF_UNSUPPORTED
	StatusCorrupt     = C.PXF_CORRUPT
	StatusDenied      = C.PXF_DENIED
	StatusBusy        = C.PXF_BUSY
	StatusTimeout     = C.PXF_TIMEOUT
	StatusUnavailable = C.PXF_UNAVAILABLE
	StatusCancelled   = C.PXF_CANCELLED
	StatusClosed      = C.PXF_CLOSED
	StatusForked      = C.PXF_FORKED
	StatusLost        = C.PXF_LOST
	StatusIo          = C.PXF_IO
	StatusNoMemory    = C.PXF_NO_MEMORY
	StatusInternal    = C.PXF_INTERNAL

	OriginNone    = C.PXF_ORIGIN_NONE
	OriginStore   = C.PXF_ORIGIN_STORE
	OriginPool    = C.PXF_ORIGIN_POOL
	OriginCatalog = C.PXF_ORIGIN_CATALOG
	OriginQueue   = C.PXF_ORIGIN_QUEUE
	OriginHelper  = C.PXF_ORIGIN_HELPER
	OriginImage   = C.PXF_ORIGIN_IMAGE
	OriginHttp    = C.PXF_ORIGIN_HTTP

	PickTwoChoices = C.PXF_PICK_TWO_CHOICES
	PickFill       = C.PXF_PICK_FILL
	PickRoundRobin = C.PXF_PICK_ROUND_ROBIN
	PickWeighted   = C.PXF_PICK_WEIGHTED
	PickLeastUsed  = C.PXF_PICK_LEAST_USED

	ImagePending    = C.PXF_IMAGE_PENDING
	ImageProcessing = C.PXF_IMAGE_PROCESSING
	ImageReady      = C.PXF_IMAGE_READY
	ImageFailed     = C.PXF_IMAGE_FAILED
	ImageDeleted    = C.PXF_IMAGE_DELETED

	VisibilityPrivate  = C.PXF_VISIBILITY_PRIVATE
	VisibilityUnlisted = C.PXF_VISIBILITY_UNLISTED
	VisibilityPublic   = C.PXF_VISIBILITY_PUBLIC

	JobScheduled = C.PXF_JOB_SCHEDULED
	JobReady     = C.PXF_JOB_READY
	JobRunning   = C.PXF_JOB_RUNNING
	JobDone      = C.PXF_JOB_DONE
	JobDead      = C.PXF_JOB_DEAD
	JobCancelled = C.PXF_JOB_CANCELLED
	JobPaused    = C.PXF_JOB_PAUSED
	JobStranded  = C.PXF_JOB_STRANDED

	ForOwner  = C.PXF_FOR_OWNER
	ForPublic = C.PXF_FOR_PUBLIC

	LevelDebug = C.PXF_LEVEL_DEBUG
	LevelInfo  = C.PXF_LEVEL_INFO
	LevelWarn  = C.PXF_LEVEL_WARN
	LevelError = C.PXF_LEVEL_ERROR

	VerifyQuick  = C.PXF_VERIFY_QUICK
	VerifyDeep   = C.PXF_VERIFY_DEEP
	VerifyRepair = C.PXF_VERIFY_REPAIR
)
