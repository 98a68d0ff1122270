/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_THREAD_H
#define FOX_OS_THREAD_H

#include "base/fail.h"

/* A thread of ours: every signal blocked, so a host's handlers never run on it and SIGPIPE cannot
 * reach it. */
struct fox_thread;

/* `name` is what debuggers show, cut at 15 bytes. `ctx` outlives the thread. */
pxf_status fox_thread_start(struct fox_thread **ret_thread, const char *name,
                            void (*run)(void *ctx), void *ctx, pxf_error *err);

/* Waits for its end and frees it; NULL is fine. In a forked child, which has no such thread, it
 * frees only. */
void fox_thread_join(struct fox_thread *thread);

/* Lets it run on to its end without anybody waiting; frees it then. NULL is fine. */
void fox_thread_leave(struct fox_thread *thread);

/* Names the calling thread. */
void fox_thread_set_name(const char *name);

#endif
