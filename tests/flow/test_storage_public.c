/* SPDX-License-Identifier: Apache-2.0 */
#include "storage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An original for others than its owner says nothing of where it was taken, and is the same picture
 * (promise 8). What exiftool finds is what counts. */

static const char *const names[] = {"private.jpg",  "private.png",  "private.webp",
                                    "private.tiff", "private.heic", "private.gif"};

enum { NAMES = sizeof names / sizeof names[0], PIECE = 1000 };

static int run(const char *before, const char *path, const char *after)
{
    char command[1024];

    (void)snprintf(command, sizeof command, "%s '%s' %s", before, path, after);
    return system(command);
}

/* Whether exiftool finds a place. */
static bool finds_place(const char *path)
{
    return run("exiftool -a -u -G1 -s", path,
               "| grep -v '^.ExifTool\\|^.System' | grep -qiE 'gps|latitude|longitude'") == 0;
}

/* The picture with its place in every way that exiftool knows to write, below the scratch folder.
 */
static const char *place_it(struct kit *kit, const char *name)
{
    const char *path = fox_scratch_path(&kit->scratch, name);
    char command[1024];

    (void)snprintf(command, sizeof command, "cp '%s/%s' '%s'", FOX_PICTURES, name, path);
    assert_int_equal(system(command), 0);
    assert_int_equal(run("exiftool -q -m -overwrite_original -XMP-exif:GPSLatitude=52.516275 "
                         "-XMP-exif:GPSLongitude=13.37769 -XMP-exif:GPSAltitude=35 "
                         "-XMP-drone-dji:GpsLatitude=52.5 -GPSProcessingMethod=hidden "
                         "-GPSDateStamp=2024:01:02",
                         path, "2>/dev/null"),
                     0);
    return path;
}

static void write_whole(const char *path, const pxf_bytes *bytes)
{
    FILE *file = fopen(path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(pxf_bytes_data(bytes), 1, pxf_bytes_size(bytes), file),
                     pxf_bytes_size(bytes));
    assert_int_equal(fclose(file), 0);
}

static void assert_ranges_agree(const pxf_image *image, const pxf_bytes *whole)
{
    pxf_error err = {0};

    for (size_t at = 0; at < pxf_bytes_size(whole); at += PIECE) {
        pxf_bytes *piece = pxf_image_read(image, PXF_FOR_PUBLIC, at, PIECE, NULL, &err);

        assert_non_null(piece);
        assert_memory_equal(pxf_bytes_data(piece), (const char *)pxf_bytes_data(whole) + at,
                            pxf_bytes_size(piece));
        pxf_bytes_free(piece);
    }
}

static bool can_exiftool(void)
{
    return system("command -v exiftool >/dev/null 2>&1") == 0;
}

/* The full variant's bytes: the same pixels give the same. */
static pxf_bytes *render(struct kit *kit, const pxf_bytes *file, const char *owner)
{
    pxf_error err = {0};
    pxf_image *put = pxf_image_put_bytes(kit->store, pxf_bytes_data(file), pxf_bytes_size(file),
                                         owner, NULL, &err);
    pxf_image *made;
    pxf_bytes *bytes;

    if (!put) {
        fail_msg("put: %s", err.message);
    }
    made = kit_wait(put, PXF_IMAGE_READY);
    bytes = pxf_variant_read(pxf_image_find_variant(made, "webp"), 0, 0, NULL, &err);
    assert_non_null(bytes);
    pxf_image_free(made);
    pxf_image_free(put);
    return bytes;
}

static void the_public_gets_the_same_picture_without_its_place(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};

    if (!can_exiftool()) {
        skip_because("no exiftool here");
    }
    for (size_t i = 0; i < NAMES; i++) {
        const char *path = place_it(kit, names[i]);
        const char *out = fox_scratch_path(&kit->scratch, "out");
        pxf_image *image = pxf_image_put_file(kit->store, path, "ada", NULL, &err);
        pxf_bytes *whole, *own, *mine, *theirs;

        if (!image) {
            fail_msg("%s: %s", names[i], err.message);
        }
        assert_true(finds_place(path));
        own = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
        whole = pxf_image_read(image, PXF_FOR_PUBLIC, 0, 0, NULL, &err);
        assert_non_null(whole);
        assert_int_equal(pxf_bytes_size(whole), pxf_image_bytes(image));
        write_whole(out, whole);
        if (finds_place(out)) {
            fail_msg("%s still says where it was taken", names[i]);
        }
        assert_int_not_equal(run("exiftool -Error -Warning", out, "| grep -q ."), 0);
        assert_ranges_agree(image, whole);
        mine = render(kit, own, "bob");
        theirs = render(kit, whole, "carol");
        assert_int_equal(pxf_bytes_size(mine), pxf_bytes_size(theirs));
        assert_memory_equal(pxf_bytes_data(mine), pxf_bytes_data(theirs), pxf_bytes_size(mine));
        pxf_bytes_free(mine);
        pxf_bytes_free(theirs);
        pxf_bytes_free(own);
        pxf_bytes_free(whole);
        pxf_image_free(image);
    }
}

static void
the_owner_gets_every_byte_and_so_does_the_public_where_the_settings_say_raw(void **state)
{
    struct kit *kit = *state;
    pxf_error err = {0};
    char path[300];
    pxf_image *image;
    pxf_bytes *own, *public;

    (void)snprintf(path, sizeof path, "%s/private.jpg", FOX_PICTURES);
    image = pxf_image_put_file(kit->store, path, "ada", NULL, &err);
    assert_non_null(image);
    own = pxf_image_read(image, PXF_FOR_OWNER, 0, 0, NULL, &err);
    public = pxf_image_read(image, PXF_FOR_PUBLIC, 0, 0, NULL, &err);
    assert_int_not_equal(memcmp(pxf_bytes_data(own), pxf_bytes_data(public), pxf_bytes_size(own)),
                         0);
    pxf_bytes_free(public);
    assert_ok(pxf_store_set_text(kit->store, "store.public_originals", "raw", 0, &err));
    public = pxf_image_read(image, PXF_FOR_PUBLIC, 0, 0, NULL, &err);
    assert_memory_equal(pxf_bytes_data(own), pxf_bytes_data(public), pxf_bytes_size(own));
    pxf_bytes_free(public);
    pxf_bytes_free(own);
    assert_null(pxf_image_read(image, (pxf_reader)7, 0, 0, NULL, &err));
    assert_int_equal(err.status, PXF_INVALID);
    pxf_image_free(image);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, kit_open, kit_close)

SUITE(storage_public, IN_STORE(the_public_gets_the_same_picture_without_its_place),
      IN_STORE(the_owner_gets_every_byte_and_so_does_the_public_where_the_settings_say_raw))
