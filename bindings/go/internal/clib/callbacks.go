// SPDX-License-Identifier: Apache-2.0

package clib

/*
#include <stdlib.h>

#include "callbacks.h"
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// LogFunc receives log lines on threads of the library.
type LogFunc func(level int32, message string)

// RunFunc runs a job on a thread of a worker. What it answers ends the job; of a failure, it fills the error.
type RunFunc func(job *Job, e *Error) int32

// SetLog says where log lines go; the handle is of a LogFunc and stays the caller's.
func SetLog(config *Config, log cgo.Handle) {
	C.clib_config_set_log((*C.pxf_config)(unsafe.Pointer(config)), C.uintptr_t(log))
}

// AddKind adds a kind of jobs; the handle is of a RunFunc and stays the caller's.
func AddKind(worker *Worker, kind string, run cgo.Handle, e *Error) {
	name := C.CString(kind)
	defer C.free(unsafe.Pointer(name))
	C.clib_worker_add_kind((*C.pxf_worker)(unsafe.Pointer(worker)), name, C.uintptr_t(run),
		(*C.pxf_error)(unsafe.Pointer(e)))
}

// Pick is pxf_pool_pick over pools that the caller keeps alive.
func Pick(pools []*Pool, bytes uint64, policy int32, seed uint64, e *Error) int {
	if len(pools) == 0 {
		pools = []*Pool{nil}[:0:1]
	}
	// The array holds pointers to memory of C only, so C may read it.
	return int(C.pxf_pool_pick((**C.pxf_pool)(unsafe.Pointer(&pools[:1][0])), C.size_t(len(pools)), C.uint64_t(bytes),
		C.pxf_pick_policy(policy), C.uint64_t(seed), (*C.pxf_error)(unsafe.Pointer(e))))
}

//export pixelfoxGoLog
func pixelfoxGoLog(user C.uintptr_t, level C.int32_t, message *C.char) {
	cgo.Handle(user).Value().(LogFunc)(int32(level), C.GoString(message))
}

//export pixelfoxGoRun
func pixelfoxGoRun(user C.uintptr_t, job *C.pxf_job, e *C.pxf_error) C.int32_t {
	return C.int32_t(cgo.Handle(user).Value().(RunFunc)((*Job)(unsafe.Pointer(job)), (*Error)(unsafe.Pointer(e))))
}
