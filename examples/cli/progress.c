/* SPDX-License-Identifier: Apache-2.0 */
#include "out.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 30, BAR_EVERY_MS = 100, LINE_EVERY_MS = 10000, MINUTE_S = 60, HOUR_S = 3600 };

/* Other words on standard error must not stand behind the bar: there is one terminal. */
static atomic_bool is_bar_shown;

int64_t clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void clear_bar(void)
{
    if (atomic_exchange(&is_bar_shown, false)) {
        fputs("\r\033[K", stderr);
    }
}

void make_way(void)
{
    if (isatty(STDOUT_FILENO)) {
        clear_bar();
    }
}

static bool is_terminal(void)
{
    const char *kind = getenv("TERM");

    return isatty(STDERR_FILENO) && !(kind && strcmp(kind, "dumb") == 0);
}

void progress_begin(struct progress *progress, const struct cli *cli, const char *what)
{
    *progress = (struct progress){
        .cli = cli,
        .what = what,
        .began_ms = clock_ms(),
        .is_terminal = is_terminal(),
    };
    progress->shown_ms = progress->is_terminal ? 0 : progress->began_ms;
    progress->shown_done = -1; /* whoever waits hears of it once, even if nothing moves */
}

static void show_rest(double seconds)
{
    const long whole = (long)seconds + 1;

    if (whole >= HOUR_S) {
        fprintf(stderr, "  %ld h %02ld min left", whole / HOUR_S, whole % HOUR_S / MINUTE_S);
    } else if (whole >= MINUTE_S) {
        fprintf(stderr, "  %ld min %02ld s left", whole / MINUTE_S, whole % MINUTE_S);
    } else {
        fprintf(stderr, "  %ld s left", whole);
    }
}

static void show_bar(const struct progress *progress, int64_t done, int64_t total)
{
    const int64_t spent_ms = clock_ms() - progress->began_ms;
    const int filled = total > 0 ? (int)(BAR_WIDTH * done / total) : 0;
    const double rate = spent_ms > 0 ? (double)done * 1000 / (double)spent_ms : 0;

    fprintf(stderr, "\r%s [", progress->what);
    for (int i = 0; i < BAR_WIDTH; i++) {
        (void)fputc(i < filled ? '#' : '.', stderr);
    }
    fprintf(stderr, "] %" PRId64 "/%" PRId64 "  %.1f/s", done, total, rate);
    if (rate > 0 && total > done) {
        show_rest((double)(total - done) / rate);
    }
    fputs("\033[K", stderr);
    atomic_store(&is_bar_shown, true);
}

bool progress_is_due(const struct progress *progress)
{
    const int64_t every_ms = progress->is_terminal ? BAR_EVERY_MS : LINE_EVERY_MS;

    return !progress->cli->quiet && !progress->cli->no_progress &&
           clock_ms() - progress->shown_ms >= every_ms;
}

void progress_show(struct progress *progress, int64_t done, int64_t total)
{
    if (!progress_is_due(progress)) {
        return;
    }
    progress->shown_ms = clock_ms();
    total = total > done ? total : done;
    flockfile(stderr);
    if (progress->is_terminal) {
        show_bar(progress, done, total);
    } else if (done != progress->shown_done) {
        fprintf(stderr, "%s: %" PRId64 "/%" PRId64 "\n", progress->what, done, total);
    }
    funlockfile(stderr);
    progress->shown_done = done;
}

void progress_end(struct progress *progress)
{
    (void)progress;
    clear_bar();
}
