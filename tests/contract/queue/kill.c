/* SPDX-License-Identifier: Apache-2.0 */
/* Kills processes that share a queue: queue-kill KILLS [SEED]. */
#include "kill.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "os/clock.h"
#include "support/suite.h"

enum {
    PROCESSES = 3,
    LONGEST_LIFE_MS = 50,
    ALL_AT_ONCE_EVERY = 10,
    STOP_EVERY = 15,
    STOP_MS = 700,
    DRAIN_S = 60,
    PATH_BYTES = 300
};

struct soak {
    char folder[64];
    pid_t pids[PROCESSES];
    int ledger_count;
    unsigned seed;
    int kill_count;
};

/* What the ledgers say of one job. */
struct entry {
    struct fox_id id;
    char letter;
};

struct entries {
    struct entry *entries;
    size_t count, capacity;
};

static void rest_ms(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    (void)nanosleep(&time, NULL);
}

static void ledger_path(const struct soak *soak, int number, char path[PATH_BYTES])
{
    (void)snprintf(path, PATH_BYTES, "%s/ledger-%d", soak->folder, number);
}

/* The same program, begun anew: a child of a fork alone would share what its parent opened. */
static pid_t start(struct soak *soak)
{
    char ledger[PATH_BYTES];
    pid_t pid;

    ledger_path(soak, soak->ledger_count++, ledger);
    pid = fork();
    if (pid == 0) {
        (void)execl("/proc/self/exe", "queue-kill", "--work", soak->folder, ledger, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

static void reap(pid_t pid, bool was_killed)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
    } else {
        assert_true(was_killed && WTERMSIG(status) == SIGKILL);
    }
}

static void kill_some(struct soak *soak, int first, int end)
{
    for (int i = first; i < end; i++) {
        assert_int_equal(kill(soak->pids[i], SIGKILL), 0);
    }
    for (int i = first; i < end; i++) {
        reap(soak->pids[i], true);
        soak->pids[i] = start(soak);
        soak->kill_count++;
    }
}

/* Longer than its leases: what it then wants to end is somebody else's. */
static void stop_one(struct soak *soak, int victim)
{
    assert_int_equal(kill(soak->pids[victim], SIGSTOP), 0);
    rest_ms(STOP_MS);
    assert_int_equal(kill(soak->pids[victim], SIGCONT), 0);
}

static void kill_and_start(struct soak *soak, int kills)
{
    for (int round = 1; soak->kill_count < kills; round++) {
        const int victim = rand_r(&soak->seed) % PROCESSES;

        rest_ms(5 + rand_r(&soak->seed) % LONGEST_LIFE_MS);
        if (round % STOP_EVERY == 0) {
            stop_one(soak, victim);
        } else if (round % ALL_AT_ONCE_EVERY == 0) {
            kill_some(soak, 0, PROCESSES);
        } else {
            kill_some(soak, victim, victim + 1);
        }
    }
}

static void drain(struct soak *soak)
{
    char path[PATH_BYTES];
    int file;

    (void)snprintf(path, sizeof path, "%s/%s", soak->folder, KILL_STOP_FILE);
    file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    (void)close(file);
    (void)alarm(DRAIN_S);
    for (int i = 0; i < PROCESSES; i++) {
        reap(soak->pids[i], false);
    }
    (void)alarm(0);
}

static void read_ledger(const char *path, struct entries *entries)
{
    FILE *file = fopen(path, "re");
    char line[LEDGER_LINE + 2];

    while (file && fgets(line, sizeof line, file)) {
        struct entry entry = {.letter = line[0]};

        line[strcspn(line, "\n")] = '\0';
        assert_true(fox_id_parse(&entry.id, line + 2));
        if (entries->count == entries->capacity) {
            entries->capacity = entries->capacity ? entries->capacity * 2 : 1024;
            entries->entries =
                reallocarray(entries->entries, entries->capacity, sizeof *entries->entries);
            assert_non_null(entries->entries);
        }
        entries->entries[entries->count++] = entry;
    }
    if (file) {
        (void)fclose(file);
    }
}

static int compare_entries(const void *one, const void *other)
{
    const struct entry *left = one, *right = other;
    const int order = memcmp(&left->id, &right->id, sizeof left->id);

    return order != 0 ? order : left->letter - right->letter;
}

/* No end was acknowledged twice, and every put that was acknowledged is done. */
static void check_entries(struct fox_queue *queue, const struct entries *entries)
{
    int64_t counts[128] = {0};
    pxf_error err = {0};

    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->entries[i];
        AUTO(fox_job) job = {0};

        if (i > 0 && entry->letter == LEDGER_FINISHED) {
            assert_true(compare_entries(entry - 1, entry) != 0);
        }
        counts[(unsigned char)entry->letter & 127]++;
        assert_ok(fox_queue_find(queue, &entry->id, &job, &err));
        assert_int_equal(job.state, PXF_JOB_DONE);
        assert_string_equal(job.result, "{}");
    }
    printf("%" PRId64 " puts, %" PRId64 " leases, %" PRId64 " ends acknowledged\n",
           counts[LEDGER_PUT], counts[LEDGER_TAKEN], counts[LEDGER_FINISHED]);
    assert_true(counts[LEDGER_PUT] > 0 && counts[LEDGER_FINISHED] > 0);
}

static void check_all(struct soak *soak)
{
    const struct fox_queue_self self = {.process_id = {.bytes = {1}}};
    struct entries entries = {.count = 0};
    struct fox_env env = {.ctx = NULL};
    struct fox_queue *queue;
    struct fox_sql *db;
    char path[PATH_BYTES];
    pxf_error err = {0};

    for (int i = 0; i < soak->ledger_count; i++) {
        ledger_path(soak, i, path);
        read_ledger(path, &entries);
    }
    if (entries.count > 0) {
        qsort(entries.entries, entries.count, sizeof *entries.entries, compare_entries);
    }
    fox_os_env(&env);
    assert_ok(kill_open(&env, soak->folder, &db, &err));
    assert_ok(fox_sql_check(db, &err));
    assert_ok(fox_queue_open_sqlite(&queue, &env, db, &self, &err));
    assert_ok(fox_queue_check(queue, &err));
    check_entries(queue, &entries);
    fox_queue_close(queue);
    fox_sql_close(db);
    free(entries.entries);
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *ftw)
{
    (void)stat;
    (void)type;
    (void)ftw;
    return remove(path);
}

static int kills;
static unsigned seed;

static void whoever_is_killed_loses_no_job_and_ends_none_twice(void **state)
{
    struct soak soak = {.seed = seed};
    char live[PATH_BYTES];

    (void)state;
    (void)snprintf(soak.folder, sizeof soak.folder, "%s/pixelfox-kill-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(soak.folder));
    (void)snprintf(live, sizeof live, "%s/live", soak.folder);
    assert_int_equal(mkdir(live, 0700), 0);
    for (int i = 0; i < PROCESSES; i++) {
        soak.pids[i] = start(&soak);
    }
    kill_and_start(&soak, kills);
    drain(&soak);
    check_all(&soak);
    printf("%d kills\n", soak.kill_count);
    (void)nftw(soak.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_is_killed_loses_no_job_and_ends_none_twice),
    };

    if (argc == 4 && strcmp(argv[1], "--work") == 0) {
        return kill_work(argv[2], argv[3]);
    }
    kills = argc > 1 ? atoi(argv[1]) : 0;
    if (kills < 1) {
        fprintf(stderr, "usage: queue-kill KILLS [SEED]\n");
        return 2;
    }
    seed = argc > 2 ? (unsigned)atoi(argv[2]) : (unsigned)time(NULL);
    printf("queue-kill %d %u\n", kills, seed);
    (void)fflush(stdout);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
