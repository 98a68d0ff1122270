/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bad input: each gets its own clear error, and nothing is stored. */

static void assert_nothing_stored(struct kit *kit)
{
    assert_int_equal(kit_file_count(kit), 0);
    assert_int_equal(kit_pool_number(kit, "used_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    assert_int_equal(kit_pool_number(kit, "image_count"), 0);
}

static void what_is_no_picture_is_refused_by_its_content(void **state)
{
    static const struct {
        const char *text;
        pxf_status status;
        const char *word;
    } cases[] = {
        {"", PXF_CORRUPT, "empty"},
        {"x", PXF_UNSUPPORTED, ""},
        {"hello, I am a text that calls itself photo.jpg", PXF_UNSUPPORTED, "text"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", PXF_UNSUPPORTED, "SVG"},
        {"<!DOCTYPE html><html></html>", PXF_UNSUPPORTED, "HTML"},
        {"%PDF-1.4 a document", PXF_UNSUPPORTED, "PDF"},
    };
    struct kit *kit = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pxf_error err = {0};
        pxf_image *image = pxf_image_put_bytes(kit->store, cases[i].text, strlen(cases[i].text),
                                               "ada", NULL, &err);

        assert_null(image);
        if (err.status != (int)cases[i].status || !strstr(err.message, cases[i].word)) {
            fail_msg("'%s': %d %s", cases[i].text, err.status, err.message);
        }
    }
    assert_nothing_stored(kit);
}

static void a_picture_that_ends_early_is_refused(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(200, 200, 1);

    for (size_t cut = 1; cut + 64 < file.size; cut += file.size / 7) {
        pxf_error err = {0};

        assert_null(pxf_image_put_bytes(kit->store, file.data, file.size - cut, "ada", NULL, &err));
        assert_int_equal(err.status, PXF_CORRUPT);
    }
    fox_picture_file_let_go(&file);
    assert_nothing_stored(kit);
}

static void a_header_that_claims_too_much_is_refused_at_once(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(16, 16, 1);
    pxf_error err = {0};

    file.data[16] = 0; /* the width: 0x0003dd40 = 253,248 px */
    file.data[17] = 3;
    file.data[18] = 0xdd;
    file.data[19] = 0x40;
    assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err));
    assert_true(err.status == PXF_LIMIT || err.status == PXF_CORRUPT);
    fox_picture_file_let_go(&file);
    assert_nothing_stored(kit);
}

static void paths_that_cannot_be_read_say_why(void **state)
{
    struct kit *kit = *state;
    const char *fifo = fox_scratch_path(&kit->scratch, "fifo");
    static const struct {
        const char *name;
        pxf_status status;
    } cases[] = {{"absent.jpg", PXF_NOT_FOUND}, {"store", PXF_INVALID}, {"fifo", PXF_INVALID}};

    assert_int_equal(mkfifo(fifo, 0600), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = fox_scratch_path(&kit->scratch, cases[i].name);
        pxf_error err = {0};

        assert_null(pxf_image_put_file(kit->store, path, "ada", NULL, &err));
        if (err.status != (int)cases[i].status || !strstr(err.message, cases[i].name)) {
            fail_msg("%s: %d %s", cases[i].name, err.status, err.message);
        }
    }
    assert_nothing_stored(kit);
}

static void names_that_are_not_clean_are_refused_or_cleaned(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(30, 30, 1);
    pxf_error err = {0};
    pxf_upload *upload;
    pxf_image *image;

    assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "a\nda", NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "\xff\xfe", NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_nothing_stored(kit);
    upload = pxf_upload_new(kit->store, "ada", &err);
    assert_ok(pxf_upload_set_title(upload, "../../etc/\x01pass\nwd \xff.png", &err));
    assert_ok(pxf_upload_append(upload, file.data, file.size, NULL, &err));
    image = pxf_upload_finish(upload, NULL, &err);
    assert_non_null(image);
    assert_null(strchr(pxf_image_title(image), '\n'));
    assert_null(strchr(pxf_image_title(image), '\x01'));
    assert_null(strstr(pxf_image_key(image), "etc"));
    pxf_image_free(image);
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
}

static void limits_are_told_with_their_numbers(void **state)
{
    static const char *const small[] = {"ingest.max_bytes=1000", NULL};
    static const char *const few[] = {"ingest.max_pixels=100", NULL};
    static const char *const poor[] = {"ingest.max_owner_bytes=5000", NULL};
    static const struct {
        const char *const *settings;
        pxf_status status;
        const char *word;
    } cases[] = {{small, PXF_LIMIT, "1000"}, {few, PXF_LIMIT, "100"}, {poor, PXF_FULL, "5000"}};
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(100, 100, 1);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pxf_error err = {0};

        kit_reopen(kit, cases[i].settings);
        assert_null(pxf_image_put_bytes(kit->store, file.data, file.size, "ada", NULL, &err));
        if (err.status != (int)cases[i].status || !strstr(err.message, cases[i].word)) {
            fail_msg("%s: %d %s", cases[i].settings[0], err.status, err.message);
        }
    }
    kit_reopen(kit, NULL);
    assert_nothing_stored(kit);
    fox_picture_file_let_go(&file);
}

static void bytes_with_another_hash_than_announced_are_refused(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(100, 100, 1);
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);

    assert_ok(pxf_upload_set_sha256(
        upload, "0000000000000000000000000000000000000000000000000000000000000000", &err));
    assert_ok(pxf_upload_append(upload, file.data, file.size, NULL, &err));
    assert_null(pxf_upload_finish(upload, NULL, &err));
    assert_int_equal(err.status, PXF_CORRUPT);
    assert_non_null(strstr(err.message, "sha-256"));
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
    assert_nothing_stored(kit);
}

static void a_store_is_never_made_by_a_typo(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_config *config = pxf_config_new(&err);

    assert_ok(pxf_config_set_text(config, "store.create", "never", &err));
    assert_null(pxf_store_open(fox_scratch_path(&kit->scratch, "stroe"), config, &err));
    assert_int_equal(err.status, PXF_NOT_FOUND);
    assert_non_null(strstr(err.message, "init"));
    assert_int_not_equal(access(fox_scratch_path(&kit->scratch, "stroe"), F_OK), 0);
    pxf_config_free(config);
    assert_null(pxf_store_open(fox_scratch_path(&kit->scratch, "no/such/parent"), NULL, &err));
    assert_int_equal(err.status, PXF_NOT_FOUND);
    fox_scratch_make_folder(&kit->scratch, "full");
    fox_scratch_put(&kit->scratch, "full/thing", "x");
    assert_null(pxf_store_open(fox_scratch_path(&kit->scratch, "full"), NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_non_null(strstr(err.message, "thing"));
}

static void pools_do_not_lie_in_each_other_or_around_the_store(void **state)
{
    static const char *const places[] = {"store", "store/pool", "store/pool/inside", "."};
    struct kit *kit = *state;

    fox_scratch_make_folder(&kit->scratch, "store/pool/inside");
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        pxf_error err = {0};
        pxf_pool *pool = pxf_pool_new("second", &err);

        assert_ok(
            pxf_pool_set_text(pool, "path", fox_scratch_path(&kit->scratch, places[i]), &err));
        assert_fails(pxf_pool_add(kit->store, pool, &err), PXF_INVALID);
        pxf_pool_free(pool);
    }
}

static void a_misspelt_setting_gets_the_nearest_name(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_config *config = pxf_config_new(&err);

    assert_fails(pxf_config_set_text(config, "render.webp_qualty", "85", &err), PXF_NOT_FOUND);
    (void)pxf_config_set_text(config, "render.webp_qualty", "85", &err);
    assert_non_null(strstr(err.message, "render.webp_quality"));
    assert_int_equal(pxf_config_set_text(config, "render.webp_quality", "101", &err), PXF_INVALID);
    assert_non_null(strstr(err.message, "100"));
    pxf_config_free(config);
    assert_int_equal(pxf_store_set_text(kit->store, "worker.threads", "9999", 0, &err),
                     PXF_INVALID);
}

static void a_missing_helper_fails_no_put_and_says_where_it_was_looked_for(void **state)
{
    static const char *const settings[] = {"render.helper=/nowhere/pixelfox-helper", NULL};
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *image;
    pxf_render *render;
    pxf_config *config = pxf_config_new(&err);

    kit_reopen(kit, settings);
    image = kit_put(kit, "ada", 30, 30, 1);
    assert_int_equal(pxf_image_get_state(image), PXF_IMAGE_PENDING);
    pxf_image_free(image);
    assert_ok(pxf_config_set_text(config, "render.helper", "/nowhere/pixelfox-helper", &err));
    render = pxf_render_new(config, &err);
    assert_null(render);
    assert_int_equal(err.status, PXF_UNAVAILABLE);
    assert_non_null(strstr(err.message, "/nowhere/pixelfox-helper"));
    pxf_config_free(config);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(bad, IN_STORE(what_is_no_picture_is_refused_by_its_content),
      IN_STORE(a_picture_that_ends_early_is_refused),
      IN_STORE(a_header_that_claims_too_much_is_refused_at_once),
      IN_STORE(paths_that_cannot_be_read_say_why),
      IN_STORE(names_that_are_not_clean_are_refused_or_cleaned),
      IN_STORE(limits_are_told_with_their_numbers),
      IN_STORE(bytes_with_another_hash_than_announced_are_refused),
      IN_STORE(a_store_is_never_made_by_a_typo),
      IN_STORE(pools_do_not_lie_in_each_other_or_around_the_store),
      IN_STORE(a_misspelt_setting_gets_the_nearest_name),
      IN_STORE(a_missing_helper_fails_no_put_and_says_where_it_was_looked_for))
