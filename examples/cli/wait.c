/* SPDX-License-Identifier: Apache-2.0 */
#include "wait.h"

#include <limits.h>
#include <string.h>

#include "out.h"

enum { LOOK_MS = 200, STILL_MS = 1000, AGAIN_MS = 10000, SEARCH_LIMIT = 1000, S_LIMIT = 1 << 30 };

static const char kinds[] = "image_delete,owner_delete";
static const char removing[] = "image_delete";

struct waiting {
    const struct cli *cli;
    char *const *ids;
    size_t count, at; /* those in front of `at` are gone */
    int64_t until_ms, moved_ms, told_ms;
};

bool option_timeout(const struct cli *cli, int64_t *ret_timeout_ms)
{
    long long seconds;

    if (!option_number(cli, "timeout", 1, S_LIMIT, 0, &seconds)) {
        return false;
    }
    if (option(cli, "timeout") && !option(cli, "wait")) {
        (void)usage(cli, "--timeout is for --wait");
        return false;
    }
    *ret_timeout_ms = option(cli, "timeout") ? (int64_t)seconds * 1000 : PXF_FOREVER;
    return true;
}

static bool is_gone(const struct cli *cli, const char *id)
{
    pxf_error err;
    pxf_image *image = pxf_image_find(cli->store, id, &err);

    pxf_image_free(image);
    return !image && err.status == PXF_NOT_FOUND;
}

/* The job that removes an image; NULL if it is not among the newest. */
static pxf_job *find_job(const struct cli *cli, const char *image_id)
{
    pxf_job *job = pxf_job_next(cli->store, 0, removing, NULL, NULL);

    for (int i = 0; job && i < SEARCH_LIMIT; i++) {
        const char *whose = pxf_job_image_id(job);
        pxf_job *next;

        if (whose && strcmp(whose, image_id) == 0) {
            return job;
        }
        next = pxf_job_next(cli->store, 0, removing, pxf_job_cursor(job), NULL);
        pxf_job_free(job);
        job = next;
    }
    pxf_job_free(job);
    return NULL;
}

/* What holds up a job, and what helps. */
static void explain(char text[PXF_MESSAGE_BYTES], const pxf_job *job)
{
    switch (pxf_job_get_state(job)) {
    case PXF_JOB_PAUSED:
        (void)snprintf(text, PXF_MESSAGE_BYTES,
                       "jobs of kind '%s' are paused (`pixelfox jobs resume %s`)", removing,
                       removing);
        return;
    case PXF_JOB_CANCELLED:
        (void)snprintf(text, PXF_MESSAGE_BYTES, "its job was cancelled (`pixelfox jobs retry %s`)",
                       pxf_job_id(job));
        return;
    case PXF_JOB_RUNNING:
        (void)snprintf(text, PXF_MESSAGE_BYTES, "a worker is at it");
        return;
    case PXF_JOB_SCHEDULED:
    case PXF_JOB_READY:
    case PXF_JOB_DONE:
    case PXF_JOB_DEAD:
    case PXF_JOB_STRANDED:
        break;
    }
    (void)snprintf(text, PXF_MESSAGE_BYTES, "%s",
                   pxf_job_error(job) ? pxf_job_error(job) : "its job waits for its turn");
}

static void find_reason(const struct waiting *waiting, const char *id, char text[PXF_MESSAGE_BYTES])
{
    pxf_job *job = find_job(waiting->cli, id);

    if (job) {
        explain(text, job);
    } else {
        (void)snprintf(text, PXF_MESSAGE_BYTES, "no job was found that removes it");
    }
    pxf_job_free(job);
}

/* Nobody shall wait without knowing what for. */
static void tell_stall(struct waiting *waiting)
{
    const int64_t now_ms = clock_ms();
    const size_t left = waiting->count - waiting->at;
    char reason[PXF_MESSAGE_BYTES];

    if (waiting->cli->quiet || now_ms - waiting->moved_ms < STILL_MS || now_ms < waiting->told_ms) {
        return;
    }
    waiting->told_ms = now_ms + AGAIN_MS;
    find_reason(waiting, waiting->ids[waiting->at], reason);
    flockfile(stderr);
    clear_bar();
    fprintf(stderr, "pixelfox: waits for the files of %zu image%s: ", left, left == 1 ? "" : "s");
    print_line(stderr, reason);
    (void)fputc('\n', stderr);
    funlockfile(stderr);
}

static pxf_status work_one(const struct waiting *waiting, pxf_worker *worker, pxf_error *err)
{
    if (pxf_worker_run_one(worker, waiting->cli->cancel, err)) {
        return PXF_OK;
    }
    if (err->status == PXF_OK || err->status == PXF_BUSY) {
        (void)pxf_store_wait(waiting->cli->store, LOOK_MS, waiting->cli->cancel, NULL);
        return PXF_OK;
    }
    return (pxf_status)err->status;
}

/* Until all are gone, the time is over or a signal comes. */
static pxf_status work(struct waiting *waiting, pxf_worker *worker, pxf_error *err)
{
    struct progress progress;
    pxf_status status = PXF_OK;

    progress_begin(&progress, waiting->cli, "removed");
    while (status == PXF_OK && waiting->at < waiting->count && !is_interrupted() &&
           clock_ms() < waiting->until_ms) {
        if (is_gone(waiting->cli, waiting->ids[waiting->at])) {
            waiting->at++;
            waiting->moved_ms = clock_ms();
        } else {
            status = work_one(waiting, worker, err);
            tell_stall(waiting);
        }
        progress_show(&progress, (int64_t)waiting->at, (int64_t)waiting->count);
    }
    progress_end(&progress);
    return status;
}

/* Those behind the first that is there may be gone: another process is at it too. */
static int tell_left(const struct waiting *waiting)
{
    size_t left = 0;
    pxf_error err;

    for (size_t i = waiting->at; i < waiting->count; i++) {
        char reason[PXF_MESSAGE_BYTES];

        if (is_gone(waiting->cli, waiting->ids[i])) {
            continue;
        }
        left++;
        find_reason(waiting, waiting->ids[i], reason);
        (void)set_error(&err, PXF_TIMEOUT, "it is hidden, but its files are not removed yet: %s",
                        reason);
        tell(waiting->cli, "id", waiting->ids[i], &err);
    }
    if (left == 0) {
        return EXIT_DONE;
    }
    return left == waiting->count ? EXIT_NO_STORE : EXIT_SOME_FAILED;
}

int wait_until_gone(const struct cli *cli, char *const *ids, size_t count, int64_t timeout_ms)
{
    const int64_t now_ms = clock_ms();
    struct waiting waiting = {
        .cli = cli,
        .ids = ids,
        .count = count,
        .until_ms = timeout_ms < 0 ? INT64_MAX : now_ms + timeout_ms,
        .moved_ms = now_ms,
    };
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(cli->store, &err);
    int code = EXIT_DONE;

    if (!worker || pxf_worker_set_kinds(worker, kinds, &err) != PXF_OK ||
        (work(&waiting, worker, &err) != PXF_OK && !is_interrupted())) {
        code = fail(cli, &err);
    } else if (!is_interrupted()) {
        code = tell_left(&waiting);
    }
    pxf_worker_free(worker);
    return is_interrupted() ? EXIT_SIGNAL : code;
}
