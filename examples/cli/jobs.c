/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "out.h"

static json_t *job_json(const pxf_job *job)
{
    json_t *object = json_object();

    put_text(object, "id", pxf_job_id(job));
    put_text(object, "kind", pxf_job_kind(job));
    put_text(object, "state", job_state_word(pxf_job_get_state(job)));
    put_number(object, "attempts", pxf_job_attempts(job));
    put_number(object, "crashes", pxf_job_crashes(job));
    put_number(object, "created_ms", pxf_job_created_ms(job));
    put_number(object, "due_ms", pxf_job_due_ms(job));
    put_text(object, "image", pxf_job_image_id(job));
    put_text(object, "error", pxf_job_error(job));
    return object;
}

static void print_row(const pxf_job *job)
{
    char when[TIME_TEXT_BYTES];

    printf("%s  %-16s  %-9s  %s  %" PRId32 "+%" PRId32 "  ", pxf_job_id(job), pxf_job_kind(job),
           job_state_word(pxf_job_get_state(job)), time_text(when, pxf_job_created_ms(job)),
           pxf_job_attempts(job), pxf_job_crashes(job));
    print_line(stdout, pxf_job_error(job) ? pxf_job_error(job) : "");
    (void)fputc('\n', stdout);
}

static void print_listed(const struct cli *cli, const pxf_job *job)
{
    json_t *object;

    if (!cli->json) {
        print_row(job);
        return;
    }
    object = job_json(job);
    put_text(object, "cursor", pxf_job_cursor(job));
    print_json(object);
}

static int list(const struct cli *cli, long long limit)
{
    const pxf_job_state state = (pxf_job_state)option_choice(cli, "state");
    const char *kind = option(cli, "kind"), *cursor = option(cli, "after");
    pxf_job *job = NULL, *next;
    pxf_error err = {0};

    while (limit-- > 0 && !is_interrupted() && !ferror(stdout) &&
           (next = pxf_job_next(cli->store, state, kind, cursor, &err))) {
        pxf_job_free(job);
        job = next;
        cursor = pxf_job_cursor(job);
        print_listed(cli, job);
    }
    pxf_job_free(job);
    if (err.status != PXF_OK) {
        return err.status == PXF_INVALID ? usage(cli, "%s", err.message) : fail(cli, &err);
    }
    return is_interrupted() ? EXIT_SIGNAL : EXIT_DONE;
}

/* A kind of the library's, or one of which there are jobs. */
static bool is_kind(const struct cli *cli, const char *kind)
{
    for (size_t i = 0; pxf_job_kind_name(i); i++) {
        if (strcmp(pxf_job_kind_name(i), kind) == 0) {
            return true;
        }
    }
    return pxf_job_count(cli->store, kind, 0, NULL) > 0;
}

static int check_kind(const struct cli *cli, const char *kind)
{
    struct nearest nearest = nearest_to(kind);

    if (!kind || is_kind(cli, kind)) {
        return EXIT_DONE;
    }
    for (size_t i = 0; pxf_job_kind_name(i); i++) {
        nearest_offer(&nearest, pxf_job_kind_name(i));
    }
    if (nearest.best) {
        return usage(cli, "no jobs of kind '%s': did you mean '%s'?", kind, nearest.best);
    }
    return usage(cli, "no jobs of kind '%s'", kind);
}

int run_jobs_list(struct cli *cli)
{
    long long limit;
    int code;

    if (!option_number(cli, "limit", 1, LLONG_MAX, LLONG_MAX, &limit)) {
        return EXIT_USAGE;
    }
    code = open_store(cli);
    if (code == EXIT_DONE) {
        code = check_kind(cli, option(cli, "kind"));
    }
    return code == EXIT_DONE ? list(cli, limit) : code;
}

static void print_attempts(const char *text)
{
    json_t *attempts = json_loads(text, 0, NULL), *attempt;
    char when[TIME_TEXT_BYTES];
    size_t i;

    json_array_foreach(attempts, i, attempt)
    {
        const int64_t began_ms = json_integer_value(json_object_get(attempt, "started_ms"));
        const int64_t ended_ms = json_integer_value(json_object_get(attempt, "ended_ms"));
        const char *error = json_string_value(json_object_get(attempt, "error"));

        printf("  %s UTC, %" PRId64 " ms: ", time_text(when, began_ms),
               ended_ms > 0 ? ended_ms - began_ms : 0);
        print_line(stdout, error ? error : ended_ms > 0 ? "ended" : "runs");
        (void)fputc('\n', stdout);
    }
    json_decref(attempts);
}

static void print_job(const pxf_job *job, const char *history)
{
    char when[TIME_TEXT_BYTES];

    printf("id        %s\nkind      %s\nstate     %s\npriority  %" PRId32 "\n", pxf_job_id(job),
           pxf_job_kind(job), job_state_word(pxf_job_get_state(job)), pxf_job_priority(job));
    printf("created   %s UTC\n", time_text(when, pxf_job_created_ms(job)));
    printf("due       %s UTC\n", time_text(when, pxf_job_due_ms(job)));
    if (pxf_job_image_id(job)) {
        printf("image     %s\n", pxf_job_image_id(job));
    }
    if (pxf_job_node(job)) {
        printf("node      %s\n", pxf_job_node(job));
    }
    printf("progress  %.1f %%\npayload   ", pxf_job_progress(job) / 10.0);
    print_line(stdout, pxf_job_payload(job));
    printf("\nattempts  %" PRId32 " failed, %" PRId32 " crashed\n", pxf_job_attempts(job),
           pxf_job_crashes(job));
    print_attempts(history);
}

static void print_whole(const struct cli *cli, const pxf_job *job, const char *history)
{
    json_t *object;

    if (!cli->json) {
        print_job(job, history);
        return;
    }
    object = job_json(job);
    put_number(object, "priority", pxf_job_priority(job));
    put_parsed(object, "payload", pxf_job_payload(job));
    put_parsed(object, "result", pxf_job_result(job));
    put_text(object, "node", pxf_job_node(job));
    (void)json_object_set_new(object, "capabilities", json_array()); /* no job needs any yet */
    put_number(object, "progress", pxf_job_progress(job));
    put_parsed(object, "history", history);
    print_json(object);
}

int run_jobs_show(struct cli *cli)
{
    const char *id = cli->arguments[0];
    int code = open_store(cli);
    pxf_bytes *history;
    pxf_job *job;
    pxf_error err;

    if (code != EXIT_DONE) {
        return code;
    }
    job = pxf_job_find(cli->store, id, &err);
    if (!job) {
        return fail_of(cli, "id", id, &err);
    }
    history = pxf_job_history(cli->store, id, &err);
    if (history) {
        print_whole(cli, job, pxf_bytes_data(history));
    } else {
        code = fail_of(cli, "id", id, &err);
    }
    pxf_bytes_free(history);
    pxf_job_free(job);
    return code;
}

typedef pxf_status (*change_fn)(pxf_store *store, const char *id, pxf_error *err);

/* Changes one and tells how it stands then; an exit code. */
static int change(const struct cli *cli, change_fn fn, const char *id)
{
    pxf_error err;
    pxf_job *job;

    if (fn(cli->store, id, &err) != PXF_OK) {
        return fail_of(cli, "id", id, &err);
    }
    job = pxf_job_find(cli->store, id, &err);
    if (!job) {
        return fail_of(cli, "id", id, &err);
    }
    if (cli->json) {
        print_json(job_json(job));
    } else {
        print_row(job);
    }
    pxf_job_free(job);
    return EXIT_DONE;
}

static int change_given(const struct cli *cli, change_fn fn)
{
    int code = EXIT_DONE, one;

    for (size_t i = 0; i < cli->argument_count && !is_interrupted(); i++) {
        one = change(cli, fn, cli->arguments[i]);
        code = one == EXIT_DONE ? code : one;
    }
    return is_interrupted() ? EXIT_SIGNAL : code;
}

static int retry_dead(const struct cli *cli)
{
    int code = EXIT_DONE, one;
    pxf_error err = {0};
    pxf_job *job = NULL, *next;

    while (!is_interrupted() && (next = pxf_job_next(cli->store, PXF_JOB_DEAD, NULL,
                                                     job ? pxf_job_cursor(job) : NULL, &err))) {
        pxf_job_free(job);
        job = next;
        one = change(cli, pxf_job_retry, pxf_job_id(job));
        code = one == EXIT_DONE ? code : one;
    }
    pxf_job_free(job);
    return err.status == PXF_OK ? code : fail(cli, &err);
}

int run_jobs_retry(struct cli *cli)
{
    int code;

    if (!option(cli, "dead") == (cli->argument_count == 0)) {
        return usage(cli, "'jobs retry' needs either jobs' ids or --dead");
    }
    code = open_store(cli);
    if (code != EXIT_DONE) {
        return code;
    }
    return option(cli, "dead") ? retry_dead(cli) : change_given(cli, pxf_job_retry);
}

int run_jobs_cancel(struct cli *cli)
{
    const int code = open_store(cli);

    return code == EXIT_DONE ? change_given(cli, pxf_job_cancel) : code;
}

static int change_kind(struct cli *cli, change_fn fn, const char *state)
{
    const char *kind = cli->arguments[0];
    int code = open_store(cli);
    pxf_error err;

    if (code == EXIT_DONE) {
        code = check_kind(cli, kind);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    if (fn(cli->store, kind, &err) != PXF_OK) {
        return fail(cli, &err);
    }
    if (cli->json) {
        json_t *object = json_object();

        put_text(object, "kind", kind);
        put_text(object, "state", state);
        print_json(object);
    } else {
        printf("%s  %s\n", kind, state);
    }
    return EXIT_DONE;
}

int run_jobs_pause(struct cli *cli)
{
    return change_kind(cli, pxf_job_pause, "paused");
}

int run_jobs_resume(struct cli *cli)
{
    return change_kind(cli, pxf_job_resume, "resumed");
}
