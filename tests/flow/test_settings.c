/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Settings, recipes, jobs and workers as a host uses them. */

static void assert_setting(struct kit *kit, const char *name, const char *value)
{
    pxf_error err = {0};
    pxf_bytes *text = pxf_store_get_text(kit->store, name, &err);

    assert_non_null(text);
    assert_string_equal(pxf_bytes_data(text), value);
    pxf_bytes_free(text);
}

static void a_setting_changed_in_one_store_is_seen_by_another_within_two_seconds(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_store *other = pxf_store_open(kit->path, NULL, &err);
    struct timespec pause = {.tv_nsec = 50000000};
    bool is_seen = false;

    assert_non_null(other);
    assert_ok(pxf_store_set_text(other, "render.webp_quality", "60", 0, &err));
    for (int i = 0; i < 40 && !is_seen; i++) {
        pxf_bytes *text = pxf_store_get_text(kit->store, "render.webp_quality", &err);

        is_seen = strcmp(pxf_bytes_data(text), "60") == 0;
        pxf_bytes_free(text);
        (void)nanosleep(&pause, NULL);
    }
    assert_true(is_seen);
    pxf_store_close(other);
}

static void a_change_that_did_not_see_anothers_is_refused(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    int64_t version;

    assert_ok(pxf_store_set_text(kit->store, "render.webp_quality", "60", 0, &err));
    version = pxf_store_setting_version(kit->store, "render.webp_quality", &err);
    assert_true(version > 0);
    assert_ok(pxf_store_set_text(kit->store, "render.webp_quality", "61", version, &err));
    assert_fails(pxf_store_set_text(kit->store, "render.webp_quality", "62", version, &err),
                 PXF_CONFLICT);
    assert_setting(kit, "render.webp_quality", "61");
    assert_ok(pxf_store_set_text(kit->store, "render.webp_quality", NULL, 0, &err));
    assert_setting(kit, "render.webp_quality", "85");
}

static void what_is_switched_off_is_skipped_and_says_so(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put, *image;

    assert_ok(pxf_store_set_text(kit->store, "render.avif_enabled", "off", 0, &err));
    put = kit_put(kit, "ada", 100, 100, 1);
    image = kit_wait(put, PXF_IMAGE_READY);
    assert_string_equal(pxf_variant_skip_reason(pxf_image_find_variant(image, "avif")), "disabled");
    assert_null(pxf_variant_key(pxf_image_find_variant(image, "avif")));
    assert_null(pxf_variant_skip_reason(pxf_image_find_variant(image, "webp")));
    pxf_image_free(image);
    pxf_image_free(put);
}

static void one_upload_can_want_less_than_the_settings_give(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(64, 64, 5);
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);
    pxf_image *put, *image;

    assert_ok(pxf_upload_set_output(upload, "avif", false, &err));
    assert_ok(pxf_upload_set_output(upload, "original", false, &err));
    assert_int_equal(pxf_upload_set_output(upload, "gif", true, &err), PXF_NOT_FOUND);
    for (size_t at = 0; at < file.size; at += 1000) { /* in pieces */
        const size_t left = file.size - at;

        assert_int_equal(pxf_upload_offset(upload), at);
        assert_ok(pxf_upload_append(upload, file.data + at, left < 1000 ? left : 1000, NULL, &err));
    }
    assert_int_equal(pxf_upload_offset(upload), file.size);
    put = pxf_upload_finish(upload, NULL, &err);
    assert_non_null(put);
    image = kit_wait(put, PXF_IMAGE_READY);
    for (size_t i = 0; i < pxf_image_variant_count(image); i++) {
        const pxf_variant *variant = pxf_image_variant(image, i);
        const bool is_webp = strstr(pxf_variant_kind(variant), "webp") != NULL;

        assert_int_equal(pxf_variant_skip_reason(variant) == NULL, is_webp);
    }
    pxf_image_free(image);
    pxf_image_free(put);
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
}

static void a_recipe_of_the_hosts_own_is_made_beside_the_eight(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_recipe *recipe = pxf_recipe_new("card", &err);
    pxf_image *put, *image;
    const pxf_variant *card;

    assert_ok(pxf_recipe_set_text(recipe, "output", "jpeg", &err));
    assert_ok(pxf_recipe_set_text(recipe, "fit", "cover", &err));
    assert_ok(pxf_recipe_set_number(recipe, "width_px", 120, &err));
    assert_ok(pxf_recipe_set_number(recipe, "height_px", 90, &err));
    assert_ok(pxf_recipe_add(kit->store, recipe, &err));
    assert_int_equal(pxf_recipe_add(kit->store, recipe, &err), PXF_EXISTS);
    put = kit_put(kit, "ada", 300, 300, 1);
    image = kit_wait(put, PXF_IMAGE_READY);
    assert_int_equal(pxf_image_variant_count(image), 9);
    card = pxf_image_find_variant(image, "card");
    assert_non_null(card);
    assert_int_equal(pxf_variant_width_px(card), 120);
    assert_int_equal(pxf_variant_height_px(card), 90);
    assert_non_null(strstr(pxf_variant_key(card), "_card.jpg"));
    assert_int_equal(pxf_recipe_remove(kit->store, "crad", &err), PXF_NOT_FOUND);
    assert_non_null(strstr(err.message, "card"));
    assert_ok(pxf_recipe_remove(kit->store, "card", &err));
    pxf_recipe_free(recipe);
    pxf_image_free(image);
    pxf_image_free(put);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

static pxf_status count_up(void *user, pxf_job *job, pxf_error *err)
{
    int *calls = user;

    (void)err;
    assert_string_equal(pxf_job_kind(job), "greet");
    assert_string_equal(pxf_job_payload(job), "{\"to\":\"ada\"}");
    ++*calls;
    return PXF_OK;
}

static pxf_status refuse(void *user, pxf_job *job, pxf_error *err)
{
    (void)user;
    (void)job;
    err->status = PXF_INVALID;
    (void)strcpy(err->message, "no such person");
    return PXF_INVALID;
}

static void a_host_runs_jobs_of_its_own(void **state)
{
    struct kit *kit = *state;
    int calls = 0;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job = pxf_job_new("greet", "{\"to\":\"ada\"}", &err);
    pxf_job *put, *found;

    assert_ok(pxf_worker_add_kind(worker, "greet", count_up, &calls, &err));
    assert_int_equal(pxf_worker_add_kind(worker, "image_processing", count_up, &calls, &err),
                     PXF_EXISTS);
    assert_ok(pxf_job_set_unique(job, "once", &err));
    put = pxf_job_put(kit->store, job, &err);
    assert_non_null(put);
    assert_null(pxf_job_put(kit->store, job, &err));
    assert_int_equal(err.status, PXF_EXISTS);
    assert_true(pxf_worker_run_one(worker, NULL, &err));
    assert_false(pxf_worker_run_one(worker, NULL, &err));
    assert_int_equal(err.status, PXF_OK);
    assert_int_equal(calls, 1);
    found = pxf_job_find(kit->store, pxf_job_id(put), &err);
    assert_int_equal(pxf_job_get_state(found), PXF_JOB_DONE);
    pxf_job_free(found);
    pxf_job_free(put);
    pxf_job_free(job);
    pxf_worker_free(worker);
}

static void a_job_that_fails_for_good_waits_for_a_person(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job = pxf_job_new("greet", NULL, &err);
    pxf_job *put = pxf_job_put(kit->store, job, &err);
    pxf_job *dead, *mine;

    assert_ok(pxf_worker_add_kind(worker, "greet", refuse, NULL, &err));
    assert_true(pxf_worker_run_one(worker, NULL, &err));
    dead = pxf_job_find(kit->store, pxf_job_id(put), &err);
    assert_int_equal(pxf_job_get_state(dead), PXF_JOB_DEAD);
    assert_string_equal(pxf_job_error(dead), "no such person");
    assert_int_equal(pxf_job_count(kit->store, "greet", PXF_JOB_DEAD, &err), 1);
    assert_ok(pxf_job_retry(kit->store, pxf_job_id(put), &err));
    mine = pxf_worker_reserve(worker, 10000, &err);
    assert_non_null(mine);
    assert_ok(pxf_job_extend(mine, 10000, &err));
    assert_ok(pxf_job_finish(mine, "{\"said\":\"hello\"}", &err));
    pxf_job_free(mine);
    pxf_job_free(dead);
    dead = pxf_job_find(kit->store, pxf_job_id(put), &err);
    assert_int_equal(pxf_job_get_state(dead), PXF_JOB_DONE);
    assert_string_equal(pxf_job_result(dead), "{\"said\":\"hello\"}");
    pxf_job_free(dead);
    pxf_job_free(put);
    pxf_job_free(job);
    pxf_worker_free(worker);
}

static void a_cancelled_picture_shows_why_it_failed_and_can_be_retried(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put = kit_put(kit, "ada", 50, 50, 1);
    pxf_job *job = pxf_job_next(kit->store, PXF_JOB_READY, "image_processing", NULL, &err);
    pxf_image *image;

    assert_non_null(job);
    assert_string_equal(pxf_job_image_id(job), pxf_image_id(put));
    assert_ok(pxf_job_cancel(kit->store, pxf_job_id(job), &err));
    image = pxf_image_find(kit->store, pxf_image_id(put), &err);
    assert_int_equal(pxf_image_get_state(image), PXF_IMAGE_FAILED);
    assert_string_equal(pxf_image_failure_rule(image), "cancelled");
    pxf_image_free(image);
    assert_ok(pxf_job_retry(kit->store, pxf_job_id(job), &err));
    image = pxf_image_find(kit->store, pxf_image_id(put), &err);
    assert_int_equal(pxf_image_get_state(image), PXF_IMAGE_PENDING);
    pxf_image_free(image);
    pxf_image_free(kit_wait(put, PXF_IMAGE_READY));
    pxf_job_free(job);
    pxf_image_free(put);
}

static void figures_are_prometheus_text(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_image *put = kit_put(kit, "ada", 50, 50, 1);
    pxf_bytes *text;

    pxf_image_free(kit_wait(put, PXF_IMAGE_READY));
    text = pxf_metrics_text(kit->store, &err);
    assert_non_null(text);
    assert_non_null(strstr(pxf_bytes_data(text), "pixelfox_puts_total{status=\"OK\"} 1\n"));
    assert_non_null(strstr(pxf_bytes_data(text), "pixelfox_pool_healthy{pool=\"local\"} 1\n"));
    assert_non_null(
        strstr(pxf_bytes_data(text),
               "pixelfox_jobs_finished_total{kind=\"image_processing\",result=\"done\"} 1\n"));
    assert_non_null(strstr(pxf_bytes_data(text), "# HELP pixelfox_render_seconds "));
    assert_null(strstr(pxf_bytes_data(text), "nan"));
    pxf_bytes_free(text);
    pxf_image_free(put);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(settings, IN_STORE(a_setting_changed_in_one_store_is_seen_by_another_within_two_seconds),
      IN_STORE(a_change_that_did_not_see_anothers_is_refused),
      IN_STORE(what_is_switched_off_is_skipped_and_says_so),
      IN_STORE(one_upload_can_want_less_than_the_settings_give),
      IN_STORE(a_recipe_of_the_hosts_own_is_made_beside_the_eight),
      IN_STORE(a_host_runs_jobs_of_its_own), IN_STORE(a_job_that_fails_for_good_waits_for_a_person),
      IN_STORE(a_cancelled_picture_shows_why_it_failed_and_can_be_retried),
      IN_STORE(figures_are_prometheus_text))
