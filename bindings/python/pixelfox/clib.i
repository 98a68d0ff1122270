/* SPDX-License-Identifier: Apache-2.0 */
/* pixelfox._clib: the public headers as plain functions on capsules. Private; the package around it is
 * what people use. Typemaps go by the names that the headers give their parameters. */
%module(package="pixelfox") clib

%{
#include <pixelfox/pixelfox.h>
#include "clib_support.h"
%}

%include <stdint.i>
%include <typemaps.i>

%ignore pxf_error;
%ignore pxf_config_set_log;
%ignore pxf_bytes_copy;
%ignore pxf_bytes_data;
%ignore pxf_bytes_size;
%ignore pxf_bytes_free;

/* A handle is a capsule that frees it, with the interpreter unlocked. */
%define PXF_HANDLE(type)
%ignore type ## _free;
%typemap(in) type *, const type * {
    $1 = (type *)clib_handle_in($input, #type);
    if (!$1) SWIG_fail;
}
%typemap(out) type * {
    $result = clib_handle_out($1, #type, type ## _capsule_free);
    if (!$result) SWIG_fail;
}
%typemap(out) const type * {
    $result = clib_handle_out((void *)$1, #type, NULL);
    if (!$result) SWIG_fail;
}
%enddef

%ignore pxf_store_close;
PXF_HANDLE(pxf_store)
PXF_HANDLE(pxf_cancel)
PXF_HANDLE(pxf_config)
PXF_HANDLE(pxf_pool)
PXF_HANDLE(pxf_check)
PXF_HANDLE(pxf_upload)
PXF_HANDLE(pxf_image)
PXF_HANDLE(pxf_variant)
PXF_HANDLE(pxf_query)
PXF_HANDLE(pxf_recipe)
PXF_HANDLE(pxf_render)
PXF_HANDLE(pxf_job)
PXF_HANDLE(pxf_worker)
PXF_HANDLE(pxf_event)
PXF_HANDLE(pxf_finding)

/* Where the headers take NULL for a handle, None is it. */
%typemap(in) pxf_cancel *cancel {
    $1 = NULL;
    if ($input != Py_None && !($1 = (pxf_cancel *)clib_handle_in($input, "pxf_cancel"))) SWIG_fail;
}
%typemap(in) const pxf_config *config {
    $1 = NULL;
    if ($input != Py_None && !($1 = (pxf_config *)clib_handle_in($input, "pxf_config"))) SWIG_fail;
}

/* Every call that can fail says why in `err`, which becomes an exception. */
%typemap(in, numinputs=0) pxf_error *err (pxf_error error) {
    error.status = PXF_OK;
    $1 = &error;
}
%typemap(argout) pxf_error *err {
    if (error$argnum.status != PXF_OK) {
        clib_raise(&error$argnum);
        Py_XDECREF($result);
        SWIG_fail;
    }
}

/* Texts are UTF-8 without a zero inside. None is NULL where the headers take that. */
%typemap(in) const char * {
    if (!clib_text_in($input, (const char **) &$1)) SWIG_fail;
}
%typemap(in) const char *payload, const char *cursor, const char *after, const char *result,
             const char *message, const char *suffix, const char *kinds, const char *value,
             const char *any_kind {
    $1 = NULL;
    if ($input != Py_None && !clib_text_in($input, (const char **) &$1)) SWIG_fail;
}
%typemap(freearg) const char * "";
%typemap(out) const char * {
    $result = clib_text_out($1);
    if (!$result) SWIG_fail;
}

%typemap(in) const char *path (PyObject *bytes = NULL) {
    if (!PyUnicode_FSConverter($input, &bytes)) SWIG_fail;
    $1 = PyBytes_AS_STRING(bytes);
}
%typemap(freearg) const char *path {
    Py_XDECREF(bytes$argnum);
}

/* Bytes go in without a copy, held until the call is over, and come out without one. */
%typemap(in) (const void *data, size_t size) (Py_buffer view = {0}) {
    if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) != 0) SWIG_fail;
    $1 = view.buf;
    $2 = (size_t)view.len;
}
%typemap(freearg) (const void *data, size_t size) {
    if (view$argnum.obj) PyBuffer_Release(&view$argnum);
}
%typemap(out) pxf_bytes * {
    $result = clib_bytes_out($1);
    if (!$result) SWIG_fail;
}

%typemap(in) (const pxf_pool *const *pools, size_t pool_count) {
    $1 = ($1_ltype)clib_pools_in($input, &$2);
    if (!$1) SWIG_fail;
}
%typemap(freearg) (const pxf_pool *const *pools, size_t pool_count) {
    PyMem_Free((void *)$1);
}

/* Called with a capsule of the job; answers None, or (status, message, retry_after_s). The callable is
 * lent: keep() holds it for the worker. */
%typemap(in) (pxf_job_fn run, void *user) {
    if (!PyCallable_Check($input)) {
        PyErr_SetString(PyExc_TypeError, "a job's function is callable");
        SWIG_fail;
    }
    $1 = clib_run_job;
    $2 = $input;
}

%include "quick.i"

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

%nothread set_log;
%nothread end;
%nothread keep;
%inline %{
/* Says where log lines go: a callable of level and text, lent as a job's. */
static PyObject *set_log(PyObject *config, PyObject *log)
{
    return clib_config_set_log(config, log);
}

/* Makes a lent job's capsule good for nothing. */
static PyObject *end(PyObject *job)
{
    return clib_end(job);
}

/* Lets a handle hold an object for as long as it lives. */
static PyObject *keep(PyObject *handle, PyObject *object)
{
    return clib_keep(handle, object);
}
%}

%init %{
    if (clib_add_bytes_type(m) != 0) return NULL;
%}
