/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

#define KEY "original/2026/11/25/0193f3a1-0000-7000-8000-000000000001.jpg"

static void what_is_finished_is_read(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    struct fox_blob_stat stat = {0}, again = {0};
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "the quick ", 10, &err));
    assert_ok(fox_blob_put_write(put, "", 0, &err));
    assert_ok(fox_blob_put_write(put, "brown fox", 9, &err));
    assert_int_equal(fox_blob_put_size(put), 19);
    assert_ok(fox_blob_put_finish(put, &stat, &err));
    assert_int_equal(stat.size, 19);
    assert_true(rig_has(rig, KEY, "the quick brown fox"));
    assert_ok(fox_blob_stat(rig->blob, KEY, &again, &err));
    assert_int_equal(again.size, 19);
    assert_int_equal(again.modified_ms, stat.modified_ms);
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void an_empty_blob_is_a_blob(void **state)
{
    struct rig *rig = *state;

    rig_put(rig, "empty", "");
    assert_true(rig_has(rig, "empty", ""));
}

static void nothing_stands_under_the_key_before_the_end(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    pxf_error err = {0};

    assert_true(rig_is_absent(rig, KEY));
    assert_ok(fox_blob_put_write(put, "half", 4, &err));
    assert_true(rig_is_absent(rig, KEY));
    assert_int_equal(rig_temporary_count(rig), 1);
}

static void what_is_not_finished_leaves_nothing(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_list) list = {0};
    struct fox_blob_put *put = rig_open_put(rig, KEY, "one");
    pxf_error err = {0};

    assert_ok(fox_blob_put_write(put, "half", 4, &err));
    fox_blob_put_free(put);
    fox_blob_put_free(NULL);
    assert_true(rig_is_absent(rig, KEY));
    assert_int_equal(rig_temporary_count(rig), 0);
    assert_ok(fox_blob_list(rig->blob, "", 10, &list, &err));
    assert_int_equal(list.count, 0);
}

static void a_key_is_never_replaced(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "two");
    pxf_error err = {0};

    rig_put(rig, KEY, "first");
    assert_ok(fox_blob_put_write(put, "second", 6, &err));
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_EXISTS);
    assert_true(rig_has(rig, KEY, "first"));
    assert_int_equal(rig_temporary_count(rig), 1);
    assert_ok(fox_blob_remove(rig->blob, KEY, NULL, &err));
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    assert_true(rig_has(rig, KEY, "second"));
    assert_int_equal(rig_temporary_count(rig), 0);
}

static void a_temporary_key_is_held_by_one_put(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    struct fox_blob_put *other = NULL;
    pxf_error err = {0};

    assert_fails(fox_blob_put_open(rig->blob, "other", "one", &other, &err), PXF_EXISTS);
    assert_null(other);
    other = rig_open_put(rig, KEY, "two");
    fox_blob_put_free(other);
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    other = rig_open_put(rig, "other", "one");
    fox_blob_put_free(other);
}

static void what_was_accepted_can_be_read_back(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    struct fox_reader reader;
    char back[8];
    size_t size;
    pxf_error err = {0};

    reader = fox_blob_put_reader(put);
    assert_int_equal(reader.size, 0);
    assert_ok(fox_blob_put_write(put, "0123456789", 10, &err));
    reader = fox_blob_put_reader(put);
    assert_int_equal(reader.size, 10);
    assert_ok(fox_reader_read(&reader, 4, back, sizeof back, &size, &err));
    assert_int_equal(size, 6);
    assert_memory_equal(back, "456789", 6);
    assert_ok(fox_blob_put_write(put, "ab", 2, &err));
    assert_ok(fox_reader_read(&reader, 10, back, sizeof back, &size, &err));
    assert_int_equal(size, 0);
    reader = fox_blob_put_reader(put);
    assert_ok(fox_reader_read(&reader, 10, back, sizeof back, &size, &err));
    assert_memory_equal(back, "ab", 2);
}

static void a_finished_put_takes_no_more(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    pxf_error err = {0};

    assert_ok(fox_blob_put_finish(put, NULL, &err));
    assert_fails(fox_blob_put_write(put, "x", 1, &err), PXF_INVALID);
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_INVALID);
    assert_true(rig_has(rig, KEY, ""));
}

static void a_large_blob_is_whole(void **state)
{
    enum { PIECE = 70001, PIECES = 40 };
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = rig_open_put(rig, KEY, "one");
    AUTO(fox_blob_source) *source = NULL;
    char *piece = malloc(PIECE), *back = malloc(PIECE);
    pxf_error err = {0};

    for (int i = 0; i < PIECES; i++) {
        memset(piece, 'a' + i, PIECE);
        assert_ok(fox_blob_put_write(put, piece, PIECE, &err));
    }
    assert_ok(fox_blob_put_finish(put, NULL, &err));
    assert_ok(fox_blob_get(rig->blob, KEY, &source, &err));
    for (int i = PIECES - 1; i >= 0; i--) {
        size_t size;

        memset(piece, 'a' + i, PIECE);
        assert_ok(fox_reader_read(fox_blob_source_reader(source), (uint64_t)i * PIECE, back, PIECE,
                                  &size, &err));
        assert_int_equal(size, PIECE);
        assert_memory_equal(piece, back, PIECE);
    }
    free(piece);
    free(back);
}

static void keys_that_could_leave_the_pool_are_refused_by_all(void **state)
{
    static const char *const bad[] = {"",
                                      "/",
                                      "/etc/passwd",
                                      "..",
                                      ".",
                                      "a/..",
                                      "../a",
                                      "a/../b",
                                      "a/./b",
                                      "a//b",
                                      "a/",
                                      "a b",
                                      "a\nb",
                                      "\xc3\xa4",
                                      "a\\b",
                                      "a%2fb",
                                      "caf\xe9",
                                      "a+b",
                                      ".incoming",
                                      ".incoming/x",
                                      ".Incoming/x",
                                      ".pixelfox-pool",
                                      ".PIXELFOX-pool",
                                      ".pixelfox-pool/x"};
    struct rig *rig = *state;
    char longest[FOX_KEY_LIMIT + 2], component[300];
    struct fox_blob_put *put = NULL;
    struct fox_blob_source *source = NULL;
    struct fox_blob_stat stat;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AUTO(fox_str) path = {0};

        assert_fails(fox_blob_put_open(rig->blob, bad[i], "t", &put, &err), PXF_INVALID);
        assert_fails(fox_blob_get(rig->blob, bad[i], &source, &err), PXF_INVALID);
        assert_fails(fox_blob_stat(rig->blob, bad[i], &stat, &err), PXF_INVALID);
        assert_fails(fox_blob_remove(rig->blob, bad[i], NULL, &err), PXF_INVALID);
        assert_fails(fox_blob_path(rig->blob, bad[i], &path, &err), PXF_INVALID);
    }
    memset(component, 'x', sizeof component);
    component[256] = '\0';
    assert_fails(fox_blob_stat(rig->blob, component, &stat, &err), PXF_INVALID);
    component[255] = '\0';
    assert_fails(fox_blob_stat(rig->blob, component, &stat, &err), PXF_NOT_FOUND);
    for (size_t i = 0; i < sizeof longest; i++) {
        longest[i] = i % 100 == 99 ? '/' : 'x';
    }
    longest[FOX_KEY_LIMIT + 1] = '\0';
    assert_fails(fox_blob_stat(rig->blob, longest, &stat, &err), PXF_INVALID);
    longest[FOX_KEY_LIMIT] = '\0';
    rig_put(rig, longest, "long");
    assert_true(rig_has(rig, longest, "long"));
}

static void temporary_keys_are_single_names(void **state)
{
    static const char *const bad[] = {"", ".", "..", "a/b", "/a", "a b", "../x"};
    struct rig *rig = *state;
    struct fox_blob_put *put = NULL;
    pxf_error err = {0};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(fox_blob_put_open(rig->blob, "a", bad[i], &put, &err), PXF_INVALID);
        assert_fails(fox_blob_remove_temporary(rig->blob, bad[i], NULL, &err), PXF_INVALID);
    }
    assert_null(put);
}

static void odd_but_fine_keys_work(void **state)
{
    static const char *const fine[] = {"aa",  "A/B.c/-_-",      "...", "a/.hidden", ".incoming2/x",
                                       "..a", "1/2/3/4/5/6/7/8"};
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        rig_put(rig, fine[i], fine[i]);
    }
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
        assert_true(rig_has(rig, fine[i], fine[i]));
    }
}

enum { THREADS = 4, ROUNDS = 25 };

struct racer {
    struct rig *rig;
    int number;
    atomic_int *wins;
    bool is_broken;
};

/* Each round all try for one key; the winner's bytes must stay. */
static void *race(void *ctx)
{
    struct racer *racer = ctx;

    for (int round = 0; round < ROUNDS; round++) {
        AUTO(fox_blob_put) *put = NULL;
        char key[64], temporary[64], text[32];
        pxf_status status;

        (void)snprintf(key, sizeof key, "race/%d/key", round);
        (void)snprintf(temporary, sizeof temporary, "t%d-%d", round, racer->number);
        (void)snprintf(text, sizeof text, "racer %d", racer->number);
        if (fox_blob_put_open(racer->rig->blob, key, temporary, &put, NULL) != PXF_OK ||
            fox_blob_put_write(put, text, strlen(text), NULL) != PXF_OK) {
            racer->is_broken = true;
            return NULL;
        }
        status = fox_blob_put_finish(put, NULL, NULL);
        if (status == PXF_OK && atomic_exchange(&racer->wins[round], racer->number) != 0) {
            racer->is_broken = true;
        }
        racer->is_broken = racer->is_broken || (status != PXF_OK && status != PXF_EXISTS);
    }
    return NULL;
}

static void of_two_puts_of_one_key_one_wins(void **state)
{
    struct rig *rig = *state;
    atomic_int wins[ROUNDS] = {0};
    struct racer racers[THREADS] = {0};
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.rig = rig, .number = i + 1, .wins = wins};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_false(racers[i].is_broken);
    }
    for (int round = 0; round < ROUNDS; round++) {
        char key[64], text[32];

        (void)snprintf(key, sizeof key, "race/%d/key", round);
        (void)snprintf(text, sizeof text, "racer %d", atomic_load(&wins[round]));
        assert_true(rig_has(rig, key, text));
    }
    assert_int_equal(rig_temporary_count(rig), 0);
}

RIG_TESTS(put_tests, cmocka_unit_test(what_is_finished_is_read),
          cmocka_unit_test(an_empty_blob_is_a_blob),
          cmocka_unit_test(nothing_stands_under_the_key_before_the_end),
          cmocka_unit_test(what_is_not_finished_leaves_nothing),
          cmocka_unit_test(a_key_is_never_replaced),
          cmocka_unit_test(a_temporary_key_is_held_by_one_put),
          cmocka_unit_test(what_was_accepted_can_be_read_back),
          cmocka_unit_test(a_finished_put_takes_no_more), cmocka_unit_test(a_large_blob_is_whole),
          cmocka_unit_test(keys_that_could_leave_the_pool_are_refused_by_all),
          cmocka_unit_test(temporary_keys_are_single_names),
          cmocka_unit_test(odd_but_fine_keys_work),
          cmocka_unit_test(of_two_puts_of_one_key_one_wins))
