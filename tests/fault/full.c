/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aftermath.h"

/* A disk that is really full: a small file system of memory. */

enum { SIDE_PX = 300, MOST = 400, ID_BYTES = 37 };

struct disk {
    struct kit kit;
    char ids[MOST][ID_BYTES];
    size_t count;
};

static void open_disk(struct disk *disk, const char *size)
{
    static const char *const settings[] = {"pool.reserve_pct=0", "render.webp_enabled=false",
                                           "render.avif_enabled=false", NULL};

    *disk = (struct disk){.kit = {.scratch = fox_scratch_make()}};
    fox_scratch_mount(&disk->kit.scratch, ".", size);
    (void)snprintf(disk->kit.path, sizeof disk->kit.path, "%s/store", disk->kit.scratch.path);
    kit_reopen(&disk->kit, settings);
}

static void close_disk(struct disk *disk)
{
    pxf_store_close(disk->kit.store);
    fox_scratch_remove(&disk->kit.scratch);
}

static pxf_status put(struct disk *disk, uint32_t seed, pxf_error *err)
{
    const struct fox_picture_file file = fox_picture_png(SIDE_PX, SIDE_PX, seed);
    pxf_image *image = pxf_image_put_bytes(disk->kit.store, file.data, file.size, "ada", NULL, err);

    free(file.data);
    if (image) {
        (void)snprintf(disk->ids[disk->count++], ID_BYTES, "%s", pxf_image_id(image));
        pxf_image_free(image);
    }
    return (pxf_status)err->status;
}

/* What a disk has left is remembered for up to a second. */
static void put_soon(struct disk *disk, uint32_t seed)
{
    enum { LOOK_US = 50000, LOOKS = 40 };
    pxf_error err = {0};

    for (int i = 0; put(disk, seed, &err) == PXF_FULL && i < LOOKS; i++) {
        (void)usleep(LOOK_US);
    }
    if (err.status != PXF_OK) {
        fail_msg("with room again: %s", err.message);
    }
}

/* Until the disk is full; it says so. */
static void fill(struct disk *disk)
{
    pxf_error err = {0};
    uint32_t seed = (uint32_t)disk->count * 1000;

    while (disk->count < MOST && put(disk, ++seed, &err) == PXF_OK) {
    }
    if (err.status != PXF_FULL || err.message[0] == '\0') {
        fail_msg("after %zu pictures: %s: %s", disk->count, fox_status_name((pxf_status)err.status),
                 err.message);
    }
}

static void check_all(struct disk *disk, size_t from)
{
    pxf_error err = {0};

    for (size_t i = from; i < disk->count; i++) {
        pxf_image *image = pxf_image_find(disk->kit.store, disk->ids[i], &err);
        pxf_bytes *bytes;

        if (!image) {
            fail_msg("picture %zu was lost: %s", i, err.message);
        }
        bytes = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
        assert_non_null(bytes);
        assert_int_equal(pxf_bytes_size(bytes), pxf_image_bytes(image));
        pxf_bytes_free(bytes);
        pxf_image_free(image);
    }
    kit_assert_sound(&disk->kit, PXF_VERIFY_DEEP);
}

static size_t count_events(struct kit *kit, const char *kind)
{
    char cursor[256] = "";
    pxf_error err = {0};
    pxf_event *event;
    size_t count = 0;

    while ((event = pxf_event_next(kit->store, *cursor ? cursor : NULL, &err)) != NULL) {
        count += strcmp(pxf_event_kind(event), kind) == 0;
        (void)snprintf(cursor, sizeof cursor, "%s", pxf_event_cursor(event));
        pxf_event_free(event);
    }
    assert_int_equal(err.status, PXF_OK);
    return count;
}

static void remove_from_disk(struct disk *disk, size_t count)
{
    pxf_error err = {0};

    for (size_t i = 0; i < count; i++) {
        assert_ok(pxf_image_remove(disk->kit.store, disk->ids[i], &err));
    }
    kit_work(&disk->kit);
}

/* Something else than the store takes all that is left of the disk, or gives it back. */
static void hog(struct disk *disk, bool takes)
{
    const char *path = fox_scratch_path(&disk->kit.scratch, "hog");
    static char block[4096];
    FILE *file;

    if (!takes) {
        assert_int_equal(unlink(path), 0);
        return;
    }
    file = fopen(path, "we");
    assert_non_null(file);
    while (fwrite(block, 1, sizeof block, file) == sizeof block && fflush(file) == 0) {
    }
    (void)fclose(file);
}

static void a_full_disk_loses_nothing_and_goes_on_once_there_is_room(void **state)
{
    struct disk disk;
    size_t count;

    (void)state;
    open_disk(&disk, "size=32m");
    fill(&disk);
    count = disk.count;
    assert_true(count > 10);
    check_all(&disk, 0);
    remove_from_disk(&disk, count / 2);
    put_soon(&disk, 900);
    check_all(&disk, count / 2);
    close_disk(&disk);
}

static void what_others_leave_no_room_for_is_refused_and_deletion_still_works(void **state)
{
    struct disk disk;
    pxf_error err = {0};

    (void)state;
    open_disk(&disk, "size=32m");
    for (uint32_t seed = 1; seed <= 8; seed++) {
        assert_ok(put(&disk, seed, &err));
    }
    hog(&disk, true);
    assert_int_equal(put(&disk, 100, &err), PXF_FULL);
    check_all(&disk, 0);
    remove_from_disk(&disk, 4);
    check_all(&disk, 4);
    aftermath_sweep(&disk.kit);
    hog(&disk, false);
    put_soon(&disk, 101);
    check_all(&disk, 4);
    close_disk(&disk);
}

static void each_crossing_to_full_is_one_event(void **state)
{
    struct disk disk;
    pxf_error err = {0};
    size_t count;

    (void)state;
    open_disk(&disk, "size=32m");
    fill(&disk);
    count = disk.count;
    for (uint32_t seed = 500; seed < 505; seed++) {
        assert_int_equal(put(&disk, seed, &err), PXF_FULL);
    }
    assert_int_equal(count_events(&disk.kit, "pool_full"), 1);
    remove_from_disk(&disk, count / 2);
    put_soon(&disk, 600);
    fill(&disk);
    assert_int_equal(count_events(&disk.kit, "pool_full"), 2);
    close_disk(&disk);
}

SUITE(full, cmocka_unit_test(a_full_disk_loses_nothing_and_goes_on_once_there_is_room),
      cmocka_unit_test(what_others_leave_no_room_for_is_refused_and_deletion_still_works),
      cmocka_unit_test(each_crossing_to_full_is_one_event))
