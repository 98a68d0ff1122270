/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

static const char *const status_names[] = {
    [PXF_OK] = "OK",
    [PXF_INVALID] = "INVALID",
    [PXF_NOT_FOUND] = "NOT_FOUND",
    [PXF_EXISTS] = "EXISTS",
    [PXF_CONFLICT] = "CONFLICT",
    [PXF_LIMIT] = "LIMIT",
    [PXF_FULL] = "FULL",
    [PXF_UNSUPPORTED] = "UNSUPPORTED",
    [PXF_CORRUPT] = "CORRUPT",
    [PXF_DENIED] = "DENIED",
    [PXF_BUSY] = "BUSY",
    [PXF_TIMEOUT] = "TIMEOUT",
    [PXF_UNAVAILABLE] = "UNAVAILABLE",
    [PXF_CANCELLED] = "CANCELLED",
    [PXF_CLOSED] = "CLOSED",
    [PXF_FORKED] = "FORKED",
    [PXF_LOST] = "LOST",
    [PXF_IO] = "IO",
    [PXF_NO_MEMORY] = "NO_MEMORY",
    [PXF_INTERNAL] = "INTERNAL",
};

enum { STATUS_COUNT = sizeof status_names / sizeof status_names[0] };

static void __attribute__((format(printf, 5, 0)))
set(pxf_error *err, pxf_status status, pxf_origin origin, int code, const char *format,
    va_list args)
{
    if (!err || err->status != PXF_OK) {
        return;
    }
    err->status = (int32_t)status;
    err->origin = (int32_t)origin;
    err->code = code;
    err->retry_after_s = 0;
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    fox_utf8_tidy(err->message, sizeof err->message);
}

pxf_status fox_fail(pxf_error *err, pxf_status status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(err, status, PXF_ORIGIN_NONE, 0, format, args);
    va_end(args);
    return status;
}

pxf_status fox_fail_from(pxf_error *err, pxf_status status, pxf_origin origin, int code,
                         const char *format, ...)
{
    va_list args;

    va_start(args, format);
    set(err, status, origin, code, format, args);
    va_end(args);
    return status;
}

pxf_status fox_fail_errno(pxf_error *err, pxf_origin origin, int number, const char *format, ...)
{
    const pxf_status status = fox_status_of_errno(number);
    char text[PXF_MESSAGE_BYTES];
    const char *cause = strerrordesc_np(number); /* in no language but English */
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return fox_fail_from(err, status, origin, number, "%s: %s", text,
                         cause ? cause : "unknown error");
}

pxf_status fox_fail_within(pxf_error *err, pxf_status status, const char *format, ...)
{
    char inner[PXF_MESSAGE_BYTES];
    size_t used;
    va_list args;

    if (!err || err->status == PXF_OK) {
        return status;
    }
    memcpy(inner, err->message, sizeof inner);
    va_start(args, format);
    (void)vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    used = strlen(err->message);
    (void)snprintf(err->message + used, sizeof err->message - used, ": %s", inner);
    fox_utf8_tidy(err->message, sizeof err->message);
    return (pxf_status)err->status;
}

pxf_status fox_fail_as(pxf_error *err, const pxf_error *cause)
{
    if (err && err->status == PXF_OK) {
        *err = *cause;
    }
    return (pxf_status)cause->status;
}

void fox_fail_clear(pxf_error *err)
{
    if (err) {
        *err = (pxf_error){.status = PXF_OK};
    }
}

pxf_status fox_status_of_errno(int number)
{
    switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return PXF_FULL;
    case ENOENT:
    case ENOTDIR:
        return PXF_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return PXF_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return PXF_DENIED;
    case ENOMEM:
        return PXF_NO_MEMORY;
    case ETIMEDOUT:
        return PXF_TIMEOUT;
    case EBUSY:
    case EAGAIN:
        return PXF_BUSY;
    case ELOOP:
    case ENAMETOOLONG:
    case EISDIR:
    case EXDEV:
        return PXF_INVALID;
    case ENODEV:
    case ENXIO:
    case ENOTCONN:
    case ESTALE:
    case EMFILE:
    case ENFILE:
        return PXF_UNAVAILABLE;
    default:
        return PXF_IO;
    }
}

bool fox_status_is_retryable(pxf_status status)
{
    switch (status) {
    case PXF_FULL:
    case PXF_BUSY:
    case PXF_TIMEOUT:
    case PXF_UNAVAILABLE:
    case PXF_IO:
    case PXF_NO_MEMORY:
        return true;
    case PXF_OK:
    case PXF_INVALID:
    case PXF_NOT_FOUND:
    case PXF_EXISTS:
    case PXF_CONFLICT:
    case PXF_LIMIT:
    case PXF_UNSUPPORTED:
    case PXF_CORRUPT:
    case PXF_DENIED:
    case PXF_CANCELLED:
    case PXF_CLOSED:
    case PXF_FORKED:
    case PXF_LOST:
    case PXF_INTERNAL:
        return false;
    }
    return false;
}

const char *fox_status_name(pxf_status status)
{
    const unsigned number = (unsigned)status;

    return number < STATUS_COUNT ? status_names[number] : "UNKNOWN";
}

pxf_status fox_status_named(const char *name)
{
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        if (strcasecmp(status_names[i], name) == 0) {
            return (pxf_status)i;
        }
    }
    return PXF_INTERNAL;
}
