/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The journey of a picture: put, listed, rendered, read, deleted. */

static void a_picture_becomes_eight_variants(void **state)
{
    struct kit *kit = *state;
    pxf_image *put = kit_put(kit, "ada", 640, 480, 1);
    pxf_image *image = kit_wait(put, PXF_IMAGE_READY);

    assert_int_equal(pxf_image_variant_count(image), 8);
    for (size_t i = 0; i < 8; i++) {
        const pxf_variant *variant = pxf_image_variant(image, i);
        struct stat file;

        assert_null(pxf_variant_skip_reason(variant));
        assert_int_equal(stat(pxf_variant_path(variant), &file), 0);
        assert_int_equal((uint64_t)file.st_size, pxf_variant_bytes(variant));
    }
    assert_int_equal(pxf_variant_width_px(pxf_image_variant(image, 0)), 640);
    assert_int_equal(pxf_variant_height_px(pxf_image_variant(image, 0)), 480);
    assert_int_equal(pxf_variant_width_px(pxf_image_find_variant(image, "thumbnail_small_webp")),
                     200);
    assert_int_equal(kit_file_count(kit), 9);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
    pxf_image_free(put);
}

static void an_original_is_kept_bit_for_bit(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(300, 200, 7);
    pxf_error err = {0};
    pxf_image *image = pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err);
    pxf_bytes *whole, *part;

    assert_non_null(image);
    whole = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
    assert_non_null(whole);
    assert_int_equal(pxf_bytes_size(whole), file.size);
    assert_memory_equal(pxf_bytes_data(whole), file.data, file.size);
    part = pxf_image_read(image, PXF_FOR_OWNER, file.size - 10, 100, NULL, &err);
    assert_int_equal(pxf_bytes_size(part), 10);
    assert_memory_equal(pxf_bytes_data(part), file.data + file.size - 10, 10);
    pxf_bytes_free(part);
    pxf_bytes_free(whole);
    pxf_image_free(image);
    fox_picture_file_let_go(&file);
}

static void the_same_bytes_of_one_owner_are_one_image(void **state)
{
    struct kit *kit = *state;
    pxf_image *first = kit_put(kit, "ada", 100, 80, 3);
    pxf_image *again = kit_put(kit, "ada", 100, 80, 3);
    pxf_image *other = kit_put(kit, "bob", 100, 80, 3);

    assert_false(pxf_image_is_duplicate(first));
    assert_true(pxf_image_is_duplicate(again));
    assert_string_equal(pxf_image_id(first), pxf_image_id(again));
    assert_false(pxf_image_is_duplicate(other));
    assert_string_not_equal(pxf_image_id(first), pxf_image_id(other));
    assert_int_equal(kit_file_count(kit), 2);
    pxf_image_free(first);
    pxf_image_free(again);
    pxf_image_free(other);
}

static void an_image_is_hidden_at_once_and_then_gone(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put = kit_put(kit, "ada", 200, 100, 4);
    pxf_image *image = kit_wait(put, PXF_IMAGE_READY);
    pxf_query *query;

    assert_ok(pxf_image_remove(kit->store, pxf_image_id(put), &err));
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(put), &err));
    query = pxf_query_new(kit->store, &err);
    assert_null(pxf_query_next(query, &err));
    assert_int_equal(err.status, PXF_OK);
    pxf_query_free(query);
    kit_work(kit);
    assert_null(pxf_image_find(kit->store, pxf_image_id(put), &err));
    assert_int_equal(err.status, PXF_NOT_FOUND);
    assert_int_equal(kit_file_count(kit), 0);
    assert_int_equal(kit_pool_number(kit, "used_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_QUICK);
    pxf_image_free(image);
    pxf_image_free(put);
}

static void what_was_deleted_can_be_put_again(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put = kit_put(kit, "ada", 60, 60, 5);
    pxf_image *again;

    assert_ok(pxf_image_remove(kit->store, pxf_image_id(put), &err));
    again = kit_put(kit, "ada", 60, 60, 5);
    assert_false(pxf_image_is_duplicate(again));
    kit_work(kit);
    pxf_image_free(put);
    put = kit_wait(again, PXF_IMAGE_READY);
    assert_int_equal(kit_file_count(kit), 9);
    pxf_image_free(put);
    pxf_image_free(again);
}

static void an_owner_is_removed_with_all_that_is_his(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    for (uint32_t i = 0; i < 5; i++) {
        pxf_image_free(kit_put(kit, "ada", 40, 40, 10 + i));
    }
    pxf_image_free(kit_put(kit, "bob", 40, 40, 99));
    assert_ok(pxf_image_remove_owner(kit->store, "ada", &err));
    kit_work(kit);
    assert_int_equal(kit_file_count(kit), 9); /* bob's */
    assert_int_equal(kit_pool_number(kit, "image_count"), 1);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static void a_list_shows_the_newest_first_and_goes_on_behind_a_cursor(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_query *query;
    pxf_image *images[3];
    char cursor[128];

    for (uint32_t i = 0; i < 3; i++) {
        pxf_image_free(kit_put(kit, "ada", 30, 30, 20 + i));
    }
    query = pxf_query_new(kit->store, &err);
    for (int i = 0; i < 3; i++) {
        images[i] = pxf_query_next(query, &err);
        assert_non_null(images[i]);
    }
    assert_null(pxf_query_next(query, &err));
    assert_true(pxf_image_created_ms(images[0]) >= pxf_image_created_ms(images[2]));
    (void)strcpy(cursor, pxf_image_cursor(images[0]));
    pxf_query_free(query);
    query = pxf_query_new(kit->store, &err);
    assert_ok(pxf_query_set_cursor(query, cursor, &err));
    for (int i = 1; i < 3; i++) {
        pxf_image *image = pxf_query_next(query, &err);

        assert_string_equal(pxf_image_id(image), pxf_image_id(images[i]));
        pxf_image_free(image);
    }
    pxf_query_free(query);
    for (int i = 0; i < 3; i++) {
        pxf_image_free(images[i]);
    }
}

static void events_tell_the_journey_in_order(void **state)
{
    static const char *const kinds[] = {"image_uploaded", "image_processed", "image_deleted",
                                        "image_removed"};
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put = kit_put(kit, "ada", 50, 50, 30);
    char cursor[32] = "";

    pxf_image_free(kit_wait(put, PXF_IMAGE_READY));
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(put), &err));
    kit_work(kit);
    for (size_t i = 0; i < 4; i++) {
        pxf_event *event = pxf_event_next(kit->store, *cursor ? cursor : NULL, &err);

        assert_non_null(event);
        assert_string_equal(pxf_event_kind(event), kinds[i]);
        assert_string_equal(pxf_event_image_id(event), pxf_image_id(put));
        (void)strcpy(cursor, pxf_event_cursor(event));
        pxf_event_free(event);
    }
    assert_null(pxf_event_next(kit->store, cursor, &err));
    assert_int_equal(err.status, PXF_OK);
    pxf_image_free(put);
}

static void events_are_followed_from_now_on(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_bytes *none = pxf_event_newest_cursor(kit->store, &err);
    pxf_bytes *newest;
    pxf_event *event;

    assert_string_equal(pxf_bytes_data(none), "0");
    pxf_image_free(kit_put(kit, "ada", 50, 50, 31));
    newest = pxf_event_newest_cursor(kit->store, &err);
    assert_null(pxf_event_next(kit->store, pxf_bytes_data(newest), &err));
    assert_int_equal(err.status, PXF_OK);
    pxf_image_free(kit_put(kit, "ada", 50, 50, 32));
    event = pxf_event_next(kit->store, pxf_bytes_data(newest), &err);
    assert_string_equal(pxf_event_cursor(event), "2");
    pxf_event_free(event);
    pxf_bytes_free(newest);
    event = pxf_event_next(kit->store, pxf_bytes_data(none), &err);
    assert_string_equal(pxf_event_cursor(event), "1");
    pxf_event_free(event);
    pxf_bytes_free(none);
}

static void a_cursor_ahead_of_the_store_is_told(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    pxf_image_free(kit_put(kit, "ada", 50, 50, 33));
    assert_null(pxf_event_next(kit->store, "2", &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_non_null(strstr(err.message, "its newest is '1'"));
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(journey, IN_STORE(a_picture_becomes_eight_variants),
      IN_STORE(an_original_is_kept_bit_for_bit),
      IN_STORE(the_same_bytes_of_one_owner_are_one_image),
      IN_STORE(an_image_is_hidden_at_once_and_then_gone),
      IN_STORE(what_was_deleted_can_be_put_again),
      IN_STORE(an_owner_is_removed_with_all_that_is_his),
      IN_STORE(a_list_shows_the_newest_first_and_goes_on_behind_a_cursor),
      IN_STORE(events_tell_the_journey_in_order), IN_STORE(events_are_followed_from_now_on),
      IN_STORE(a_cursor_ahead_of_the_store_is_told))
