/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Deleting: everything of a picture goes, nothing of another, and what is said to be freed is. */

/* The key of an image's full variant, from its original's. */
static void variant_key(char *name, size_t size, const pxf_image *image, const char *end)
{
    const char *day = strchr(pxf_image_key(image), '/');
    const char *dot = strrchr(day, '.');

    (void)snprintf(name, size, "store/pool/variants%.*s%s", (int)(dot - day), day, end);
}

static void variants_of_a_run_that_died_go_with_their_picture(void **state)
{
    static const char *const left[] = {".webp", ".avif", "_small.webp", "_medium.png",
                                       "_banner.jpg"};
    struct kit *kit = *state;
    pxf_image *deleted = kit_put(kit, "ada", 40, 30, 1);
    pxf_image *kept = kit_put(kit, "ada", 40, 30, 2);
    pxf_error err = {0};
    char name[200], neighbour[200];

    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        variant_key(name, sizeof name, deleted, left[i]);
        storage_plant(kit, name, 500);
    }
    variant_key(neighbour, sizeof neighbour, kept, ".webp");
    storage_plant(kit, neighbour, 500);
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(deleted), &err));
    kit_work(kit);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        variant_key(name, sizeof name, deleted, left[i]);
        assert_false(storage_exists(kit, name));
    }
    assert_true(storage_exists(kit, neighbour)); /* made anew, whatever stood there */
    assert_int_equal(kit_file_count(kit), 9);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(deleted);
    pxf_image_free(kept);
}

/* The figure behind a metric's name. */
static int64_t metric(struct kit *kit, const char *name)
{
    pxf_error err = {0};
    pxf_bytes *text = pxf_metrics_text(kit->store, &err);
    char wanted[80], *copy;
    const char *at;
    int64_t value = 0;

    assert_non_null(text);
    copy = strndup(pxf_bytes_data(text), pxf_bytes_size(text));
    (void)snprintf(wanted, sizeof wanted, "\n%s ", name);
    at = strstr(copy, wanted);
    if (at) {
        value = (int64_t)strtod(at + strlen(wanted), NULL);
    }
    free(copy);
    pxf_bytes_free(text);
    return value;
}

static void what_is_said_to_be_freed_the_disk_got_back(void **state)
{
    enum { IMAGES = 6 };
    struct kit *kit = *state;
    char ids[IMAGES][40];
    int64_t before, said;
    pxf_error err = {0};

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    for (uint32_t i = 0; i < IMAGES; i++) {
        (void)storage_put(kit, i, ids[i]);
    }
    kit_work(kit);
    before = storage_free_bytes(kit, "first");
    said = metric(kit, "pixelfox_deleted_bytes_total");
    for (size_t i = 0; i < IMAGES; i++) {
        assert_ok(pxf_image_remove(kit->store, ids[i], &err));
    }
    assert_int_equal(metric(kit, "pixelfox_deleted_bytes_total"), said);
    kit_work(kit);
    said = metric(kit, "pixelfox_deleted_bytes_total") - said;
    assert_true(said > 0);
    assert_int_equal(said, storage_free_bytes(kit, "first") - before);
    assert_int_equal(storage_number(kit, "first", "used_bytes"), 0);
}

static void a_reader_keeps_a_deleted_file_only_as_long_as_it_reads(void **state)
{
    struct kit *kit = *state;
    pxf_image *image;
    pxf_error err = {0};
    FILE *reader;
    int64_t while_read;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    image = storage_make(kit, 1);
    reader = fopen(pxf_image_path(image), "re");
    assert_non_null(reader);
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(image), &err));
    kit_work(kit);
    assert_int_not_equal(fgetc(reader), EOF);
    while_read = storage_free_bytes(kit, "first");
    assert_int_equal(fclose(reader), 0);
    assert_true(storage_free_bytes(kit, "first") > while_read);
    pxf_image_free(image);
}

static void a_file_that_cannot_be_removed_keeps_its_row_until_it_is(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    pxf_error err = {0};
    char original[300], aside[300];

    (void)snprintf(original, sizeof original, "%s", pxf_image_path(image));
    (void)snprintf(aside, sizeof aside, "%s/aside", kit->scratch.path);
    assert_int_equal(rename(original, aside), 0);
    assert_int_equal(symlink("/etc/hostname", original), 0); /* nothing of ours: left alone */
    assert_ok(pxf_image_remove(kit->store, pxf_image_id(image), &err));
    kit_work(kit);
    pxf_image_free(pxf_image_find(kit->store, pxf_image_id(image), &err));
    assert_int_equal(err.status, PXF_OK);
    assert_true(kit_pool_number(kit, "used_bytes") > 0);
    assert_int_equal(access(original, F_OK), 0);
    pxf_image_free(image);
}

static void an_owner_leaves_nothing_behind(void **state)
{
    struct kit *kit = *state;
    pxf_image *other = kit_put(kit, "bob", 40, 30, 1);
    pxf_error err = {0};

    for (uint32_t i = 0; i < 5; i++) {
        pxf_image_free(kit_put(kit, "ada", 40, 30, i));
    }
    kit_work(kit);
    assert_int_equal(kit_file_count(kit), 6 * 9);
    assert_ok(pxf_image_remove_owner(kit->store, "ada", &err));
    kit_work(kit);
    assert_int_equal(kit_file_count(kit), 9);
    assert_int_equal(kit_pool_number(kit, "image_count"), 1);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(other);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_delete, IN_STORE(variants_of_a_run_that_died_go_with_their_picture),
      IN_STORE(what_is_said_to_be_freed_the_disk_got_back),
      IN_STORE(a_reader_keeps_a_deleted_file_only_as_long_as_it_reads),
      IN_STORE(a_file_that_cannot_be_removed_keeps_its_row_until_it_is),
      IN_STORE(an_owner_leaves_nothing_behind))
