/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_FAIL_H
#define FOX_BASE_FAIL_H

#include <stdarg.h>
#include <stdbool.h>

#include <pixelfox/error.h>

/* Hands a failure on. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        const pxf_status try_status = (call);                                                      \
        if (try_status != PXF_OK) {                                                                \
            return try_status;                                                                     \
        }                                                                                          \
    } while (0)

/* Declares a variable of `struct noun` that is let go at the end of its scope: by value
 * (`AUTO(fox_str) text = {0};`) or as a handle (`AUTO(fox_blob) *pool = NULL;`), whichever
 * `noun_let_go` of its header is made for. */
#define AUTO(noun) __attribute__((cleanup(noun##_let_go))) struct noun

/* Hands ownership out of an AUTO handle. */
#define GIVE(ptr)                                                                                  \
    (__extension__({                                                                               \
        __typeof__(ptr) give_ptr = (ptr);                                                          \
        (ptr) = NULL;                                                                              \
        give_ptr;                                                                                  \
    }))

/* Sets the error unless it already holds a failure (the first cause wins) and returns `status`.
 * `err` may be NULL. The message is cut at a UTF-8 boundary and made one line. */
pxf_status fox_fail(pxf_error *err, pxf_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with an origin and a code. */
pxf_status fox_fail_from(pxf_error *err, pxf_status status, pxf_origin origin, int code,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Fails with the status that an errno stands for and its text behind the message:
 * ENOSPC and EDQUOT are FULL, ENOENT is NOT_FOUND, EACCES, EPERM and EROFS are DENIED,
 * ENOMEM is NO_MEMORY, ETIMEDOUT is TIMEOUT, ENODEV, ENOTCONN, ESTALE are UNAVAILABLE,
 * ELOOP, ENAMETOOLONG are INVALID, EEXIST is EXISTS, everything else is IO. */
pxf_status fox_fail_errno(pxf_error *err, pxf_origin origin, int number, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts words in front of a message that is set ("pool 'a': …"); returns the error's status. */
pxf_status fox_fail_within(pxf_error *err, pxf_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Fails as `cause` did, in another error. */
pxf_status fox_fail_as(pxf_error *err, const pxf_error *cause);

/* Makes the error say OK. */
void fox_fail_clear(pxf_error *err);

/* The status fox_fail_errno gives. */
pxf_status fox_status_of_errno(int number);

/* The one classification that retries use. */
bool fox_status_is_retryable(pxf_status status);

const char *fox_status_name(pxf_status status);

/* The status of that name in either case; PXF_INTERNAL where there is none. */
pxf_status fox_status_named(const char *name);

#endif
