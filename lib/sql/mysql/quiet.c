/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/mysql/db.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

static bool is_pending(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void only_pipe(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGPIPE);
}

struct fox_mysql_quiet fox_mysql_quiet_begin(void)
{
    struct fox_mysql_quiet quiet = {0};
    sigset_t pipe, before;

    if (is_pending()) { /* the host's own, blocked by itself: it stays */
        return quiet;
    }
    only_pipe(&pipe);
    quiet.is_blocked =
        pthread_sigmask(SIG_BLOCK, &pipe, &before) == 0 && sigismember(&before, SIGPIPE) == 0;
    return quiet;
}

void fox_mysql_quiet_end(struct fox_mysql_quiet quiet)
{
    const struct timespec at_once = {0};
    sigset_t pipe;

    if (!quiet.is_blocked) {
        return;
    }
    only_pipe(&pipe);
    while (is_pending() && sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR) {
    }
    (void)pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
}
