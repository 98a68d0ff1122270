/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_ERROR_H
#define PIXELFOX_ERROR_H

/** @file error.h
 * What a call answers. A status says what the program should do; an error also says what the
 * person should read. Status numbers are fixed for good. */

#include <stdbool.h>
#include <stdint.h>

#if defined(SWIG)
#define PXF_API
#else
/** Marks what the library exports. */
#define PXF_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What happened, as far as a program can act on it. */
typedef enum pxf_status {
    PXF_OK = 0,           /**< Done. */
    PXF_INVALID = 1,      /**< The request itself is wrong; sending it again will not help. */
    PXF_NOT_FOUND = 2,    /**< No such thing. */
    PXF_EXISTS = 3,       /**< A thing with that name or key is there already. */
    PXF_CONFLICT = 4,     /**< The thing changed, or is in a state that forbids this. */
    PXF_LIMIT = 5,        /**< A limit on bytes, pixels, frames or rate. */
    PXF_FULL = 6,         /**< A pool, a disk or an owner's quota has no room. */
    PXF_UNSUPPORTED = 7,  /**< A type or feature that is not supported. */
    PXF_CORRUPT = 8,      /**< Bytes that are not what they claim to be. */
    PXF_DENIED = 9,       /**< Permission refused. */
    PXF_BUSY = 10,        /**< Somebody else holds it; try again. */
    PXF_TIMEOUT = 11,     /**< Not done within its time; try again. */
    PXF_UNAVAILABLE = 12, /**< A disk, database or service cannot be reached; try again. */
    PXF_CANCELLED = 13,   /**< The caller's cancel token was tripped. */
    PXF_CLOSED = 14,      /**< The store was closed. */
    PXF_FORKED = 15,      /**< The handle was made by another process, before a fork. */
    PXF_LOST = 16,        /**< A lease or place was taken over; nothing was written. */
    PXF_IO = 17,          /**< The operating system reported an input or output error. */
    PXF_NO_MEMORY = 18,   /**< Memory ran out. */
    PXF_INTERNAL = 19     /**< A defect of the library; please report it. */
} pxf_status;

/** Where an error's code comes from. */
typedef enum pxf_origin {
    PXF_ORIGIN_NONE = 0,    /**< The library itself; the code is 0 or an errno. */
    PXF_ORIGIN_STORE = 1,   /**< The store's own files; the code is an errno. */
    PXF_ORIGIN_POOL = 2,    /**< A pool; the code is an errno or an HTTP status. */
    PXF_ORIGIN_CATALOG = 3, /**< The database; the code is its extended error code. */
    PXF_ORIGIN_QUEUE = 4,   /**< The queue; the code is its server's or database's. */
    PXF_ORIGIN_HELPER = 5,  /**< The helper process; the code is a signal or an errno. */
    PXF_ORIGIN_IMAGE = 6,   /**< The picture's own bytes. */
    PXF_ORIGIN_HTTP = 7     /**< An HTTP exchange; the code is its status. */
} pxf_origin;

/** The size of an error's message in bytes, its ending zero included. */
#define PXF_MESSAGE_BYTES 240

/** What went wrong, for people. The caller owns it, usually on the stack; it needs no
 * initialisation and may be used again, by one call at a time. After a call that succeeds all
 * fields are 0 and the message is empty. Its size is 256 bytes for good. */
typedef struct pxf_error {
    int32_t status;                  /**< A pxf_status. */
    int32_t origin;                  /**< A pxf_origin. */
    int32_t code;                    /**< errno, HTTP status or database code; 0 without one. */
    int32_t retry_after_s;           /**< Seconds to wait before trying again; 0 if unknown. */
    char message[PXF_MESSAGE_BYTES]; /**< One line of UTF-8, never a secret. */
} pxf_error;

/** Names a status in upper case without its prefix, such as "NOT_FOUND".
 * @return static text; "UNKNOWN" for a number that is no status. Any thread. */
PXF_API const char *pxf_status_name(pxf_status status);

/** Tells whether the same call may succeed later: FULL, BUSY, TIMEOUT, UNAVAILABLE, IO and
 * NO_MEMORY; false for a number that is no status. Any thread. */
PXF_API bool pxf_status_is_retryable(pxf_status status);

/** The library's version, such as "0.1.0". Static text. Any thread. */
PXF_API const char *pxf_version(void);

/** The version of SQLite that is in use, such as "3.40.1". Static text. Any thread. */
PXF_API const char *pxf_sqlite_version(void);

#ifdef __cplusplus
}
#endif

#endif
