/* SPDX-License-Identifier: Apache-2.0 */
#include "clib_support.h"

#include <string.h>

void *clib_handle_in(PyObject *capsule, const char *type)
{
    if (!PyCapsule_IsValid(capsule, type)) {
        PyErr_Format(PyExc_TypeError, "a %s is wanted, and one that was not ended", type);
        return NULL;
    }
    return PyCapsule_GetPointer(capsule, type);
}

PyObject *clib_handle_out(void *handle, const char *type, PyCapsule_Destructor destroy)
{
    if (!handle) {
        Py_RETURN_NONE;
    }
    return PyCapsule_New(handle, type, destroy);
}

/* Frees with the interpreter unlocked, since closing a store waits for threads that may want it,
 * and lets go of what the handle held only then. An exception under way stays as it is. */
static void free_in_capsule(PyObject *capsule, void (*destroy)(void *handle))
{
    void *handle = PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule));
    PyObject *kept = PyCapsule_GetContext(capsule);
    PyObject *type, *value, *trace;

    PyErr_Fetch(&type, &value, &trace);
    Py_BEGIN_ALLOW_THREADS;
    destroy(handle);
    Py_END_ALLOW_THREADS;
    Py_XDECREF(kept);
    PyErr_Restore(type, value, trace);
}

#define OWNED(type, end)                                                                           \
    static void type##_destroy(void *handle)                                                       \
    {                                                                                              \
        end(handle);                                                                               \
    }                                                                                              \
    void type##_capsule_free(PyObject *capsule)                                                    \
    {                                                                                              \
        free_in_capsule(capsule, type##_destroy);                                                  \
    }

OWNED(pxf_store, pxf_store_close)
OWNED(pxf_cancel, pxf_cancel_free)
OWNED(pxf_config, pxf_config_free)
OWNED(pxf_pool, pxf_pool_free)
OWNED(pxf_check, pxf_check_free)
OWNED(pxf_upload, pxf_upload_free)
OWNED(pxf_image, pxf_image_free)
OWNED(pxf_variant, pxf_variant_free)
OWNED(pxf_query, pxf_query_free)
OWNED(pxf_recipe, pxf_recipe_free)
OWNED(pxf_render, pxf_render_free)
OWNED(pxf_job, pxf_job_free)
OWNED(pxf_worker, pxf_worker_free)
OWNED(pxf_event, pxf_event_free)
OWNED(pxf_finding, pxf_finding_free)

bool clib_text_in(PyObject *object, const char **ret_text)
{
    Py_ssize_t size;
    const char *text;

    if (!PyUnicode_Check(object)) {
        PyErr_Format(PyExc_TypeError, "a str is wanted, not %.100s", Py_TYPE(object)->tp_name);
        return false;
    }
    text = PyUnicode_AsUTF8AndSize(object, &size);
    if (!text) {
        return false;
    }
    if (strlen(text) != (size_t)size) {
        PyErr_SetString(PyExc_ValueError, "a text has no zero inside");
        return false;
    }
    *ret_text = text;
    return true;
}

/* Paths may be no UTF-8; then the result is what os.fsdecode() gives. */
PyObject *clib_text_out(const char *text)
{
    if (!text) {
        Py_RETURN_NONE;
    }
    return PyUnicode_DecodeUTF8(text, (Py_ssize_t)strlen(text), "surrogateescape");
}

/* Bytes of the library behind Python's buffer protocol. */
struct bytes_object {
    PyObject_HEAD pxf_bytes *bytes;
};

static PyTypeObject *bytes_type;

static void bytes_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    pxf_bytes_free(((struct bytes_object *)(void *)self)->bytes);
    type->tp_free(self);
    Py_DECREF(type);
}

static int bytes_get_buffer(PyObject *self, Py_buffer *view, int flags)
{
    const pxf_bytes *bytes = ((struct bytes_object *)(void *)self)->bytes;
    union {
        const void *lent;
        void *data;
    } from = {.lent = pxf_bytes_data(bytes)};

    return PyBuffer_FillInfo(view, self, from.data, (Py_ssize_t)pxf_bytes_size(bytes), 1, flags);
}

static Py_ssize_t bytes_length(PyObject *self)
{
    return (Py_ssize_t)pxf_bytes_size(((struct bytes_object *)(void *)self)->bytes);
}

int clib_add_bytes_type(PyObject *module)
{
    static char doc[] = "Bytes that the library gave, read without a copy.";
    static PyType_Slot slots[] = {
        {Py_tp_dealloc, (void *)bytes_dealloc},
        {Py_bf_getbuffer, (void *)bytes_get_buffer},
        {Py_sq_length, (void *)bytes_length},
        {Py_tp_doc, doc},
        {0, NULL},
    };
    static PyType_Spec spec = {
        .name = "pixelfox._clib.Bytes",
        .basicsize = sizeof(struct bytes_object),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        .slots = slots,
    };
    PyObject *type = PyType_FromSpec(&spec);

    if (!type || PyModule_AddObjectRef(module, "Bytes", type) != 0) {
        Py_XDECREF(type);
        return -1;
    }
    bytes_type = (PyTypeObject *)(void *)type;
    return 0;
}

PyObject *clib_bytes_out(pxf_bytes *bytes)
{
    struct bytes_object *object;

    if (!bytes) {
        Py_RETURN_NONE;
    }
    object = PyObject_New(struct bytes_object, bytes_type);
    if (!object) {
        pxf_bytes_free(bytes);
        return NULL;
    }
    object->bytes = bytes;
    return (PyObject *)object;
}

const pxf_pool **clib_pools_in(PyObject *sequence, size_t *ret_count)
{
    PyObject *list = PySequence_Fast(sequence, "a sequence of pools is wanted");
    const Py_ssize_t count = list ? PySequence_Fast_GET_SIZE(list) : 0;
    const pxf_pool **pools = list ? PyMem_Calloc((size_t)count + 1, sizeof *pools) : NULL;

    if (list && !pools) {
        PyErr_NoMemory();
    }
    for (Py_ssize_t i = 0; pools && i < count; i++) {
        pools[i] = clib_handle_in(PySequence_Fast_GET_ITEM(list, i), "pxf_pool");
        if (!pools[i]) {
            PyMem_Free((void *)pools);
            pools = NULL;
        }
    }
    Py_XDECREF(list);
    *ret_count = (size_t)count;
    return pools;
}

void clib_raise(const pxf_error *err)
{
    PyObject *module = PyImport_ImportModule("pixelfox._errors");
    PyObject *message =
        PyUnicode_DecodeUTF8(err->message, (Py_ssize_t)strlen(err->message), "backslashreplace");
    PyObject *error = NULL;

    if (module && message) {
        error = PyObject_CallMethod(module, "_make", "iOiii", err->status, message, err->origin,
                                    err->code, err->retry_after_s);
    }
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    }
    Py_XDECREF(error);
    Py_XDECREF(message);
    Py_XDECREF(module);
}

/* What the callable answered: None for done, else why not. */
static pxf_status take_answer(PyObject *answer, pxf_error *err)
{
    int status = PXF_INTERNAL, retry_after_s = 0;
    const char *message = "the function of the job's kind could not be called";

    if (answer == Py_None) {
        return PXF_OK;
    }
    if (answer && !PyArg_ParseTuple(answer, "isi", &status, &message, &retry_after_s)) {
        PyErr_Clear();
    }
    err->status = status;
    err->retry_after_s = retry_after_s;
    (void)PyOS_snprintf(err->message, sizeof err->message, "%s", message);
    return (pxf_status)status;
}

/* A capsule under this name is no job any more. */
static const char ended[] = "pxf_job that ended";

pxf_status clib_run_job(void *user, pxf_job *job, pxf_error *err)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *capsule = PyCapsule_New(job, "pxf_job", NULL);
    PyObject *answer = capsule ? PyObject_CallOneArg(user, capsule) : NULL;
    pxf_status status;

    if (!answer) {
        PyErr_WriteUnraisable(user);
    }
    if (capsule) {
        (void)PyCapsule_SetName(capsule, ended); /* unless clib_end() was quicker */
    }
    status = take_answer(answer, err);
    Py_XDECREF(answer);
    Py_XDECREF(capsule);
    PyGILState_Release(state);
    return status;
}

PyObject *clib_end(PyObject *capsule)
{
    if (PyCapsule_SetName(capsule, ended) != 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static void log_line(void *user, pxf_level level, const char *message)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *answer = PyObject_CallFunction(user, "is", (int)level, message);

    if (!answer) {
        PyErr_WriteUnraisable(user);
    }
    Py_XDECREF(answer);
    PyGILState_Release(state);
}

PyObject *clib_config_set_log(PyObject *config, PyObject *log)
{
    pxf_config *handle = clib_handle_in(config, "pxf_config");

    if (!handle) {
        return NULL;
    }
    pxf_config_set_log(handle, log == Py_None ? NULL : log_line, log);
    Py_RETURN_NONE;
}

PyObject *clib_keep(PyObject *capsule, PyObject *object)
{
    PyObject *before = PyCapsule_GetContext(capsule);

    if (PyErr_Occurred()) {
        return NULL;
    }
    Py_INCREF(object);
    (void)PyCapsule_SetContext(capsule, object);
    Py_XDECREF(before);
    Py_RETURN_NONE;
}
