/* SPDX-License-Identifier: Apache-2.0 */
#include "os/registry.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

/* Process-wide on purpose: POSIX locks belong to the process, so what it holds does, too. */
static struct {
    pthread_mutex_t lock;
    struct fox_registry_file *files;
    size_t count, capacity;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t guarded = PTHREAD_ONCE_INIT;

/* fork() copies the table at an instant when nobody changes it. */
static void before_fork(void)
{
    (void)pthread_mutex_lock(&shared.lock);
}

static void after_fork(void)
{
    (void)pthread_mutex_unlock(&shared.lock);
}

static void after_fork_in_child(void)
{
    shared.count = 0;
    (void)pthread_mutex_unlock(&shared.lock);
}

static void guard(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static bool are_equal(struct fox_registry_file one, struct fox_registry_file other)
{
    return one.device == other.device && one.inode == other.inode;
}

static size_t find_locked(struct fox_registry_file file)
{
    size_t i = 0;

    while (i < shared.count && !are_equal(shared.files[i], file)) {
        i++;
    }
    return i;
}

static pxf_status add_locked(struct fox_registry_file file, pxf_error *err)
{
    TRY(fox_mem_grow(&shared.files, &shared.capacity, shared.count + 1, sizeof *shared.files, err));
    shared.files[shared.count++] = file;
    return PXF_OK;
}

pxf_status fox_registry_add(struct fox_registry_file file, pxf_error *err)
{
    pxf_status status;

    (void)pthread_once(&guarded, guard);
    (void)pthread_mutex_lock(&shared.lock);
    status = add_locked(file, err);
    (void)pthread_mutex_unlock(&shared.lock);
    return status;
}

static void remove_locked(struct fox_registry_file file)
{
    const size_t i = find_locked(file);

    if (i < shared.count) {
        shared.files[i] = shared.files[--shared.count];
    }
    if (shared.count == 0) {
        free(shared.files);
        shared.files = NULL;
        shared.capacity = 0;
    }
}

void fox_registry_remove(struct fox_registry_file file)
{
    (void)pthread_mutex_lock(&shared.lock);
    remove_locked(file);
    (void)pthread_mutex_unlock(&shared.lock);
}

bool fox_registry_has(struct fox_registry_file file)
{
    bool has;

    (void)pthread_mutex_lock(&shared.lock);
    has = find_locked(file) < shared.count;
    (void)pthread_mutex_unlock(&shared.lock);
    return has;
}
