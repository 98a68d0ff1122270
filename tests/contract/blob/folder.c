/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

static bool exists(const char *path)
{
    struct stat stat;

    return lstat(path, &stat) == 0;
}

static void what_has_another_shape_is_listed_and_left_alone(void **state)
{
    static const char *const wanted[] = {
        ".hidden",  "a name with spaces", "day/%00",   "day/link",  "day/ours",
        "day/pipe", "deep/1/2/3/4/5/6/x", "odd\nname", "odd+ours/", "\xff\xfe"};
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    rig_put(rig, "day/ours", "ours");
    rig_put(rig, "deep/1/2/3/4/5/6/x", "deep");
    fox_scratch_make_folder(&rig->scratch, "pool/odd+ours");
    fox_scratch_put(&rig->scratch, "pool/odd+ours/#123", "lost");
    fox_scratch_put(&rig->scratch, "pool/.hidden", "x");
    fox_scratch_put(&rig->scratch, "pool/a name with spaces", "x");
    fox_scratch_put(&rig->scratch, "pool/odd\nname", "x");
    fox_scratch_put(&rig->scratch, "pool/\xff\xfe", "x");
    fox_scratch_put(&rig->scratch, "pool/day/%00", "x");
    assert_int_equal(symlink("/etc", rig_path(rig, "day/link")), 0);
    assert_int_equal(mkfifo(rig_path(rig, "day/pipe"), 0600), 0);
    fox_scratch_make_folder(&rig->scratch, "pool/empty");
    assert_ok(fox_blob_list(rig->blob, "", 100, &list, &err));
    assert_int_equal(list.count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < list.count; i++) {
        const char *key = list.entries[i].key;

        assert_string_equal(key, wanted[i]);
        assert_int_equal(list.entries[i].is_file, strcmp(key, "day/ours") == 0 ||
                                                      strcmp(key, ".hidden") == 0 ||
                                                      strncmp(key, "deep/", 5) == 0);
    }
    assert_fails(fox_blob_remove(rig->blob, "day/link", NULL, &err), PXF_INVALID);
    assert_fails(fox_blob_remove(rig->blob, "day/pipe", NULL, &err), PXF_INVALID);
    assert_fails(fox_blob_remove(rig->blob, "day", NULL, &err), PXF_INVALID);
    assert_true(exists(rig_path(rig, "day/link")));
    assert_true(exists(rig_path(rig, "day/pipe")));
}

static void what_a_killed_test_left_at_the_top_is_a_temporary(void **state)
{
    static const char trial[] = ".pixelfox-test-0193f3a1-0000-7000-8000-00000000000f";
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0}, left = {0};
    uint64_t freed_bytes = 0;
    char path[96];
    pxf_error err = {0};

    (void)snprintf(path, sizeof path, "pool/%s", trial);
    fox_scratch_put(&rig->scratch, path, "trial");
    fox_scratch_put(&rig->scratch, "pool/.pixelfox-test-mine", "x");
    assert_ok(fox_blob_list(rig->blob, "", 10, &list, &err));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entries[0].key, ".pixelfox-test-mine");
    assert_ok(fox_blob_list_temporaries(rig->blob, "", 10, &left, &err));
    assert_int_equal(left.count, 1);
    assert_string_equal(left.entries[0].key, trial);
    assert_ok(fox_blob_remove_temporary(rig->blob, trial, &freed_bytes, &err));
    assert_true(freed_bytes > 0);
    assert_false(exists(rig_path(rig, trial)));
}

static void pages_pass_over_what_cannot_be_a_key(void **state)
{
    struct rig *rig = *state;
    char cursor[64] = "";
    size_t count = 0, got;
    pxf_error err = {0};

    rig_put(rig, "a", "a");
    rig_put(rig, "z", "z");
    fox_scratch_make_folder(&rig->scratch, "pool/odd+ours");
    do {
        AUTO(fox_blob_list) list = {0};

        assert_ok(fox_blob_list(rig->blob, cursor, 1, &list, &err));
        got = list.count;
        count += got;
        if (got > 0) {
            (void)snprintf(cursor, sizeof cursor, "%s", list.entries[0].key);
        }
    } while (got > 0 && count < 10);
    assert_int_equal(count, 3);
}

static void a_tree_deeper_than_any_key_ends_the_walk(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0};
    char name[512] = "pool";
    pxf_error err = {0};

    for (int i = 0; i < 60; i++) {
        (void)strcat(name, "/d");
        fox_scratch_make_folder(&rig->scratch, name);
    }
    assert_ok(fox_blob_list(rig->blob, "", 100, &list, &err));
    assert_int_equal(list.count, 1);
    assert_false(list.entries[0].is_file);
}

static void strange_temporaries_are_not_listed(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "a", "real");
    AUTO(fox_blob_list) list = {0};
    pxf_error err = {0};

    assert_non_null(put);
    fox_scratch_put(&rig->scratch, "pool/.incoming/odd name", "x");
    fox_scratch_put(&rig->scratch, "pool/.incoming/.nfs00000001", "x");
    fox_scratch_make_folder(&rig->scratch, "pool/.incoming/folder");
    assert_int_equal(symlink("/etc/passwd", rig_path(rig, ".incoming/link")), 0);
    assert_ok(fox_blob_list_temporaries(rig->blob, "", 1, &list, &err));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.entries[0].key, "real");
    assert_fails(fox_blob_remove_temporary(rig->blob, "link", NULL, &err), PXF_INVALID);
}

static void a_dead_puts_temporary_can_be_removed(void **state)
{
    struct rig *rig = *state;
    uint64_t freed_bytes = 0;
    pxf_error err = {0};

    assert_true(mkdir(rig_path(rig, ".incoming"), 0700) == 0 || errno == EEXIST);
    fox_scratch_put(&rig->scratch, "pool/.incoming/dead", "left by a crash");
    assert_int_equal(rig_temporary_count(rig), 1);
    assert_ok(fox_blob_remove_temporary(rig->blob, "dead", &freed_bytes, &err));
    assert_true(freed_bytes >= 15);
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void a_link_inside_the_pool_leads_nowhere(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_source *source = NULL;
    struct fox_blob_stat stat;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "out/stolen", "t");
    pxf_error err = {0};

    fox_scratch_make_folder(&rig->scratch, "elsewhere");
    fox_scratch_put(&rig->scratch, "elsewhere/secret", "hush");
    assert_int_equal(symlink("../elsewhere", rig_path(rig, "out")), 0);
    assert_int_equal(symlink("../elsewhere/secret", rig_path(rig, "file")), 0);
    assert_fails(fox_blob_get(rig->blob, "out/secret", &source, &err), PXF_INVALID);
    assert_fails(fox_blob_get(rig->blob, "file", &source, &err), PXF_INVALID);
    assert_fails(fox_blob_stat(rig->blob, "file", &stat, &err), PXF_INVALID);
    assert_fails(fox_blob_remove(rig->blob, "out/secret", NULL, &err), PXF_INVALID);
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_UNAVAILABLE);
    assert_true(exists(fox_scratch_path(&rig->scratch, "elsewhere/secret")));
    assert_false(exists(fox_scratch_path(&rig->scratch, "elsewhere/stolen")));
}

static void a_linked_incoming_folder_is_not_followed(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    fox_scratch_make_folder(&rig->scratch, "elsewhere");
    (void)rmdir(rig_path(rig, ".incoming"));
    assert_int_equal(symlink("../elsewhere", rig_path(rig, ".incoming")), 0);
    assert_fails(fox_blob_put_open(rig->blob, "a", "t", &put, &err), PXF_UNAVAILABLE);
    assert_false(exists(fox_scratch_path(&rig->scratch, "elsewhere/t")));
}

struct remover {
    const char *paths[3];
    atomic_bool ends;
    atomic_size_t removed;
};

static void *remove_folders(void *ctx)
{
    struct remover *remover = ctx;

    while (!atomic_load(&remover->ends)) {
        for (size_t i = 0; i < 3; i++) {
            (void)atomic_fetch_add(&remover->removed, rmdir(remover->paths[i]) == 0);
        }
    }
    return NULL;
}

static void a_racing_removal_of_day_folders_loses_no_put(void **state)
{
    struct rig *rig = *state;
    struct remover remover = {.paths = {strdup(rig_path(rig, "original/2026/11")),
                                        strdup(rig_path(rig, "original/2026")),
                                        strdup(rig_path(rig, "original"))}};
    pthread_t thread;
    pxf_error err = {0};

    assert_int_equal(pthread_create(&thread, NULL, remove_folders, &remover), 0);
    for (int i = 0; i < 3000 && atomic_load(&remover.removed) < 300; i++) {
        rig_put(rig, "original/2026/11/a", "content");
        assert_true(rig_has(rig, "original/2026/11/a", "content"));
        assert_ok(fox_blob_remove(rig->blob, "original/2026/11/a", NULL, &err));
    }
    atomic_store(&remover.ends, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(atomic_load(&remover.removed) > 0);
    for (size_t i = 0; i < 3; i++) {
        free((char *)(uintptr_t)remover.paths[i]);
    }
}

static void a_folder_in_a_keys_place_is_no_success(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "day", "t");
    AUTO(fox_blob_put) *other = rig_open_put(rig, "file/inside", "t2");
    struct fox_blob_source *source = NULL;
    pxf_error err = {0};

    fox_scratch_make_folder(&rig->scratch, "pool/day");
    fox_scratch_put(&rig->scratch, "pool/file", "x");
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_EXISTS);
    assert_fails(fox_blob_put_finish(other, NULL, &err), PXF_UNAVAILABLE);
    assert_fails(fox_blob_get(rig->blob, "day", &source, &err), PXF_INVALID);
    assert_fails(fox_blob_get(rig->blob, "file/inside", &source, &err), PXF_NOT_FOUND);
}

static void a_temporary_that_vanished_cannot_be_published(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, "a", "t");
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "content", 7, &err));
    assert_int_equal(unlink(rig_path(rig, ".incoming/t")), 0);
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_UNAVAILABLE);
    assert_true(rig_is_absent(rig, "a"));
}

/* By a rename, or on NFS by a link: nothing is made or written in place. */
static void a_final_name_appears_at_once_and_whole(void **state)
{
    struct rig *rig = *state;
    _Alignas(struct inotify_event) char events[4096];
    const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    ssize_t size;
    const uint32_t way = rig->driver->is_nfs ? IN_CREATE : IN_MOVED_TO;
    size_t appeared = 0;

    rig_put(rig, "day/first", "makes the folder");
    assert_true(inotify_add_watch(watch, rig_path(rig, "day"),
                                  IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_DELETE) >= 0);
    rig_put(rig, "day/second", "content");
    size = read(watch, events, sizeof events);
    for (ssize_t at = 0; at < size;) {
        const struct inotify_event *event = (const struct inotify_event *)(void *)(events + at);

        if (event->mask != way) {
            fail_msg("something was made in place: event %x", event->mask);
        }
        appeared++;
        at += (ssize_t)(sizeof *event + event->len);
    }
    (void)close(watch);
    assert_int_equal(appeared, 1);
}

enum { THREADS = 8, PUTS = 20 };

struct putter {
    struct rig *rig;
    int number;
    bool is_broken;
};

static void *put_many(void *ctx)
{
    struct putter *putter = ctx;

    for (int i = 0; i < PUTS; i++) {
        AUTO(fox_blob_put) *put = NULL;
        char key[64], temporary[64];

        (void)snprintf(key, sizeof key, "day/%d/%d-%d", i % 2, putter->number, i);
        (void)snprintf(temporary, sizeof temporary, "p%d-%d", putter->number, i);
        if (fox_blob_put_open(putter->rig->blob, key, temporary, &put, NULL) != PXF_OK ||
            fox_blob_put_write(put, key, strlen(key), NULL) != PXF_OK ||
            fox_blob_put_finish(put, NULL, NULL) != PXF_OK) {
            putter->is_broken = true;
        }
    }
    return NULL;
}

/* They share the syncs of its folders. */
static void many_threads_publish_into_one_folder(void **state)
{
    struct rig *rig = *state;
    struct putter putters[THREADS] = {0};
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        putters[i] = (struct putter){.rig = rig, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, put_many, &putters[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(putters[i].is_broken);
    }
    for (int i = 0; i < THREADS * PUTS; i++) {
        char key[64];

        (void)snprintf(key, sizeof key, "day/%d/%d-%d", i % PUTS % 2, i / PUTS, i % PUTS);
        assert_true(rig_has(rig, key, key));
    }
}

RIG_TESTS(folder_tests, cmocka_unit_test(what_has_another_shape_is_listed_and_left_alone),
          cmocka_unit_test(what_a_killed_test_left_at_the_top_is_a_temporary),
          cmocka_unit_test(pages_pass_over_what_cannot_be_a_key),
          cmocka_unit_test(a_tree_deeper_than_any_key_ends_the_walk),
          cmocka_unit_test(strange_temporaries_are_not_listed),
          cmocka_unit_test(a_dead_puts_temporary_can_be_removed),
          cmocka_unit_test(a_link_inside_the_pool_leads_nowhere),
          cmocka_unit_test(a_linked_incoming_folder_is_not_followed),
          cmocka_unit_test(a_racing_removal_of_day_folders_loses_no_put),
          cmocka_unit_test(a_folder_in_a_keys_place_is_no_success),
          cmocka_unit_test(a_temporary_that_vanished_cannot_be_published),
          cmocka_unit_test(a_final_name_appears_at_once_and_whole),
          cmocka_unit_test(many_threads_publish_into_one_folder))
