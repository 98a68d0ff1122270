/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CLIB_SUPPORT_H
#define PIXELFOX_CLIB_SUPPORT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <pixelfox/pixelfox.h>

/* What the typemaps of clib.i call. All of it holds the interpreter lock; what answers NULL or
 * false has set an exception. */

/* Handles travel as capsules under their type's name. */
void *clib_handle_in(PyObject *capsule, const char *type);

/* None for NULL. Frees the handle itself if no capsule can be made. `destroy` NULL: it is lent. */
PyObject *clib_handle_out(void *handle, const char *type, PyCapsule_Destructor destroy);

/* The destructors of capsules, one for each type that is owned. */
void pxf_store_capsule_free(PyObject *capsule);
void pxf_cancel_capsule_free(PyObject *capsule);
void pxf_config_capsule_free(PyObject *capsule);
void pxf_pool_capsule_free(PyObject *capsule);
void pxf_check_capsule_free(PyObject *capsule);
void pxf_upload_capsule_free(PyObject *capsule);
void pxf_image_capsule_free(PyObject *capsule);
void pxf_variant_capsule_free(PyObject *capsule);
void pxf_query_capsule_free(PyObject *capsule);
void pxf_recipe_capsule_free(PyObject *capsule);
void pxf_render_capsule_free(PyObject *capsule);
void pxf_job_capsule_free(PyObject *capsule);
void pxf_worker_capsule_free(PyObject *capsule);
void pxf_event_capsule_free(PyObject *capsule);
void pxf_finding_capsule_free(PyObject *capsule);

/* Text of a str, lent as long as that lives. */
bool clib_text_in(PyObject *object, const char **ret_text);
PyObject *clib_text_out(const char *text);

/* Takes the bytes over; None for NULL. */
PyObject *clib_bytes_out(pxf_bytes *bytes);
int clib_add_bytes_type(PyObject *module);

/* An array of the handles in a sequence, to be given to PyMem_Free(). */
const pxf_pool **clib_pools_in(PyObject *sequence, size_t *ret_count);

/* Sets the exception that fits, made by pixelfox._errors. */
void clib_raise(const pxf_error *err);

/* A pxf_job_fn whose `user` is a callable. */
pxf_status clib_run_job(void *user, pxf_job *job, pxf_error *err);

/* `log` NULL or None: nowhere. Lent: clib_keep() holds it. */
PyObject *clib_config_set_log(PyObject *config, PyObject *log);

/* The capsule of a lent job is of no use from now on. */
PyObject *clib_end(PyObject *capsule);

/* Lets a capsule hold an object until its handle was freed. */
PyObject *clib_keep(PyObject *capsule, PyObject *object);

#endif
