/* SPDX-License-Identifier: Apache-2.0 */
#include "os/watch.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/folder.h"
#include "os/poll.h"

enum {
    EVENTS = IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF,
    END_EVENTS = IN_DELETE_SELF | IN_IGNORED | IN_UNMOUNT | IN_MOVE_SELF
};

struct fox_watch {
    struct fox_watch *next;
    struct fox_fd epoll, bell;
    int descriptor; /* inotify's watch; -1 once it is gone */
    bool is_touched;
};

/* Process-wide on purpose: the system counts inotify instances per user and gives few. It is open
 * while there are watchers. */
static struct {
    pthread_mutex_t lock;
    struct fox_fd inotify;
    struct fox_watch *watchers;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

static pthread_once_t guarded = PTHREAD_ONCE_INIT;

static void before_fork(void)
{
    (void)pthread_mutex_lock(&shared.lock);
}

static void after_fork(void)
{
    (void)pthread_mutex_unlock(&shared.lock);
}

/* The child shares the parent's inotify and eventfds: reading any would steal the parent's news. */
static void after_fork_in_child(void)
{
    for (struct fox_watch *watch = shared.watchers; watch; watch = watch->next) {
        fox_fd_let_go(&watch->epoll);
        fox_fd_let_go(&watch->bell);
        watch->descriptor = -1;
    }
    shared.watchers = NULL;
    fox_fd_let_go(&shared.inotify);
    (void)pthread_mutex_unlock(&shared.lock);
}

static void guard(void)
{
    (void)pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static void deliver_locked(const struct inotify_event *event)
{
    const bool is_lost = (event->mask & IN_Q_OVERFLOW) != 0;

    for (struct fox_watch *watch = shared.watchers; watch; watch = watch->next) {
        if (!is_lost && watch->descriptor != event->wd) {
            continue;
        }
        watch->is_touched = true;
        if (event->mask & END_EVENTS) {
            watch->descriptor = -1;
        }
        fox_eventfd_signal(&watch->bell);
    }
}

static void drain_locked(void)
{
    _Alignas(struct inotify_event) char buffer[4096];
    ssize_t size;

    while ((size = read(fox_fd_number(&shared.inotify), buffer, sizeof buffer)) > 0) {
        for (const char *at = buffer; at < buffer + size;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;

            deliver_locked(event);
            at += sizeof *event + event->len;
        }
    }
}

static bool is_used_locked(int descriptor)
{
    for (const struct fox_watch *watch = shared.watchers; watch; watch = watch->next) {
        if (watch->descriptor == descriptor) {
            return true;
        }
    }
    return false;
}

/* Two watchers of one file have one watch of inotify's between them. */
static void remove_locked(struct fox_watch *watch)
{
    struct fox_watch **link = &shared.watchers;

    while (*link && *link != watch) {
        link = &(*link)->next;
    }
    if (!*link) {
        return;
    }
    *link = watch->next;
    if (watch->descriptor >= 0 && !is_used_locked(watch->descriptor)) {
        (void)inotify_rm_watch(fox_fd_number(&shared.inotify), watch->descriptor);
    }
    if (!shared.watchers) {
        fox_fd_let_go(&shared.inotify);
    }
}

static pxf_status unavailable(pxf_origin origin, const char *name, pxf_error *err)
{
    const int number = errno;

    return fox_fail_from(err, PXF_UNAVAILABLE, origin, number,
                         "the system lets '%s' not be watched (errno %d)", name, number);
}

static pxf_status open_inotify_locked(pxf_origin origin, const char *name, pxf_error *err)
{
    if (!fox_fd_is_open(&shared.inotify)) {
        shared.inotify = fox_fd_of(inotify_init1(IN_CLOEXEC | IN_NONBLOCK), origin);
    }
    return fox_fd_is_open(&shared.inotify) ? PXF_OK : unavailable(origin, name, err);
}

/* By way of /proc, so that the file is the one that was opened, whatever the working folder is. */
static pxf_status add_locked(struct fox_watch *watch, const struct fox_fd *file, const char *name,
                             pxf_error *err)
{
    char path[64];

    TRY(open_inotify_locked(file->origin, name, err));
    watch->next = shared.watchers;
    shared.watchers = watch;
    watch->descriptor = -1;
    TRY(fox_epoll_add(&watch->epoll, fox_fd_number(&shared.inotify), err));
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fox_fd_number(file));
    watch->descriptor = inotify_add_watch(fox_fd_number(&shared.inotify), path, EVENTS);
    return watch->descriptor >= 0 ? PXF_OK : unavailable(file->origin, name, err);
}

pxf_status fox_watch_open(struct fox_watch **ret_watch, const struct fox_fd *folder,
                          const char *name, pxf_error *err)
{
    AUTO(fox_watch) *watch = fox_mem_new(1, sizeof *watch, err);
    AUTO(fox_fd) file = {0};
    pxf_status status;

    if (!watch) {
        return PXF_NO_MEMORY;
    }
    watch->descriptor = -1;
    TRY(fox_folder_open_file(&file, folder, name, err));
    TRY(fox_epoll_open(&watch->epoll, folder->origin, err));
    TRY(fox_eventfd_open(&watch->bell, folder->origin, err));
    TRY(fox_epoll_add(&watch->epoll, fox_fd_number(&watch->bell), err));
    (void)pthread_once(&guarded, guard);
    (void)pthread_mutex_lock(&shared.lock);
    status = add_locked(watch, &file, name, err);
    (void)pthread_mutex_unlock(&shared.lock);
    TRY(status);
    *ret_watch = GIVE(watch);
    return PXF_OK;
}

int fox_watch_fd(const struct fox_watch *watch)
{
    return fox_fd_number(&watch->epoll);
}

static enum fox_watch_news take_locked(struct fox_watch *watch)
{
    const bool is_touched = watch->is_touched;

    if (fox_fd_is_open(&watch->bell)) {
        (void)fox_eventfd_drain(&watch->bell);
    }
    watch->is_touched = false;
    if (watch->descriptor < 0) {
        return FOX_WATCH_GONE;
    }
    return is_touched ? FOX_WATCH_TOUCHED : FOX_WATCH_NOTHING;
}

enum fox_watch_news fox_watch_drain(struct fox_watch *watch)
{
    enum fox_watch_news news;

    (void)pthread_mutex_lock(&shared.lock);
    drain_locked();
    news = take_locked(watch);
    (void)pthread_mutex_unlock(&shared.lock);
    return news;
}

void fox_watch_close(struct fox_watch *watch)
{
    if (!watch) {
        return;
    }
    (void)pthread_mutex_lock(&shared.lock);
    remove_locked(watch);
    (void)pthread_mutex_unlock(&shared.lock);
    fox_fd_let_go(&watch->epoll);
    fox_fd_let_go(&watch->bell);
    free(watch);
}

pxf_status fox_watch_open_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                               const char *name, uint32_t mode, pxf_error *err)
{
    pxf_error why = {0};
    const pxf_status status = fox_folder_new_file(ret_file, folder, name, mode, &why);

    if (status == PXF_EXISTS) {
        return fox_folder_open_file_to_write(ret_file, folder, name, err);
    }
    return status == PXF_OK
               ? PXF_OK
               : fox_fail_from(err, status, folder->origin, why.code, "%s", why.message);
}

pxf_status fox_watch_touch(const struct fox_fd *file, pxf_error *err)
{
    return fox_file_write_at(file, 0, "!", 1, err);
}
