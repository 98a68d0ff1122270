/* SPDX-License-Identifier: Apache-2.0 */
#include "os/thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "base/mem.h"
#include "os/process.h"

enum { NAME_BYTES = 16 }; /* TASK_COMM_LEN */

struct fox_thread {
    atomic_int owners; /* itself, and whoever started it */
    pthread_t id;
    int64_t mark;
    void (*run)(void *ctx);
    void *ctx;
    char name[NAME_BYTES];
};

static inline void fox_thread_let_go(struct fox_thread **thread)
{
    free(*thread);
}

static void drop(struct fox_thread *thread)
{
    if (atomic_fetch_sub(&thread->owners, 1) == 1) {
        free(thread);
    }
}

static void *run(void *ctx)
{
    struct fox_thread *thread = ctx;

    fox_thread_set_name(thread->name);
    thread->run(thread->ctx);
    drop(thread);
    return NULL;
}

static int create(struct fox_thread *thread)
{
    pthread_attr_t attributes;
    sigset_t all;
    int number = pthread_attr_init(&attributes);

    if (number != 0) {
        return number;
    }
    (void)sigfillset(&all);
    number = pthread_attr_setsigmask_np(&attributes, &all);
    if (number == 0) {
        number = pthread_create(&thread->id, &attributes, run, thread);
    }
    (void)pthread_attr_destroy(&attributes);
    return number;
}

pxf_status fox_thread_start(struct fox_thread **ret_thread, const char *name,
                            void (*run_)(void *ctx), void *ctx, pxf_error *err)
{
    AUTO(fox_thread) *thread = fox_mem_new(1, sizeof *thread, err);
    int number;

    if (!thread) {
        return PXF_NO_MEMORY;
    }
    atomic_init(&thread->owners, 2);
    thread->mark = fox_process_mark();
    thread->run = run_;
    thread->ctx = ctx;
    (void)snprintf(thread->name, sizeof thread->name, "%s", name);
    number = create(thread);
    if (number != 0) {
        return fox_fail_errno(err, PXF_ORIGIN_NONE, number, "cannot start the thread '%s'", name);
    }
    *ret_thread = GIVE(thread);
    return PXF_OK;
}

void fox_thread_join(struct fox_thread *thread)
{
    if (!thread) {
        return;
    }
    if (thread->mark != fox_process_mark()) {
        free(thread);
        return;
    }
    (void)pthread_join(thread->id, NULL);
    drop(thread);
}

void fox_thread_leave(struct fox_thread *thread)
{
    if (thread) {
        (void)pthread_detach(thread->id);
        drop(thread);
    }
}

void fox_thread_set_name(const char *name)
{
    (void)prctl(PR_SET_NAME, name, 0, 0, 0);
}
