/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room: never more than there is, said in words where there is none, and right to the byte. */

enum { PUTTERS = 8, PUTS = 6 };

struct race {
    struct kit *kit;
    int64_t max_bytes;
    atomic_int next, stored, full, other, beyond;
};

static void sample(struct race *race)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_find(race->kit->store, "local", &err);

    if (!pool ||
        (int64_t)(pxf_pool_used_bytes(pool) + pxf_pool_held_bytes(pool)) > race->max_bytes) {
        atomic_fetch_add(&race->beyond, 1);
    }
    pxf_pool_free(pool);
}

static void *put_some(void *ctx)
{
    struct race *race = ctx;

    for (int i = 0; i < PUTS; i++) {
        struct fox_picture_file file =
            fox_picture_png(60, 40, (uint32_t)atomic_fetch_add(&race->next, 1));
        pxf_error err = {0};
        pxf_image *image =
            pxf_image_put_bytes(race->kit->store, file.data, file.size, "ada", NULL, &err);

        atomic_fetch_add(image                    ? &race->stored
                         : err.status == PXF_FULL ? &race->full
                                                  : &race->other,
                         1);
        sample(race);
        pxf_image_free(image);
        fox_picture_file_let_go(&file);
    }
    return NULL;
}

static void many_puts_at_once_never_pass_the_limit(void **state)
{
    struct race race = {.kit = *state, .max_bytes = 200000};
    pthread_t threads[PUTTERS];

    storage_set(race.kit, "local", "max_bytes", "200000");
    for (int i = 0; i < PUTTERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_some, &race), 0);
    }
    for (int i = 0; i < PUTTERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&race.beyond), 0);
    assert_int_equal(atomic_load(&race.other), 0);
    assert_true(atomic_load(&race.stored) > 0);
    assert_true(atomic_load(&race.full) > 0);
    kit_assert_sound(race.kit, PXF_VERIFY_DEEP);
    kit_work(race.kit);
    assert_true(kit_pool_number(race.kit, "used_bytes") <= race.max_bytes);
    assert_int_equal(kit_pool_number(race.kit, "held_bytes"), 0);
    kit_assert_sound(race.kit, PXF_VERIFY_DEEP);
}

static void many_puts_of_one_owner_never_pass_his_quota(void **state)
{
    struct race race = {.kit = *state, .max_bytes = INT64_MAX};
    pthread_t threads[PUTTERS];
    pxf_error err = {0};

    assert_ok(pxf_store_set_text(race.kit->store, "ingest.max_owner_bytes", "200000", 0, &err));
    for (int i = 0; i < PUTTERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, put_some, &race), 0);
    }
    for (int i = 0; i < PUTTERS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&race.other), 0);
    assert_true(atomic_load(&race.full) > 0);
    assert_true(kit_pool_number(race.kit, "used_bytes") + kit_pool_number(race.kit, "held_bytes") <=
                200000);
    assert_int_equal(storage_event_count(race.kit, "pool_full"), 0);
    kit_assert_sound(race.kit, PXF_VERIFY_DEEP);
}

/* Puts until there is no room; how many there was room for. */
static uint32_t fill(struct kit *kit, uint32_t seed)
{
    uint32_t count = 0;
    pxf_error err = {0};

    for (;;) {
        struct fox_picture_file file = fox_picture_png(100, 80, seed + count);
        pxf_image *image = pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err);

        fox_picture_file_let_go(&file);
        if (!image) {
            break;
        }
        pxf_image_free(image);
        count++;
    }
    assert_int_equal(err.status, PXF_FULL);
    assert_true(strstr(err.message, "full") || strstr(err.message, "room") ||
                strstr(err.message, "left"));
    assert_null(strstr(err.message, kit->scratch.path));
    return count;
}

static void a_full_disk_says_full_once_and_goes_on_when_room_is_freed(void **state)
{
    struct kit *kit = *state;
    pxf_query *query;
    pxf_image *image;
    pxf_error err = {0};

    storage_make_disk(kit, "first", "1m");
    storage_add_pool(kit, "first", 1, 0);
    storage_set(kit, "local", "state", "read_only");
    assert_true(fill(kit, 0) > 0);
    for (uint32_t i = 0; i < 5; i++) {
        (void)fill(kit, 1000 * (i + 1));
    }
    assert_int_equal(storage_event_count(kit, "pool_full"), 1);
    query = pxf_query_new(kit->store, &err);
    while ((image = pxf_query_next(query, &err))) {
        assert_ok(pxf_image_remove(kit->store, pxf_image_id(image), &err));
        pxf_image_free(image);
    }
    pxf_query_free(query);
    kit_work(kit);
    assert_int_equal(storage_number(kit, "first", "used_bytes"), 0);
    assert_true(fill(kit, 100000) > 0);
    assert_int_equal(storage_event_count(kit, "pool_full"), 2);
}

static void a_full_limit_says_full_once(void **state)
{
    struct kit *kit = *state;

    storage_set(kit, "local", "max_bytes", "300000");
    assert_true(fill(kit, 0) > 0);
    for (uint32_t i = 0; i < 5; i++) {
        (void)fill(kit, 1000 * (i + 1));
    }
    assert_int_equal(storage_event_count(kit, "pool_full"), 1);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_pool_that_fills_up_in_the_middle_of_a_put_is_left_for_the_next(void **state)
{
    enum { SIDE_PX = 2000, PIECE = 1 << 20 };
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(SIDE_PX, SIDE_PX, 1);
    pxf_error err = {0};
    pxf_upload *upload;
    pxf_image *image;
    pxf_bytes *bytes;

    assert_true(file.size > 10 << 20);
    storage_make_disk(kit, "small", "10m");
    storage_add_pool(kit, "small", 1, 0);
    upload = pxf_upload_new(kit->store, "ada", &err);
    assert_non_null(upload);
    for (size_t at = 0; at < file.size; at += PIECE) {
        const size_t left = file.size - at;

        assert_ok(
            pxf_upload_append(upload, file.data + at, left < PIECE ? left : PIECE, NULL, &err));
        if (at == 0) {
            assert_true(storage_number(kit, "small", "held_bytes") > 0);
        }
    }
    image = pxf_upload_finish(upload, NULL, &err);
    assert_non_null(image);
    assert_string_equal(pxf_image_pool(image), "local");
    bytes = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
    assert_int_equal(pxf_bytes_size(bytes), file.size);
    assert_memory_equal(pxf_bytes_data(bytes), file.data, file.size);
    assert_int_equal(storage_number(kit, "small", "held_bytes"), 0);
    assert_int_equal(storage_number(kit, "small", "used_bytes"), 0);
    assert_int_equal(storage_event_count(kit, "pool_full"), 1);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_bytes_free(bytes);
    pxf_image_free(image);
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
}

static void variants_that_find_no_room_in_their_pool_go_to_another(void **state)
{
    struct kit *kit = *state;
    pxf_image *put, *made;

    storage_make_disk(kit, "first", "1m");
    storage_add_pool(kit, "first", 1, 0);
    put = kit_put(kit, "ada", 200, 150, 1);
    assert_string_equal(pxf_image_pool(put), "first");
    storage_plant(kit, "first/ballast",
                  (size_t)storage_free_bytes(kit, "first") / 4096 * 4096 - 4096);
    made = kit_wait(put, PXF_IMAGE_READY);
    assert_int_equal(pxf_image_variant_count(made), 8);
    assert_true(kit_pool_number(kit, "used_bytes") > 0);
    assert_int_equal(storage_number(kit, "first", "held_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    pxf_image_free(made);
    pxf_image_free(put);
}

static void a_smaller_limit_stops_new_pictures_and_no_old_ones(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct fox_picture_file file = fox_picture_png(40, 30, 2);
    pxf_error err = {0};

    assert_ok(pxf_store_set_text(kit->store, "ingest.max_owner_bytes", "1", 0, &err));
    assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err));
    assert_int_equal(err.status, PXF_FULL);
    assert_true(strstr(err.message, "ada") != NULL);
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(image), &err));
    kit_work(kit);
    assert_int_equal(kit_pool_number(kit, "used_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    assert_ok(pxf_store_set_text(kit->store, "ingest.max_owner_bytes", NULL, 0, &err));
    (void)storage_put(kit, 3, NULL);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    fox_picture_file_let_go(&file);
    pxf_image_free(image);
}

static void deleting_twice_and_while_it_is_made_gives_back_once(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    char ids[3][40];

    for (uint32_t i = 0; i < 3; i++) {
        (void)storage_put(kit, i, ids[i]);
    }
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 3; i++) {
            assert_ok(pxf_image_remove(kit->store, ids[i], &err));
        }
    }
    kit_work(kit);
    for (int i = 0; i < 3; i++) {
        assert_fails(pxf_image_remove(kit->store, ids[i], &err), PXF_NOT_FOUND);
    }
    assert_int_equal(kit_pool_number(kit, "used_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "image_count"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void pools_beside_each_other_use_what_their_files_take(void **state)
{
    struct kit *kit = *state;
    int64_t used = 0;

    storage_add_pool(kit, "first", 100, 0);
    storage_set(kit, "local", "max_bytes", "100000000");
    for (uint32_t i = 0; i < 6; i++) {
        pxf_image *image = storage_make(kit, i);

        used += (int64_t)pxf_image_bytes(image);
        for (size_t v = 0; v < pxf_image_variant_count(image); v++) {
            used += (int64_t)pxf_variant_bytes(pxf_image_variant(image, v));
        }
        pxf_image_free(image);
    }
    assert_int_equal(storage_number(kit, "first", "used_bytes") +
                         storage_number(kit, "local", "used_bytes"),
                     used);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_room, IN_STORE(many_puts_at_once_never_pass_the_limit),
      IN_STORE(many_puts_of_one_owner_never_pass_his_quota),
      IN_STORE(a_full_disk_says_full_once_and_goes_on_when_room_is_freed),
      IN_STORE(a_full_limit_says_full_once),
      IN_STORE(a_pool_that_fills_up_in_the_middle_of_a_put_is_left_for_the_next),
      IN_STORE(variants_that_find_no_room_in_their_pool_go_to_another),
      IN_STORE(a_smaller_limit_stops_new_pictures_and_no_old_ones),
      IN_STORE(deleting_twice_and_while_it_is_made_gives_back_once),
      IN_STORE(pools_beside_each_other_use_what_their_files_take))
