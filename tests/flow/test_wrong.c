/* SPDX-License-Identifier: Apache-2.0 */
#include "support/kit.h"

#include <string.h>
#include <unistd.h>

/* Wrong use is told: a field of a form that is missing arrives as NULL, and a call may come too
 * late. */

static void a_missing_id_is_invalid(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    assert_null(pxf_image_find(kit->store, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_string_equal(err.message, "an image's id is missing");
    assert_fails(pxf_image_remove(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_image_add_view(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_image_remove_owner(kit->store, NULL, &err), PXF_INVALID);
    assert_null(pxf_job_find(kit->store, NULL, &err));
    assert_fails(pxf_job_cancel(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_job_retry(kit->store, NULL, &err), PXF_INVALID);
    assert_null(pxf_job_history(kit->store, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
}

static void a_missing_name_is_invalid(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    assert_null(pxf_store_open(NULL, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_pool_new(NULL, &err));
    assert_null(pxf_pool_find(kit->store, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_pool_test(kit->store, NULL, NULL, &err));
    assert_fails(pxf_pool_remove(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_pool_adopt(kit->store, NULL, &err), PXF_INVALID);
    assert_null(pxf_recipe_new(NULL, &err));
    assert_fails(pxf_recipe_remove(kit->store, NULL, &err), PXF_INVALID);
    assert_null(pxf_job_new(NULL, NULL, &err));
    assert_fails(pxf_job_pause(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_job_resume(kit->store, NULL, &err), PXF_INVALID);
    assert_fails(pxf_store_set_text(kit->store, NULL, "1", 0, &err), PXF_INVALID);
    assert_null(pxf_store_get_text(kit->store, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(pxf_store_setting_version(kit->store, NULL, &err), -1);
    assert_null(pxf_layout_original(0, NULL, "jpg", &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_layout_variant(0, "018bcfe5-6800-7000-8000-000000000000", NULL, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
}

static void a_missing_field_or_value_is_invalid(void **state)
{
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new("spare", &err);
    pxf_recipe *recipe = pxf_recipe_new("card", &err);

    (void)state;
    assert_fails(pxf_pool_set_text(pool, NULL, "hot", &err), PXF_INVALID);
    assert_fails(pxf_pool_set_text(pool, "tier", NULL, &err), PXF_INVALID);
    assert_fails(pxf_pool_set_text(pool, "max_bytes", NULL, &err), PXF_INVALID);
    assert_ok(pxf_pool_set_text(pool, "public_url", "https://a.example", &err));
    assert_ok(pxf_pool_set_text(pool, "public_url", NULL, &err));
    assert_null(pxf_pool_get_text(pool, "public_url"));
    assert_ok(pxf_pool_set_text(pool, "node", NULL, &err));
    assert_null(pxf_pool_get_text(pool, NULL));
    assert_fails(pxf_recipe_set_text(recipe, NULL, "webp", &err), PXF_INVALID);
    assert_fails(pxf_recipe_set_text(recipe, "fit", NULL, &err), PXF_INVALID);
    assert_fails(pxf_recipe_set_number(recipe, NULL, 1, &err), PXF_INVALID);
    pxf_recipe_free(recipe);
    pxf_pool_free(pool);
}

static void a_setting_without_a_value_is_at_its_default_again(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_config *config = pxf_config_new(&err);
    pxf_store *store;
    pxf_bytes *value;

    assert_ok(pxf_config_set_text(config, "render.webp_quality", NULL, &err));
    assert_ok(pxf_config_set_text(config, "render.webp_quality", "70", &err));
    assert_ok(pxf_config_set_text(config, "render.webp_quality", NULL, &err));
    assert_fails(pxf_config_set_text(config, NULL, "70", &err), PXF_INVALID);
    store = pxf_store_open(fox_scratch_path(&kit->scratch, "other"), config, &err);
    assert_non_null(store);
    value = pxf_store_get_text(store, "render.webp_quality", &err);
    assert_string_equal(pxf_bytes_data(value), "85");
    pxf_bytes_free(value);
    pxf_store_close(store);
    pxf_config_free(config);
}

static void missing_bytes_are_invalid(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);

    assert_fails(pxf_upload_set_sha256(upload, NULL, &err), PXF_INVALID);
    assert_fails(pxf_upload_set_output(upload, NULL, true, &err), PXF_INVALID);
    assert_fails(pxf_upload_append(upload, NULL, 3, NULL, &err), PXF_INVALID);
    assert_ok(pxf_upload_append(upload, NULL, 0, NULL, &err));
    pxf_upload_free(upload);
    assert_null(pxf_image_put_bytes(kit->store, NULL, 3, "ada", NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_image_put_file(kit->store, NULL, "ada", NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_null(pxf_bytes_copy(NULL, 3, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(kit_file_count(kit), 0);
}

static void an_upload_that_breaks_off_is_no_picture_until_the_rest_came(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(40, 30, 1);
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);
    pxf_image *image;

    assert_ok(pxf_upload_set_size(upload, file.size, &err));
    assert_ok(pxf_upload_append(upload, file.data, file.size - 1, NULL, &err));
    assert_null(pxf_upload_finish(upload, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_non_null(strstr(err.message, "announced"));
    assert_ok(pxf_upload_append(upload, file.data + file.size - 1, 1, NULL, &err));
    image = pxf_upload_finish(upload, NULL, &err);
    assert_non_null(image);
    assert_int_equal(pxf_image_bytes(image), file.size);
    assert_null(pxf_upload_finish(upload, NULL, &err));
    assert_int_equal(err.status, PXF_CONFLICT);
    pxf_image_free(image);
    pxf_upload_free(upload);
    fox_picture_file_let_go(&file);
}

static void an_owner_that_cannot_be_is_refused_before_any_byte(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    assert_null(pxf_upload_new(kit->store, "\xff\xfe", &err));
    assert_int_equal(err.status, PXF_INVALID);
}

static void a_list_that_began_is_not_narrowed(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_query *query = pxf_query_new(kit->store, &err);

    assert_ok(pxf_query_set_owner(query, "ada", &err));
    assert_ok(pxf_query_set_owner(query, NULL, &err));
    assert_null(pxf_query_next(query, &err));
    assert_int_equal(err.status, PXF_OK);
    assert_fails(pxf_query_set_owner(query, "ada", &err), PXF_CONFLICT);
    assert_fails(pxf_query_set_text(query, "sea", &err), PXF_CONFLICT);
    assert_fails(pxf_query_set_state(query, PXF_IMAGE_READY, &err), PXF_CONFLICT);
    assert_fails(pxf_query_set_range_ms(query, 1, 2, &err), PXF_CONFLICT);
    assert_fails(pxf_query_set_cursor(query, NULL, &err), PXF_CONFLICT);
    pxf_query_free(query);
}

static void numbers_that_stand_for_nothing_are_invalid(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_pool *pool = pxf_pool_new("spare", &err);
    const pxf_pool *pools[] = {pool};

    assert_null(pxf_job_next(kit->store, (pxf_job_state)9, NULL, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(pxf_job_count(kit->store, NULL, (pxf_job_state)9, &err), -1);
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(pxf_job_count(kit->store, NULL, (pxf_job_state)0, &err), 0);
    assert_null(pxf_store_verify(kit->store, 4, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(pxf_pool_pick(pools, 1, 1, (pxf_pick_policy)6, 0, &err), -1);
    assert_int_equal(err.status, PXF_INVALID);
    assert_int_equal(pxf_pool_pick(pools, 1, 1, PXF_PICK_FILL, 0, &err), 0);
    pxf_pool_free(pool);
}

static void a_kind_without_a_function_is_refused(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);

    assert_fails(pxf_worker_add_kind(worker, "greet", NULL, NULL, &err), PXF_INVALID);
    assert_fails(pxf_worker_add_kind(worker, NULL, NULL, NULL, &err), PXF_INVALID);
    assert_int_equal(pxf_worker_total(worker, NULL), -1);
    pxf_worker_free(worker);
}

static void a_job_that_is_no_json_is_invalid(void **state)
{
    pxf_error err = {0};

    (void)state;
    assert_null(pxf_job_new("greet", "{broken", &err));
    assert_int_equal(err.status, PXF_INVALID);
    assert_non_null(strstr(err.message, "the payload: bad JSON"));
}

static pxf_status never(void *user, pxf_job *job, pxf_error *err)
{
    (void)user, (void)job, (void)err;
    return PXF_INTERNAL;
}

static void progress_beyond_its_end_costs_no_lease(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job = pxf_job_new("greet", NULL, &err);
    pxf_job *put = pxf_job_put(kit->store, job, &err);
    pxf_job *mine, *seen;

    assert_ok(pxf_worker_add_kind(worker, "greet", never, NULL, &err));
    mine = pxf_worker_reserve(worker, 60000, &err);
    assert_non_null(mine);
    pxf_job_set_progress(mine, 5000);
    assert_ok(pxf_job_extend(mine, 60000, &err));
    seen = pxf_job_find(kit->store, pxf_job_id(put), &err);
    assert_int_equal(pxf_job_progress(seen), 1000);
    pxf_job_set_progress(mine, -1);
    assert_ok(pxf_job_extend(mine, 60000, &err));
    pxf_job_free(seen);
    pxf_job_free(mine);
    pxf_job_free(put);
    pxf_job_free(job);
    pxf_worker_free(worker);
}

static pxf_status stop_store(void *user, pxf_job *job, pxf_error *err)
{
    struct kit *kit = user;

    (void)job;
    (void)err;
    pxf_store_stop(kit->store);
    return PXF_OK;
}

static void a_job_that_stops_its_store_is_logged_and_the_store_goes_on(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_worker *worker = pxf_worker_new(kit->store, &err);
    pxf_job *job = pxf_job_new("stop", NULL, &err);
    pxf_job *put = pxf_job_put(kit->store, job, &err);

    assert_ok(pxf_worker_add_kind(worker, "stop", stop_store, kit, &err));
    assert_true(pxf_worker_run_one(worker, NULL, &err));
    assert_int_equal(pxf_worker_total(worker, "done"), 1);
    pxf_job_free(put);
    put = pxf_job_put(kit->store, job, &err);
    assert_ok(pxf_worker_start(worker, &err));
    while (pxf_worker_total(worker, "done") < 2) {
        (void)usleep(1000);
    }
    pxf_image_free(kit_put(kit, "ada", 50, 50, 1));
    pxf_job_free(put);
    pxf_job_free(job);
    pxf_worker_free(worker);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(wrong, IN_STORE(a_missing_id_is_invalid), IN_STORE(a_missing_name_is_invalid),
      IN_STORE(a_missing_field_or_value_is_invalid),
      IN_STORE(a_setting_without_a_value_is_at_its_default_again),
      IN_STORE(missing_bytes_are_invalid),
      IN_STORE(an_upload_that_breaks_off_is_no_picture_until_the_rest_came),
      IN_STORE(an_owner_that_cannot_be_is_refused_before_any_byte),
      IN_STORE(a_list_that_began_is_not_narrowed),
      IN_STORE(numbers_that_stand_for_nothing_are_invalid),
      IN_STORE(a_kind_without_a_function_is_refused), IN_STORE(a_job_that_is_no_json_is_invalid),
      IN_STORE(progress_beyond_its_end_costs_no_lease),
      IN_STORE(a_job_that_stops_its_store_is_logged_and_the_store_goes_on))
