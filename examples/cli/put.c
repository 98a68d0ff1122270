/* SPDX-License-Identifier: Apache-2.0 */
#include "put.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "out.h"
#include "wait.h"

enum { JOB_LIMIT = 64, LOOK_MS = 200, NS_PER_MS = 1000000 };

static const char standard_owner[] = "default";

/* What became of one of the found. */
struct outcome {
    bool is_done;
    pxf_image *image; /* NULL: the error says why */
    pxf_error err;
};

struct putting {
    const struct cli *cli;
    const char *owner, *title;
    bool waits;
    int64_t timeout_ms;
    struct walk walk;
    struct outcome *outcomes;
    size_t *told_counts; /* by argument: a folder of which nothing is told had no pictures */
    struct {
        pthread_mutex_t lock;
        pthread_cond_t changed;
        size_t next, next_to_tell, running_count, done_count;
    } shared;
    /* Of who tells, under the lock. */
    size_t stored, doubled, failed, outages;
    bool is_cut_short;
};

/* Puts one, and with --wait works its own jobs on this thread. An image that was acknowledged is
 * told even if the waiting was cut short. */
static void put_one(const struct putting *putting, const struct found *found,
                    struct outcome *outcome)
{
    const struct cli *cli = putting->cli;
    pxf_image *ready;

    if (found->err) {
        outcome->err = *found->err;
        return;
    }
    outcome->image = put_found(cli, found, putting->owner, putting->title, &outcome->err);
    if (!outcome->image || !putting->waits) {
        return;
    }
    ready = pxf_image_wait(outcome->image, putting->timeout_ms, cli->cancel, &outcome->err);
    if (ready) {
        pxf_image_free(outcome->image);
        outcome->image = ready;
    }
}

static void print_text(const pxf_image *image, const char *path, bool is_double, bool waits)
{
    make_way();
    flockfile(stdout);
    printf("%s  ", pxf_image_id(image));
    print_path(stdout, path);
    if (is_double) {
        fputs("  (was there)", stdout);
    }
    if (waits) {
        printf("  %s", image_state_word(pxf_image_get_state(image)));
    }
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
    funlockfile(stdout);
}

/* Whether the waiting failed, and not by a signal. */
static bool is_unready(const struct outcome *outcome)
{
    return outcome->err.status != PXF_OK && outcome->err.status != PXF_CANCELLED;
}

static void tell_image(struct putting *putting, const char *path, const struct outcome *outcome)
{
    const pxf_image *image = outcome->image;
    pxf_error err;

    if (!putting->cli->json) {
        print_text(image, path, pxf_image_is_duplicate(image), putting->waits);
    } else {
        json_t *object = image_json(image);

        put_flag(object, "duplicate", pxf_image_is_duplicate(image));
        put_path(object, "path", path);
        if (is_unready(outcome)) {
            put_error(object, (pxf_status)outcome->err.status, NULL, outcome->err.message);
        }
        print_json(object);
    }
    if (pxf_image_is_duplicate(image)) {
        putting->doubled++;
    } else {
        putting->stored++;
    }
    if (putting->waits && pxf_image_get_state(image) == PXF_IMAGE_FAILED) {
        putting->failed++;
        (void)set_error(&err, pxf_image_failure_status(image), "no variants: %s",
                        pxf_image_failure(image));
        warn_of(path, &err);
    } else if (is_unready(outcome)) {
        putting->failed++;
        (void)set_error(&err, (pxf_status)outcome->err.status, "stored, but %s",
                        outcome->err.message);
        warn_of(path, &err);
    }
    putting->is_cut_short = putting->is_cut_short || outcome->err.status == PXF_CANCELLED;
}

/* What is hidden and no picture was not meant. */
static bool is_meant(const struct found *found, const pxf_error *err)
{
    return !found->is_hidden || (err->status != PXF_UNSUPPORTED && err->status != PXF_CORRUPT);
}

static void tell_outcome(struct putting *putting, const struct found *found,
                         const struct outcome *outcome)
{
    if (outcome->image) {
        putting->told_counts[found->argument]++;
        tell_image(putting, found->path, outcome);
    } else if (outcome->err.status == PXF_CANCELLED) {
        putting->is_cut_short = true;
    } else if (is_meant(found, &outcome->err)) {
        putting->told_counts[found->argument]++;
        putting->failed++;
        putting->outages += is_outage(&outcome->err);
        tell(putting->cli, "path", found->path, &outcome->err);
    }
}

/* In the order in which they were found, whoever is ready first. */
static void tell_done_locked(struct putting *putting, bool all)
{
    size_t *at = &putting->shared.next_to_tell;

    for (; *at < putting->walk.count; ++*at) {
        struct outcome *outcome = &putting->outcomes[*at];

        if (outcome->is_done) {
            tell_outcome(putting, &putting->walk.found[*at], outcome);
            pxf_image_free(outcome->image);
        } else if (!all) {
            return;
        }
    }
}

static void *put_many(void *ctx)
{
    struct putting *putting = ctx;

    (void)pthread_mutex_lock(&putting->shared.lock);
    while (putting->shared.next < putting->walk.count && !is_interrupted()) {
        const size_t at = putting->shared.next++;

        (void)pthread_mutex_unlock(&putting->shared.lock);
        put_one(putting, &putting->walk.found[at], &putting->outcomes[at]);
        (void)pthread_mutex_lock(&putting->shared.lock);
        putting->outcomes[at].is_done = true;
        putting->shared.done_count++;
        tell_done_locked(putting, false);
    }
    putting->shared.running_count--;
    (void)pthread_cond_signal(&putting->shared.changed);
    (void)pthread_mutex_unlock(&putting->shared.lock);
    return NULL;
}

static void wait_a_little_locked(struct putting *putting)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += LOOK_MS * NS_PER_MS;
    if (until.tv_nsec >= 1000 * NS_PER_MS) {
        until.tv_nsec -= 1000 * NS_PER_MS;
        until.tv_sec++;
    }
    (void)pthread_cond_timedwait(&putting->shared.changed, &putting->shared.lock, &until);
}

/* Lets the putters run and shows how far they are. */
static void run_putters(struct putting *putting, size_t job_count)
{
    pthread_t threads[JOB_LIMIT];
    struct progress progress;
    size_t started = 0;

    progress_begin(&progress, putting->cli, putting->waits ? "put and rendered" : "put");
    (void)pthread_mutex_lock(&putting->shared.lock);
    while (started < job_count && started < putting->walk.count &&
           pthread_create(&threads[started], NULL, put_many, putting) == 0) {
        started++;
        putting->shared.running_count++;
    }
    while (putting->shared.running_count > 0) {
        progress_show(&progress, (int64_t)putting->shared.done_count, (int64_t)putting->walk.count);
        wait_a_little_locked(putting);
    }
    (void)pthread_mutex_unlock(&putting->shared.lock);
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    progress_end(&progress);
}

/* A folder of which nothing was told. */
static void tell_empty(struct putting *putting)
{
    pxf_error err;

    for (size_t i = 0; i < putting->cli->argument_count && !is_interrupted(); i++) {
        if (putting->told_counts[i] == 0) {
            (void)set_error(&err, PXF_NOT_FOUND, "no picture in this folder");
            putting->failed++;
            tell(putting->cli, "path", putting->cli->arguments[i], &err);
        }
    }
}

static void print_sum(const struct putting *putting, int64_t began_ms)
{
    if (putting->cli->json || putting->cli->quiet || putting->walk.count < 2) {
        return;
    }
    fprintf(stderr, "%zu stored", putting->stored);
    if (putting->doubled > 0) {
        fprintf(stderr, ", %zu there already", putting->doubled);
    }
    if (putting->failed > 0) {
        fprintf(stderr, ", %zu failed", putting->failed);
    }
    fprintf(stderr, " in %.1f s\n", (double)(clock_ms() - began_ms) / 1000);
}

static int code_of(const struct putting *putting)
{
    if (putting->is_cut_short || is_interrupted()) {
        return EXIT_SIGNAL;
    }
    if (putting->failed == 0) {
        return EXIT_DONE;
    }
    return putting->stored + putting->doubled == 0 && putting->outages == putting->failed
               ? EXIT_NO_STORE
               : EXIT_SOME_FAILED;
}

static int put_all(struct putting *putting, size_t job_count)
{
    const int64_t began_ms = clock_ms();
    const size_t argument_count = putting->cli->argument_count;
    pxf_error err;

    for (size_t i = 0; i < argument_count; i++) {
        walk_argument(&putting->walk, i);
    }
    putting->outcomes = calloc(putting->walk.count + 1, sizeof *putting->outcomes);
    putting->told_counts = calloc(argument_count, sizeof *putting->told_counts);
    if (putting->walk.is_out_of_memory || !putting->outcomes || !putting->told_counts) {
        (void)set_error(&err, PXF_NO_MEMORY, "no memory for the list of files");
        return fail(putting->cli, &err);
    }
    run_putters(putting, job_count);
    tell_done_locked(putting, true);
    tell_empty(putting);
    print_sum(putting, began_ms);
    return code_of(putting);
}

static bool is_folder(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && S_ISDIR(file.st_mode);
}

int run_put(struct cli *cli)
{
    const char *owner = option(cli, "owner");
    struct putting putting = {
        .cli = cli,
        .owner = owner ? owner : standard_owner,
        .title = option(cli, "title"),
        .waits = option(cli, "wait"),
        .walk = {.cli = cli},
        .shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER}};
    const long online_count = sysconf(_SC_NPROCESSORS_ONLN);
    const long core_count = online_count > 0 ? online_count : 1;
    long long job_count;
    int code;

    if (!option_number(cli, "jobs", 1, JOB_LIMIT, core_count, &job_count)) {
        return EXIT_USAGE;
    }
    if (!option_timeout(cli, &putting.timeout_ms)) {
        return EXIT_USAGE;
    }
    if (putting.title && (cli->argument_count > 1 || is_folder(cli->arguments[0]))) {
        return usage(cli, "--title is for one picture");
    }
    code = open_store(cli);
    if (code == EXIT_DONE && putting.waits) {
        code = check_helper(cli);
    }
    if (code == EXIT_DONE) {
        code = put_all(&putting, job_count < JOB_LIMIT ? (size_t)job_count : JOB_LIMIT);
    }
    walk_let_go(&putting.walk);
    free(putting.outcomes);
    free(putting.told_counts);
    return code;
}
