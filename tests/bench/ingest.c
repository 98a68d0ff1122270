/* SPDX-License-Identifier: Apache-2.0 */
/* Stores files by many threads, copies them, or does the least that storing could be, and prints
 * how long it took. See tests/bench/run. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pixelfox/pixelfox.h>

#include "floor.h"

enum { THREAD_LIMIT = 64, COPY_BYTES = 256 << 10 };

/* What the threads share: each takes the next file until none is left. */
struct crowd {
    char **paths;
    size_t path_count;
    atomic_size_t next;
    const char *target;  /* a store or a folder */
    pxf_store *store;    /* NULL where files are copied */
    struct floor *floor; /* NULL where nothing is done beside the copy */
};

static double seconds_of(clockid_t id)
{
    struct timespec now;

    (void)clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench-ingest: %s: %s\n", what, why);
    exit(1);
}

static void put(const struct crowd *crowd, const char *path)
{
    pxf_error err;
    pxf_image *image = pxf_image_put_file(crowd->store, path, "bench", NULL, &err);

    if (!image || pxf_image_is_duplicate(image)) {
        give_up(path, image ? "it is there already" : err.message);
    }
    pxf_image_free(image);
}

static void put_least(const struct crowd *crowd, struct floor_hash *hash, const char *name)
{
    const char *why = floor_add(crowd->floor, hash, name);

    if (why) {
        give_up(name, why);
    }
}

static void write_all(int fd, const char *data, size_t size, const char *path)
{
    while (size > 0) {
        const ssize_t count = write(fd, data, size);

        if (count < 0) {
            give_up(path, strerror(errno));
        }
        data += count;
        size -= (size_t)count;
    }
}

/* As cp does it, and then fsync(); and what a put cannot do without, where that is asked for. */
static void copy(const struct crowd *crowd, const char *path, char *buffer)
{
    char target[4096];
    const char *name = strrchr(path, '/') + 1;
    const int from = open(path, O_RDONLY | O_CLOEXEC);
    struct floor_hash *hash = crowd->floor ? floor_hash_new() : NULL;
    int to;
    ssize_t count;

    (void)snprintf(target, sizeof target, "%s/%s", crowd->target, name);
    to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (from < 0 || to < 0) {
        give_up(from < 0 ? path : target, strerror(errno));
    }
    while ((count = read(from, buffer, COPY_BYTES)) > 0) {
        if (hash) {
            floor_hash_add(hash, buffer, (size_t)count);
        }
        write_all(to, buffer, (size_t)count, target);
    }
    if (count < 0 || fsync(to) != 0 || close(to) != 0) {
        give_up(target, strerror(errno));
    }
    (void)close(from);
    if (hash) {
        put_least(crowd, hash, name);
    }
}

static void *run(void *user)
{
    struct crowd *crowd = user;
    char *buffer = malloc(COPY_BYTES);
    size_t index;

    while (buffer && (index = atomic_fetch_add(&crowd->next, 1)) < crowd->path_count) {
        if (crowd->store) {
            put(crowd, crowd->paths[index]);
        } else {
            copy(crowd, crowd->paths[index], buffer);
        }
    }
    free(buffer);
    return NULL;
}

static void open_target(struct crowd *crowd, const char *what)
{
    pxf_error err;

    if (strcmp(what, "put") == 0) {
        crowd->store = pxf_store_open(crowd->target, NULL, &err);
        if (!crowd->store) {
            give_up(crowd->target, err.message);
        }
    }
    if (strcmp(what, "floor") == 0) {
        crowd->floor = floor_open(crowd->target);
        if (!crowd->floor) {
            give_up(crowd->target, "no database can be made there");
        }
    }
}

int main(int argc, char **argv)
{
    struct crowd crowd = {0};
    pthread_t threads[THREAD_LIMIT];
    const int count = argc > 4 ? atoi(argv[3]) : 0;
    double wall_s, cpu_s;

    if (count < 1 || count > THREAD_LIMIT) {
        fprintf(stderr, "usage: bench-ingest put|floor|copy TARGET THREADS FILE…\n");
        return 2;
    }
    crowd.target = argv[2];
    crowd.paths = argv + 4;
    crowd.path_count = (size_t)(argc - 4);
    open_target(&crowd, argv[1]);
    wall_s = seconds_of(CLOCK_MONOTONIC);
    cpu_s = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) {
        if (pthread_create(&threads[i], NULL, run, &crowd) != 0) {
            give_up("pthread_create", "no thread");
        }
    }
    for (int i = 0; i < count; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    wall_s = seconds_of(CLOCK_MONOTONIC) - wall_s;
    cpu_s = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu_s;
    printf("{\"wall_s\": %.4f, \"cpu_s\": %.4f}\n", wall_s, cpu_s);
    pxf_store_close(crowd.store);
    floor_close(crowd.floor);
    return 0;
}
