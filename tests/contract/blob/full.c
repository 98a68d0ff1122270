/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

enum { ROOM = 1 << 20, PIECE = 64 << 10 };

static char piece[PIECE];

/* Writes until the pool is full; says how. */
static pxf_status fill(struct fox_blob_put *put, pxf_error *err)
{
    memset(piece, 'x', sizeof piece);
    for (;;) {
        TRY(fox_blob_put_write(put, piece, sizeof piece, err));
    }
}

static void a_full_pool_says_full_and_keeps_what_it_accepted(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = NULL;
    struct fox_reader reader;
    char back[PIECE];
    pxf_error err = {0};
    uint64_t size;

    rig_make_small(rig, ROOM);
    put = rig_open_put(rig, "big", "t");
    assert_fails(fill(put, &err), PXF_FULL);
    size = fox_blob_put_size(put);
    assert_in_range(size, ROOM / 2, ROOM);
    reader = fox_blob_put_reader(put);
    assert_int_equal(reader.size, size);
    for (uint64_t at = 0; at < size; at += PIECE) {
        size_t got;

        assert_ok(fox_reader_read(&reader, at, back, PIECE, &got, &err));
        assert_int_equal(got, PIECE);
        assert_memory_equal(back, piece, PIECE);
    }
    assert_fails(fox_blob_put_write(put, "x", 1, &err), PXF_INVALID);
    assert_fails(fox_blob_put_finish(put, NULL, &err), PXF_INVALID);
    assert_true(rig_is_absent(rig, "big"));
}

static void a_failed_put_gives_its_room_back(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_health before, after;
    pxf_error err = {0};

    rig_make_small(rig, ROOM);
    rig_put(rig, "warm-up", "makes folders");
    assert_ok(fox_blob_look(rig->blob, &before, &err));
    for (int i = 0; i < 3; i++) {
        struct fox_blob_put *put = rig_open_put(rig, "big", "t");

        assert_fails(fill(put, &err), PXF_FULL);
        fox_blob_put_free(put);
    }
    assert_ok(fox_blob_look(rig->blob, &after, &err));
    assert_int_equal(before.disk_free_bytes, after.disk_free_bytes);
    rig_put(rig, "small", "fits");
    assert_true(rig_has(rig, "small", "fits"));
}

static void removing_makes_room_in_a_full_pool(void **state)
{
    struct rig *rig = *state;
    AUTO(fox_blob_put) *put = NULL;
    uint64_t freed_bytes = 0;
    pxf_error err = {0};
    int count = 0;

    rig_make_small(rig, ROOM);
    for (pxf_status status = PXF_OK; status == PXF_OK; count++) {
        AUTO(fox_blob_put) *next = NULL;
        char key[16], temporary[16];

        (void)snprintf(key, sizeof key, "k%d", count);
        (void)snprintf(temporary, sizeof temporary, "t%d", count);
        status = fox_blob_put_open(rig->blob, key, temporary, &next, &err);
        if (status == PXF_OK) {
            status = fox_blob_put_write(next, piece, sizeof piece, &err);
        }
        if (status == PXF_OK) {
            status = fox_blob_put_finish(next, NULL, &err);
        }
    }
    assert_int_equal(err.status, PXF_FULL);
    fox_fail_clear(&err);
    assert_true(count > 8);
    assert_ok(fox_blob_remove(rig->blob, "k0", &freed_bytes, &err));
    assert_int_equal(freed_bytes, PIECE);
    put = rig_open_put(rig, "k0", "t");
    assert_ok(fox_blob_put_write(put, piece, sizeof piece, &err));
    assert_ok(fox_blob_put_finish(put, NULL, &err));
}

static void what_is_freed_is_what_becomes_free(void **state)
{
    struct rig *rig = *state;
    struct fox_blob_health before, after;
    uint64_t sum = 0;
    pxf_error err = {0};

    rig_make_small(rig, 4 * ROOM);
    for (int i = 0; i < 100; i++) {
        char key[16], text[200];

        (void)snprintf(key, sizeof key, "day/k%d", i);
        memset(text, 'x', sizeof text);
        text[i + 1] = '\0';
        rig_put(rig, key, text);
    }
    assert_ok(fox_blob_look(rig->blob, &before, &err));
    for (int i = 0; i < 100; i++) {
        uint64_t freed_bytes = 0;
        char key[16];

        (void)snprintf(key, sizeof key, "day/k%d", i);
        assert_ok(fox_blob_remove(rig->blob, key, &freed_bytes, &err));
        sum += freed_bytes;
    }
    assert_ok(fox_blob_look(rig->blob, &after, &err));
    assert_true(sum > 0);
    assert_int_equal(after.disk_free_bytes - before.disk_free_bytes, sum);
}

RIG_TESTS(full_tests, cmocka_unit_test(a_full_pool_says_full_and_keeps_what_it_accepted),
          cmocka_unit_test(a_failed_put_gives_its_room_back),
          cmocka_unit_test(removing_makes_room_in_a_full_pool),
          cmocka_unit_test(what_is_freed_is_what_becomes_free))
