/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#include "out.h"

enum { LOOK_MS = 1000, RUNNING_SHOWN = 10 };

static json_t *counts_json(const struct cli *cli, const char *kind)
{
    json_t *object = json_object();

    put_text(object, "kind", kind);
    for (int state = PXF_JOB_SCHEDULED; state <= PXF_JOB_STRANDED; state++) {
        put_number(object, job_state_word((pxf_job_state)state),
                   pxf_job_count(cli->store, kind, (pxf_job_state)state, NULL));
    }
    return object;
}

static void print_counts(const struct cli *cli, const char *name, const char *kind)
{
    printf("%-18s", name);
    for (int state = PXF_JOB_SCHEDULED; state <= PXF_JOB_STRANDED; state++) {
        printf(" %10" PRId64, pxf_job_count(cli->store, kind, (pxf_job_state)state, NULL));
    }
    (void)fputc('\n', stdout);
}

static void print_running(const struct cli *cli)
{
    pxf_job *job = pxf_job_next(cli->store, PXF_JOB_RUNNING, NULL, NULL, NULL);

    for (int i = 0; job && i < RUNNING_SHOWN; i++) {
        pxf_job *next = pxf_job_next(cli->store, PXF_JOB_RUNNING, NULL, pxf_job_cursor(job), NULL);

        printf("%s  %-18s %5.1f %%  %s\n", pxf_job_id(job), pxf_job_kind(job),
               pxf_job_progress(job) / 10.0, pxf_job_node(job) ? pxf_job_node(job) : "");
        pxf_job_free(job);
        job = next;
    }
    pxf_job_free(job);
}

static void print_text(const struct cli *cli)
{
    printf("%-18s", "kind");
    for (int state = PXF_JOB_SCHEDULED; state <= PXF_JOB_STRANDED; state++) {
        printf(" %10s", job_state_word((pxf_job_state)state));
    }
    (void)fputc('\n', stdout);
    for (size_t i = 0; pxf_job_kind_name(i); i++) {
        print_counts(cli, pxf_job_kind_name(i), pxf_job_kind_name(i));
    }
    print_counts(cli, "all", NULL);
    print_running(cli);
    (void)fflush(stdout);
}

/* On a terminal until a signal ends it; once where the words go elsewhere. */
int run_jobs_top(struct cli *cli)
{
    const bool is_live = isatty(STDOUT_FILENO) && !cli->json;
    const int code = open_store(cli);

    if (code != EXIT_DONE) {
        return code;
    }
    for (size_t i = 0; cli->json && pxf_job_kind_name(i); i++) {
        print_json(counts_json(cli, pxf_job_kind_name(i)));
    }
    while (!cli->json) {
        fputs(is_live ? "\033[H\033[J" : "", stdout);
        print_text(cli);
        if (!is_live || is_interrupted() || ferror(stdout)) {
            break;
        }
        (void)poll(NULL, 0, LOOK_MS);
    }
    return is_interrupted() ? EXIT_SIGNAL : EXIT_DONE;
}
