/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_OS_WATCH_H
#define FOX_OS_WATCH_H

#include <stdint.h>

#include "os/fd.h"

/* Wake-up across processes: whoever has news touches a wake file, whoever waits watches it. The
 * system allows 128 inotify instances per user, so there is one per process, shared by its stores
 * (doc/threads.md lists it); no thread stands behind it.
 *
 * Each watcher has a descriptor of its own: an epoll over the shared inotify and an eventfd of the
 * watcher. A touch makes the inotify readable, and so every watcher of the process; the first that
 * drains reads the news of all under a lock and signals the eventfds of those it concerns before it
 * lets go of the lock. So news that one thread reads for another is never lost: it stands in the
 * other's eventfd. A watcher may wake for another's news and find none of its own.
 *
 * A forked child has no watch: its copies answer GONE, and a new one starts anew. Any thread. */
struct fox_watch;

/* Watches the file `name` in `folder`, which stands there. UNAVAILABLE where the system has no
 * inotify (or no /proc) left for us: the caller then looks every 250 ms by itself. */
pxf_status fox_watch_open(struct fox_watch **ret_watch, const struct fox_fd *folder,
                          const char *name, pxf_error *err);

/* Readable when there may be news, lent. */
int fox_watch_fd(const struct fox_watch *watch);

enum fox_watch_news {
    FOX_WATCH_NOTHING = 1,
    FOX_WATCH_TOUCHED = 2, /* at least once since the last drain */
    FOX_WATCH_GONE = 3     /* the file was removed or its disk unmounted: nothing more will come */
};

/* Takes the news. Call it before looking at the data: what happens afterwards makes the descriptor
 * readable again. */
enum fox_watch_news fox_watch_drain(struct fox_watch *watch);

/* NULL is fine. */
void fox_watch_close(struct fox_watch *watch);

static inline void fox_watch_let_go(struct fox_watch **watch)
{
    fox_watch_close(*watch);
}

/* Opens (or makes, with `mode`) the wake file to touch it. */
pxf_status fox_watch_open_file(struct fox_fd *ret_file, const struct fox_fd *folder,
                               const char *name, uint32_t mode, pxf_error *err);

/* Wakes every watcher of the file in every process of this host; the toucher's, too. */
pxf_status fox_watch_touch(const struct fox_fd *file, pxf_error *err);

#endif
