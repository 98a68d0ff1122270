/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

/* Catalog and storage compared both ways, and what a repair does and leaves alone. */

enum { IMAGES = 10, ORIGINALS_LOST = 2, VARIANTS_LOST = 6 };

static const char *below_pool(const char *key)
{
    static char names[8][200];
    static size_t next;
    char *name = names[next++ % 8];

    (void)snprintf(name, sizeof names[0], "store/pool/%s", key);
    return name;
}

static void hide_file(struct kit *kit, const char *key, char *lost)
{
    (void)snprintf(lost, 160, "%s", key);
    assert_int_equal(rename(fox_scratch_path(&kit->scratch, below_pool(key)),
                            fox_scratch_path(&kit->scratch, "hidden")),
                     0);
}

static void remove_file(struct kit *kit, const char *key, char *lost)
{
    (void)snprintf(lost, 160, "%s", key);
    assert_int_equal(unlink(fox_scratch_path(&kit->scratch, below_pool(key))), 0);
}

static void exactly_what_is_gone_is_listed_and_variants_are_made_again(void **state)
{
    struct kit *kit = *state;
    char lost[ORIGINALS_LOST + VARIANTS_LOST][160];
    struct storage_report report;
    pxf_image *images[IMAGES];

    for (uint32_t i = 0; i < IMAGES; i++) {
        images[i] = storage_make(kit, i);
    }
    for (size_t i = 0; i < ORIGINALS_LOST; i++) {
        remove_file(kit, pxf_image_key(images[i]), lost[i]);
    }
    for (size_t i = 0; i < VARIANTS_LOST; i++) {
        remove_file(kit, pxf_variant_key(pxf_image_variant(images[ORIGINALS_LOST + i], i)),
                    lost[ORIGINALS_LOST + i]);
    }
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.count, ORIGINALS_LOST + VARIANTS_LOST);
    assert_int_equal(report.missing, ORIGINALS_LOST + VARIANTS_LOST);
    for (size_t i = 0; i < ORIGINALS_LOST + VARIANTS_LOST; i++) {
        assert_true(storage_names(&report, lost[i]));
    }
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.missing, ORIGINALS_LOST + VARIANTS_LOST);
    assert_int_equal(report.repaired, VARIANTS_LOST);
    kit_work(kit);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR | PXF_VERIFY_DEEP);
    assert_int_equal(report.count, ORIGINALS_LOST);
    assert_int_equal(report.repaired, 0);
    for (size_t i = 0; i < ORIGINALS_LOST; i++) {
        assert_true(storage_names(&report, lost[i]));
    }
    for (uint32_t i = 0; i < IMAGES; i++) {
        pxf_image_free(images[i]);
    }
}

static void a_second_run_after_a_repair_finds_nothing(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct storage_report report;
    char lost[160];

    remove_file(kit, pxf_variant_key(pxf_image_variant(image, 3)), lost);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.repaired, 1);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP | PXF_VERIFY_REPAIR);
    assert_int_equal(kit_file_count(kit), 9);
    pxf_image_free(image);
}

static void variants_without_an_original_are_the_last_good_copy_and_stay(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct storage_report report;
    char lost[160];

    hide_file(kit, pxf_image_key(image), lost);
    remove_file(kit, pxf_variant_key(pxf_image_variant(image, 0)), lost);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.missing, 2);
    assert_int_equal(report.repaired, 0);
    kit_work(kit);
    assert_int_equal(kit_file_count(kit), 7);
    assert_int_equal(rename(fox_scratch_path(&kit->scratch, "hidden"),
                            fox_scratch_path(&kit->scratch, below_pool(pxf_image_key(image)))),
                     0);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.repaired, 1);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
}

static void damage(struct kit *kit, const char *key)
{
    FILE *file = fopen(fox_scratch_path(&kit->scratch, below_pool(key)), "r+e");

    assert_non_null(file);
    assert_int_equal(fseek(file, 30, SEEK_SET), 0);
    assert_int_equal(fputc('?', file), '?');
    assert_int_equal(fclose(file), 0);
}

static void a_flipped_byte_is_found_by_reading_all(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    const char *key = pxf_variant_key(pxf_image_variant(image, 2));
    struct storage_report report;

    damage(kit, key);
    kit_assert_sound(kit, PXF_VERIFY_QUICK);
    storage_verify(&report, kit, PXF_VERIFY_DEEP);
    assert_int_equal(report.corrupt, 1);
    assert_true(storage_names(&report, key));
    storage_verify(&report, kit, PXF_VERIFY_DEEP | PXF_VERIFY_REPAIR);
    assert_int_equal(report.repaired, 1);
    kit_work(kit);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    damage(kit, pxf_image_key(image));
    storage_verify(&report, kit, PXF_VERIFY_DEEP | PXF_VERIFY_REPAIR);
    assert_int_equal(report.corrupt, 1);
    assert_int_equal(report.repaired, 0);
    assert_int_equal(kit_file_count(kit), 9);
    pxf_image_free(image);
}

static void an_image_with_fewer_variants_than_recipes_is_sound(void **state)
{
    static const char *const fewer[] = {"render.avif_enabled=false", NULL};
    struct kit *kit = *state;
    pxf_image *image;

    kit_reopen(kit, fewer);
    image = storage_make(kit, 1);
    kit_reopen(kit, NULL);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
}

#define ORPHAN "original/2020/01/02/019ab3c0-0000-7000-8000-0000000000%02x.png"

static void plant_orphans(struct kit *kit, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char key[160];

        (void)snprintf(key, sizeof key, "store/pool/" ORPHAN, i);
        storage_plant(kit, key, 1000);
    }
}

static void an_orphan_is_told_and_a_repair_sets_it_aside(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct storage_report report;
    char key[160], aside[200];

    plant_orphans(kit, 1);
    (void)snprintf(key, sizeof key, ORPHAN, 0);
    (void)snprintf(aside, sizeof aside, "store/pool/.quarantine/%s", key);
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.orphan, 1);
    assert_int_equal(report.count, 1);
    assert_true(storage_names(&report, key));
    assert_true(storage_exists(kit, below_pool(key)));
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.set_aside, 1);
    assert_int_equal(report.removed_bytes, 0);
    assert_false(storage_exists(kit, below_pool(key)));
    assert_true(storage_exists(kit, aside));
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
}

static void a_young_orphan_is_left_alone(void **state)
{
    struct kit *kit = *state;
    char key[160];

    plant_orphans(kit, 1);
    (void)snprintf(key, sizeof key, "store/pool/" ORPHAN, 0);
    assert_int_equal(utimensat(-1, fox_scratch_path(&kit->scratch, key), NULL, 0), 0);
    kit_assert_sound(kit, PXF_VERIFY_REPAIR);
    assert_true(storage_exists(kit, key));
}

static void too_many_orphans_are_left_for_a_person(void **state)
{
    struct kit *kit = *state;
    pxf_image *image = storage_make(kit, 1);
    struct storage_report report;
    pxf_error err = {0};

    plant_orphans(kit, 9);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.orphan, 9);
    assert_int_equal(report.repaired, 0);
    assert_int_equal(report.set_aside, 0);
    assert_int_equal(kit_file_count(kit), 18);
    assert_ok(pxf_store_set_text(kit->store, "store.orphan_share_pct", "50", 0, &err));
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.set_aside, 9);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    pxf_image_free(image);
}

static void foreign_shapes_are_listed_and_never_touched(void **state)
{
    static const char *const shapes[] = {
        "odd+ours/#1234",
        ".hidden",
        "Thumbs.db",
        "a/b/c/d/e/f/g/picture.png",
        "original/2020/01/02/holiday.png",
        "original/2020/01/02/019AB3C0-0000-7000-8000-000000000001.png",
        "original/2020/1/2/019ab3c0-0000-7000-8000-000000000001.png",
        "variants/2020/01/02/019ab3c0-0000-7000-8000-000000000001_small.webp.bak",
        "images/2020/01/02/019ab3c0-0000-7000-8000-000000000001.png",
        "percent%00zero.png",
    };
    enum { SHAPES = sizeof shapes / sizeof shapes[0] };
    struct kit *kit = *state;
    struct storage_report report;

    for (size_t i = 0; i < SHAPES; i++) {
        storage_plant(kit, below_pool(shapes[i]), 100);
    }
    assert_int_equal(symlink("/etc", fox_scratch_path(&kit->scratch, "store/pool/link")), 0);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR | PXF_VERIFY_DEEP);
    assert_int_equal(report.foreign, SHAPES + 1);
    assert_int_equal(report.count, SHAPES + 1);
    assert_int_equal(report.repaired, 0);
    kit_work(kit);
    for (size_t i = 0; i < SHAPES; i++) {
        assert_true(storage_exists(kit, below_pool(shapes[i])));
    }
    assert_true(storage_exists(kit, "store/pool/link"));
}

static void what_a_repair_says_it_freed_the_disk_got_back(void **state)
{
    struct kit *kit = *state;
    struct storage_report report;
    int64_t before;

    storage_make_disk(kit, "first", "8m");
    storage_add_pool(kit, "first", 1, 0);
    (void)storage_put(kit, 1, NULL);
    for (int i = 0; i < 3; i++) {
        char name[64];

        (void)snprintf(name, sizeof name, "first/.incoming/left-behind-%d", i);
        storage_plant(kit, name, 10000);
    }
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.temporary, 3);
    assert_int_equal(report.removed_bytes, 0);
    before = storage_free_bytes(kit, "first");
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.repaired, 3);
    assert_true(report.removed_bytes >= 30000);
    assert_int_equal(report.removed_bytes, storage_free_bytes(kit, "first") - before);
}

static void more_temporaries_than_a_page_are_all_found(void **state)
{
    enum { LEFT = 450 };
    struct kit *kit = *state;
    pxf_error err = {0};
    pxf_finding *finding;
    size_t count = 0;

    for (int i = 0; i < LEFT; i++) {
        char name[80];

        (void)snprintf(name, sizeof name, "store/pool/.incoming/left-%03d", i);
        storage_plant(kit, name, 1);
    }
    finding = pxf_store_verify(kit->store, PXF_VERIFY_REPAIR, NULL, &err);
    while (pxf_finding_next(finding, &err)) {
        assert_string_equal(pxf_finding_kind(finding), "temporary");
        count++;
    }
    assert_int_equal(err.status, PXF_OK);
    assert_int_equal(count, LEFT);
    pxf_finding_free(finding);
    assert_int_equal(kit_file_count(kit), 0);
}

/* Begins an upload in a process of its own, which is killed in the middle of it. */
static void die_while_uploading(struct kit *kit, uint32_t seed)
{
    struct fox_picture_file file = fox_picture_png(400, 300, seed);
    const pid_t child = fork();
    pxf_error err = {0};
    int status;

    if (child == 0) {
        pxf_store *store = pxf_store_open(kit->path, NULL, &err);
        pxf_upload *upload = store ? pxf_upload_new(store, "ada", &err) : NULL;

        if (!upload || pxf_upload_append(upload, file.data, file.size - 1, NULL, &err) != PXF_OK) {
            _exit(1);
        }
        (void)raise(SIGKILL);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    fox_picture_file_let_go(&file);
}

static void what_a_dead_process_held_is_counted_and_then_given_back(void **state)
{
    struct kit *kit = *state;
    struct storage_report report;

    die_while_uploading(kit, 1);
    assert_true(kit_pool_number(kit, "held_bytes") > 0);
    assert_int_equal(kit_file_count(kit), 1);
    storage_verify(&report, kit, PXF_VERIFY_QUICK);
    assert_int_equal(report.stale_hold, 1);
    assert_int_equal(report.repaired, 0);
    assert_true(kit_pool_number(kit, "held_bytes") > 0);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.stale_hold, 1);
    assert_int_equal(report.repaired, 1);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    assert_int_equal(kit_file_count(kit), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
}

/* In a process of its own: closing the file in this one would drop the store's locks. */
static void end_all_holds(struct kit *kit)
{
    const pid_t child = fork();
    int status = 1;

    if (child == 0) {
        sqlite3 *db = NULL;

        _exit(sqlite3_open(fox_scratch_path(&kit->scratch, "store/catalog.sqlite"), &db) !=
                  SQLITE_OK ||
              sqlite3_exec(db, "UPDATE hold SET expires_ms = 1", NULL, NULL, NULL) != SQLITE_OK ||
              sqlite3_changes(db) != 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void an_upload_whose_room_was_swept_is_lost_and_leaves_nothing(void **state)
{
    struct kit *kit = *state;
    struct fox_picture_file file = fox_picture_png(400, 300, 1);
    struct storage_report report;
    pxf_error err = {0};
    pxf_upload *upload = pxf_upload_new(kit->store, "ada", &err);

    assert_ok(pxf_upload_append(upload, file.data, file.size, NULL, &err));
    assert_int_equal(kit_file_count(kit), 1);
    end_all_holds(kit);
    storage_verify(&report, kit, PXF_VERIFY_REPAIR);
    assert_int_equal(report.stale_hold, 1);
    assert_int_equal(kit_file_count(kit), 0);
    assert_null(pxf_upload_finish(upload, NULL, &err));
    assert_int_equal(err.status, PXF_LOST);
    pxf_upload_free(upload);
    assert_int_equal(kit_file_count(kit), 0);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    kit_assert_sound(kit, PXF_VERIFY_DEEP);
    fox_picture_file_let_go(&file);
}

static size_t sign_count(struct kit *kit)
{
    char command[200];
    size_t count = 0;
    FILE *pipe;

    (void)snprintf(command, sizeof command, "ls -A '%s/live' | wc -l", kit->path);
    pipe = popen(command, "re");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%zu", &count), 1);
    (void)pclose(pipe);
    return count;
}

static void the_signs_of_dead_processes_do_not_pile_up(void **state)
{
    struct kit *kit = *state;

    for (uint32_t i = 0; i < 3; i++) {
        die_while_uploading(kit, i);
    }
    kit_reopen(kit, NULL);
    assert_int_equal(sign_count(kit), 1);
    assert_int_equal(kit_pool_number(kit, "held_bytes"), 0);
    assert_int_equal(kit_file_count(kit), 0);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_verify, IN_STORE(exactly_what_is_gone_is_listed_and_variants_are_made_again),
      IN_STORE(a_second_run_after_a_repair_finds_nothing),
      IN_STORE(variants_without_an_original_are_the_last_good_copy_and_stay),
      IN_STORE(a_flipped_byte_is_found_by_reading_all),
      IN_STORE(an_image_with_fewer_variants_than_recipes_is_sound),
      IN_STORE(an_orphan_is_told_and_a_repair_sets_it_aside),
      IN_STORE(a_young_orphan_is_left_alone), IN_STORE(too_many_orphans_are_left_for_a_person),
      IN_STORE(foreign_shapes_are_listed_and_never_touched),
      IN_STORE(what_a_repair_says_it_freed_the_disk_got_back),
      IN_STORE(more_temporaries_than_a_page_are_all_found),
      IN_STORE(what_a_dead_process_held_is_counted_and_then_given_back),
      IN_STORE(an_upload_whose_room_was_swept_is_lost_and_leaves_nothing),
      IN_STORE(the_signs_of_dead_processes_do_not_pile_up))
