/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "out.h"

enum { LOOK_MS = 100, THREAD_LIMIT = 256 };

static const char processing[] = "image_processing";

/* What is left to do: a bar's other end. */
static int64_t left_count(const struct cli *cli)
{
    const int64_t ready = pxf_job_count(cli->store, NULL, PXF_JOB_READY, NULL);
    const int64_t running = pxf_job_count(cli->store, NULL, PXF_JOB_RUNNING, NULL);

    return (ready > 0 ? ready : 0) + (running > 0 ? running : 0);
}

static int64_t ended_count(pxf_worker *worker)
{
    return pxf_worker_total(worker, "done") + pxf_worker_total(worker, "failed");
}

/* Lets the worker run until a signal comes, or with --until-idle until nothing is left. */
static pxf_status watch(const struct cli *cli, pxf_worker *worker, bool until_idle, pxf_error *err)
{
    struct progress progress;
    bool is_over = false;

    progress_begin(&progress, cli, "jobs");
    *err = (pxf_error){0};
    while (!is_over && !is_interrupted()) {
        const pxf_status status = pxf_store_wait(cli->store, LOOK_MS, cli->cancel, err);

        if (status != PXF_OK && status != PXF_TIMEOUT && status != PXF_CANCELLED) {
            break;
        }
        if (progress_is_due(&progress)) {
            progress_show(&progress, ended_count(worker), ended_count(worker) + left_count(cli));
        }
        is_over = until_idle && pxf_worker_is_idle(worker, err);
        if (until_idle && err->status != PXF_OK) {
            break;
        }
        *err = (pxf_error){0};
    }
    progress_end(&progress);
    return (pxf_status)err->status;
}

/* Whether an attempt of the job ended since then: the history's times are the store's. */
static bool ended_since(const struct cli *cli, const char *id, int64_t began_ms)
{
    pxf_bytes *text = pxf_job_history(cli->store, id, NULL);
    json_t *attempts = text ? json_loads(pxf_bytes_data(text), 0, NULL) : NULL;
    const json_t *last = json_array_get(attempts, json_array_size(attempts) - 1);
    const int64_t ended_ms = json_integer_value(json_object_get(last, "ended_ms"));

    json_decref(attempts);
    pxf_bytes_free(text);
    return ended_ms >= began_ms;
}

/* Tells each job that failed for good meanwhile. */
static void tell_dead(const struct cli *cli, int64_t began_ms, int64_t count)
{
    pxf_job *job = pxf_job_next(cli->store, PXF_JOB_DEAD, NULL, NULL, NULL);

    while (job && count > 0) {
        pxf_job *next;

        if (ended_since(cli, pxf_job_id(job), began_ms)) {
            const char *image = pxf_job_image_id(job);

            count--;
            fprintf(stderr, "pixelfox: job %s (%s%s%s) failed: ", pxf_job_id(job),
                    pxf_job_kind(job), image ? " of image " : "", image ? image : "");
            print_line(stderr, pxf_job_error(job) ? pxf_job_error(job) : "no words");
            (void)fputc('\n', stderr);
        }
        next = pxf_job_next(cli->store, PXF_JOB_DEAD, NULL, pxf_job_cursor(job), NULL);
        pxf_job_free(job);
        job = next;
    }
    pxf_job_free(job);
}

static int64_t drain_ms(const struct cli *cli)
{
    pxf_bytes *text = pxf_store_get_text(cli->store, "worker.drain_ms", NULL);
    const int64_t ms = text ? strtoll(pxf_bytes_data(text), NULL, 10) : 0;

    pxf_bytes_free(text);
    return ms;
}

static void print_sum(const struct cli *cli, pxf_worker *worker, double seconds)
{
    static const char *const names[] = {"done", "failed", "retrying", "delayed"};
    json_t *object, *sum;

    if (!cli->json) {
        printf("%" PRId64 " done, %" PRId64 " failed, %" PRId64 " retrying, %" PRId64
               " delayed in %.1f s\n",
               pxf_worker_total(worker, names[0]), pxf_worker_total(worker, names[1]),
               pxf_worker_total(worker, names[2]), pxf_worker_total(worker, names[3]), seconds);
        return;
    }
    object = json_object();
    sum = json_object();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        put_number(sum, names[i], pxf_worker_total(worker, names[i]));
    }
    (void)json_object_set_new(sum, "seconds", json_real(seconds));
    (void)json_object_set_new(object, "summary", sum);
    print_json(object);
}

static pxf_status set_up(const struct cli *cli, pxf_worker *worker, long long thread_count,
                         pxf_error *err)
{
    const char *kinds = option(cli, "kinds");
    pxf_status status = PXF_OK;

    if (thread_count > 0) {
        status = pxf_worker_set_threads(worker, (int32_t)thread_count, err);
    }
    if (status == PXF_OK && kinds) {
        status = pxf_worker_set_kinds(worker, kinds, err);
    }
    return status;
}

/* Whether a kind is one of those that are worked: all, or named in KIND,KIND. */
static bool is_worked(const char *kinds, const char *kind)
{
    const size_t size = strlen(kind);

    for (const char *at = kinds; at; at = strchr(at, ',')) {
        at += *at == ',';
        if (strncmp(at, kind, size) == 0 && (at[size] == ',' || !at[size])) {
            return true;
        }
    }
    return !kinds;
}

/* Jobs that nobody took for a minute, this worker too: the queue could not give them out. */
static int64_t stranded_count(const struct cli *cli)
{
    const char *kinds = option(cli, "kinds");
    int64_t sum = 0;

    for (size_t i = 0; pxf_job_kind_name(i); i++) {
        const char *kind = pxf_job_kind_name(i);

        if (is_worked(kinds, kind)) {
            const int64_t count = pxf_job_count(cli->store, kind, PXF_JOB_STRANDED, NULL);

            sum += count > 0 ? count : 0;
        }
    }
    return sum;
}

/* Nothing that could be worked may be left; an exit code. */
static int check_left(const struct cli *cli)
{
    const int64_t count = option(cli, "until-idle") ? stranded_count(cli) : 0;
    pxf_error err;

    if (count == 0 || is_interrupted()) {
        return EXIT_DONE;
    }
    (void)set_error(&err, PXF_UNAVAILABLE,
                    "%" PRId64 " jobs are left that the queue could not give out for a minute",
                    count);
    return fail(cli, &err);
}

static int run(const struct cli *cli, pxf_worker *worker)
{
    const int64_t began_ms = clock_ms();
    const int64_t began_at_ms = (int64_t)time(NULL) * 1000;
    pxf_error err;
    int64_t failed;

    if (pxf_worker_start(worker, &err) != PXF_OK ||
        watch(cli, worker, option(cli, "until-idle"), &err) != PXF_OK) {
        return fail(cli, &err);
    }
    pxf_worker_stop(worker, drain_ms(cli));
    print_sum(cli, worker, (double)(clock_ms() - began_ms) / 1000);
    failed = pxf_worker_total(worker, "failed");
    tell_dead(cli, began_at_ms, failed);
    return failed > 0 && !is_interrupted() ? EXIT_SOME_FAILED : check_left(cli);
}

int run_work(struct cli *cli)
{
    const char *kinds = option(cli, "kinds");
    long long thread_count;
    pxf_worker *worker;
    pxf_error err;
    int code;

    if (!option_number(cli, "threads", 1, THREAD_LIMIT, 0, &thread_count)) {
        return EXIT_USAGE;
    }
    code = open_store(cli);
    if (code == EXIT_DONE && (!kinds || strstr(kinds, processing))) {
        code = check_helper(cli);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    worker = pxf_worker_new(cli->store, &err);
    if (!worker) {
        return fail(cli, &err);
    }
    if (set_up(cli, worker, thread_count, &err) != PXF_OK) {
        code = usage(cli, "%s", err.message);
    } else {
        code = run(cli, worker);
    }
    pxf_worker_free(worker);
    return code;
}
