/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/folder.h"
#include "os/life.h"

enum { PUTTERS = 2, WORKERS = 2, LEASE_MS = 400, PATH_BYTES = 300 };

struct child {
    const char *folder;
    int ledger;
    struct fox_env env;
    struct fox_fd live;
    struct fox_life *life;
    struct fox_sql *db;
    struct fox_queue *queue;
    atomic_bool is_over;
};

pxf_status kill_open(const struct fox_env *env, const char *folder, struct fox_sql **ret_db,
                     pxf_error *err)
{
    char path[PATH_BYTES], lock_path[PATH_BYTES];
    const struct fox_sqlite_options options = {
        .path = path,
        .lock_path = lock_path,
        .create = true,
    };

    (void)snprintf(path, sizeof path, "%s/catalog.sqlite", folder);
    (void)snprintf(lock_path, sizeof lock_path, "%s/catalog.lock", folder);
    return fox_sql_open_sqlite(ret_db, env, &options, err);
}

static bool is_dead(void *ctx, const struct fox_id *process_id)
{
    const struct child *child = ctx;
    char name[FOX_ID_TEXT_BYTES];
    bool is_alive = true;

    fox_id_format(name, process_id);
    return fox_life_test(&is_alive, &child->live, name, NULL) == PXF_OK && !is_alive;
}

/* One line is one write: a kill leaves it whole or not at all. */
static void note(struct child *child, char letter, const struct fox_id *id)
{
    char text[FOX_ID_TEXT_BYTES], line[LEDGER_LINE + 1];

    fox_id_format(text, id);
    (void)snprintf(line, sizeof line, "%c %s\n", letter, text);
    if (write(child->ledger, line, LEDGER_LINE) != LEDGER_LINE) {
        _exit(3);
    }
}

static void expect(bool is_right, const char *what, const pxf_error *err)
{
    if (!is_right) {
        fprintf(stderr, "queue-kill: %s: %s: %s\n", what, fox_status_name((pxf_status)err->status),
                err->message);
        _exit(1);
    }
}

static bool is_stopped(const struct child *child)
{
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof path, "%s/%s", child->folder, KILL_STOP_FILE);
    return access(path, F_OK) == 0;
}

static void rest(unsigned *seed, long most_us)
{
    const struct timespec time = {.tv_nsec = (long)rand_r(seed) % most_us * 1000};

    (void)nanosleep(&time, NULL);
}

static void *put_all(void *ctx)
{
    struct child *child = ctx;
    unsigned seed = (unsigned)getpid() ^ (unsigned)(uintptr_t)&seed;

    while (!is_stopped(child)) {
        char key[16];
        const struct fox_job_spec spec = {
            .kind = KILL_JOB,
            .unique_key = rand_r(&seed) % 4 ? NULL : key,
            .unique_policy = FOX_UNIQUE_REJECT,
            .priority = 1 + rand_r(&seed) % 3,
        };
        struct fox_id id;
        pxf_error err = {0};
        pxf_status status;

        (void)snprintf(key, sizeof key, "key-%d", rand_r(&seed) % 10);
        status = fox_queue_put(child->queue, &spec, &id, &err);
        expect(status == PXF_OK || status == PXF_EXISTS, "put", &err);
        if (status == PXF_OK) {
            note(child, LEDGER_PUT, &id);
        }
        rest(&seed, 3000);
    }
    return NULL;
}

/* Nine of ten end, one is handed back; a lease may have run out while the process was stopped. */
static void work_on(struct child *child, const struct fox_job *job, unsigned *seed)
{
    pxf_error err = {0};
    pxf_status status;

    note(child, LEDGER_TAKEN, &job->id);
    if (rand_r(seed) % 8 == 0) {
        rest(seed, 2000);
    }
    if (rand_r(seed) % 10 == 0) {
        status = fox_queue_release(child->queue, job, 0, &err);
        expect(status == PXF_OK || status == PXF_LOST, "release", &err);
        return;
    }
    status = fox_queue_finish(child->queue, job, "{}", &err);
    expect(status == PXF_OK || status == PXF_LOST, "finish", &err);
    if (status == PXF_OK) {
        note(child, LEDGER_FINISHED, &job->id);
    }
}

static pxf_status add_living(void *ctx, const struct fox_job_count *count, pxf_error *err)
{
    (void)err;
    if (count->state != PXF_JOB_DONE) {
        *(int64_t *)ctx += count->count;
    }
    return PXF_OK;
}

static bool is_drained(struct child *child)
{
    int64_t living_count = 0;
    pxf_error err = {0};

    expect(fox_queue_counts(child->queue, add_living, &living_count, &err) == PXF_OK, "counts",
           &err);
    return living_count == 0 && is_stopped(child);
}

static void *work_all(void *ctx)
{
    static const char *const kinds[] = {KILL_JOB};
    const struct fox_reserve reserve = {.kinds = kinds, .kind_count = 1, .lease_ms = LEASE_MS};
    struct child *child = ctx;
    unsigned seed = (unsigned)getpid() ^ (unsigned)(uintptr_t)&seed;

    while (!is_drained(child)) {
        AUTO(fox_job) job = {0};
        pxf_error err = {0};
        int64_t count;
        const pxf_status status = fox_queue_reserve(child->queue, &reserve, &job, &err);

        if (status == PXF_OK) {
            work_on(child, &job, &seed);
            continue;
        }
        expect(status == PXF_NOT_FOUND, "reserve", &err);
        fox_fail_clear(&err);
        expect(fox_queue_recover(child->queue, &count, &err) == PXF_OK, "recover", &err);
        rest(&seed, 1000);
    }
    return NULL;
}

/* Whoever sees the sign of life of a process sees it before its first job. */
static pxf_status come_alive(struct child *child, const char *ledger, pxf_error *err)
{
    char live[PATH_BYTES], name[FOX_ID_TEXT_BYTES];
    struct fox_queue_self self = {.node = "here", .is_dead = is_dead, .ctx = child};

    fox_os_env(&child->env);
    (void)snprintf(live, sizeof live, "%s/live", child->folder);
    TRY(fox_folder_open(&child->live, live, PXF_ORIGIN_STORE, err));
    TRY(fox_id_new(&self.process_id, &child->env, fox_env_now_ms(&child->env), err));
    fox_id_format(name, &self.process_id);
    TRY(fox_life_open(&child->life, &child->live, name, err));
    TRY(kill_open(&child->env, child->folder, &child->db, err));
    child->ledger = open(ledger, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return fox_queue_open_sqlite(&child->queue, &child->env, child->db, &self, err);
}

int kill_work(const char *folder, const char *ledger)
{
    struct child child = {.folder = folder};
    pthread_t threads[PUTTERS + WORKERS];
    pxf_error err = {0};

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    expect(come_alive(&child, ledger, &err) == PXF_OK, "open", &err);
    for (int i = 0; i < PUTTERS + WORKERS; i++) {
        if (pthread_create(&threads[i], NULL, i < PUTTERS ? put_all : work_all, &child) != 0) {
            return 1;
        }
    }
    for (int i = 0; i < PUTTERS + WORKERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    fox_queue_close(child.queue);
    fox_sql_close(child.db);
    fox_life_close(child.life);
    fox_fd_let_go(&child.live);
    (void)close(child.ledger);
    return 0;
}
