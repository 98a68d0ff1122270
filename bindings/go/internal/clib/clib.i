/* SPDX-License-Identifier: Apache-2.0 */
/* The public headers for Go, raw: functions on pointers. Private; the package pixelfox is what people
 * use. Typemaps go by the names that the headers give their parameters. */
%module clib

%{
#include <pixelfox/pixelfox.h>
%}

/* The same on every machine. */
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

/* Constants are taken from the headers by cgo (constants.go), where they are constants. */
%rename("$ignore", %$isenum) "";
%rename("$ignore", %$isenumitem) "";
%ignore PXF_MESSAGE_BYTES;
%ignore PXF_FOREVER;
%typemap(gotype) pxf_status, pxf_level, pxf_visibility, pxf_image_state, pxf_job_state, pxf_pick_policy,
    pxf_reader "int32"

/* A handle is a pointer to a type of its own that Go cannot look into. */
%define PXF_HANDLE(handle, name)
%insert(go_header) %{
type name struct{ _ [0]byte }
%}
%typemap(gotype) handle *, const handle * "*name"
%typemap(in) handle *, const handle * "$1 = ($1_ltype)$input;"
%typemap(out) handle *, const handle * "$result = ($1_ltype)$1;"
%enddef

PXF_HANDLE(pxf_bytes, Bytes)
PXF_HANDLE(pxf_store, Store)
PXF_HANDLE(pxf_cancel, Cancel)
PXF_HANDLE(pxf_config, Config)
PXF_HANDLE(pxf_pool, Pool)
PXF_HANDLE(pxf_check, Check)
PXF_HANDLE(pxf_upload, Upload)
PXF_HANDLE(pxf_image, Image)
PXF_HANDLE(pxf_variant, Variant)
PXF_HANDLE(pxf_query, Query)
PXF_HANDLE(pxf_recipe, Recipe)
PXF_HANDLE(pxf_render, Render)
PXF_HANDLE(pxf_job, Job)
PXF_HANDLE(pxf_worker, Worker)
PXF_HANDLE(pxf_event, Event)
PXF_HANDLE(pxf_finding, Finding)

/* The caller's error, laid out as in error.h. */
%ignore pxf_error;
%insert(go_header) %{
type Error struct {
	Status, Origin, Code, RetryAfterS int32
	Message                           [240]byte
}
%}
%typemap(gotype) pxf_error *err "*Error"
%typemap(in) pxf_error *err "$1 = (pxf_error *)$input;"

/* Bytes go in without a copy. */
%typemap(gotype) (const void *data, size_t size) "[]byte"
%typemap(imtype) (const void *data, size_t size) "[]byte"
%typemap(in) (const void *data, size_t size) "$1 = $input.array; $2 = (size_t)$input.len;"
%typemap(gotype) const void * "unsafe.Pointer"
%typemap(imtype) const void * "unsafe.Pointer"
%typemap(out) const void * "$result = (void *)$1;"

/* An empty text is NULL where the headers take that. */
%typemap(in) const char *payload, const char *cursor, const char *after, const char *result,
             const char *message, const char *suffix, const char *kinds, const char *any_kind {
    $1 = NULL;
    if ($input.n > 0 && ($1 = ($1_ltype)malloc((size_t)$input.n + 1))) {
        memcpy($1, $input.p, (size_t)$input.n);
        $1[$input.n] = 0;
    }
}

%ignore pxf_bytes_copy;
%ignore pxf_config_set_log;
%ignore pxf_worker_add_kind;
%ignore pxf_pool_pick;

%include <pixelfox/error.h>
%include <pixelfox/types.h>
%include <pixelfox/bytes.h>
%include <pixelfox/cancel.h>
%include <pixelfox/config.h>
%include <pixelfox/store.h>
%include <pixelfox/variant.h>
%include <pixelfox/image.h>
%include <pixelfox/query.h>
%include <pixelfox/upload.h>
%include <pixelfox/pool.h>
%include <pixelfox/recipe.h>
%include <pixelfox/render.h>
%apply const char *any_kind { const char *kind };
%include <pixelfox/job.h>
%clear const char *kind;
%include <pixelfox/worker.h>
%include <pixelfox/event.h>
%include <pixelfox/metrics.h>
%include <pixelfox/layout.h>

%inline %{
/* A setting at its default, which a text cannot say. */
static pxf_status pxf_store_reset_setting(pxf_store *store, const char *name, int64_t version,
                                          pxf_error *err)
{
    return pxf_store_set_text(store, name, NULL, version, err);
}
%}
