/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_SERVICE_H
#define FOX_OS_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fail.h"

/* What a program of ours that serves another process does to itself. These change the calling
 * process as a whole: they are for its main(), never for the library. */

/* Leaves what only its host may be asked to do to the host: SIGINT, SIGTERM and SIGHUP are ignored,
 * as are SIGPIPE and SIGXFSZ (a call fails instead); the folder is "/"; where memory runs out the
 * system ends this process before others. */
void fox_service_settle(void);

/* True if descriptor `number` is a socket that keeps messages whole. */
bool fox_service_is_socket(int number);

/* Calls `say` on the thread that is hit by a signal that kills, before it kills. `say` may only do
 * what a signal handler may. */
void fox_service_on_crash(void (*say)(int number));

/* The function of that name which this program's own stands before; NULL if there is none. */
typedef void (*fox_service_fn)(void);
fox_service_fn fox_service_hidden(const char *name);

struct fox_service_usage {
    uint64_t address_bytes;  /* address space */
    uint64_t resident_bytes; /* memory */
};
pxf_status fox_service_usage(struct fox_service_usage *ret_usage, pxf_error *err);

/* True where less than a mebibyte of address space is left below the limit. May be asked in a
 * signal handler. */
bool fox_service_is_cramped(void);

/* From now on the address space may grow by `bytes` at most: allocations fail beyond. 0: it may
 * grow as it likes. */
pxf_status fox_service_allow(uint64_t bytes, pxf_error *err);

#endif
