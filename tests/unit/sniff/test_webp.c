/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"
#include "support/suite.h"

static void each_kind_of_picture_tells_its_size(void **state)
{
    AUTO(fox_str) lossy = {0};
    AUTO(fox_str) lossless = {0};
    AUTO(fox_str) extended = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    webp_begin(&lossy);
    webp_lossy(&lossy, 16383, 8);
    webp_end(&lossy);
    assert_ok(sniff_bytes(&lossy, &sniff, &err));
    assert_int_equal(sniff.format, PXF_FORMAT_WEBP);
    assert_int_equal(sniff.width_px, 16383);
    assert_int_equal(sniff.height_px, 8);
    assert_int_equal(sniff.channel_count, 3);
    assert_int_equal(sniff.frame_count, 1);
    webp_begin(&lossless);
    webp_lossless(&lossless, 16384, 3, true);
    webp_end(&lossless);
    assert_ok(sniff_bytes(&lossless, &sniff, &err));
    assert_int_equal(sniff.width_px, 16384);
    assert_int_equal(sniff.height_px, 3);
    assert_int_equal(sniff.channel_count, 4);
    assert_true(sniff.has_alpha);
    webp_begin(&extended);
    webp_extended(&extended, 0x10, 16777216, 5);
    webp_lossy(&extended, 16, 5);
    webp_end(&extended);
    assert_ok(sniff_bytes(&extended, &sniff, &err));
    assert_int_equal(sniff.width_px, 16777216);
    assert_int_equal(sniff.height_px, 5);
    assert_true(sniff.has_alpha);
}

/* The upper two bits of each side are a scale for players. */
static void the_scale_of_a_lossy_picture_is_no_size(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    webp_begin(&bytes);
    webp_lossy(&bytes, 0x4000 | 16, 0xc000 | 8);
    webp_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.width_px, 16);
    assert_int_equal(sniff.height_px, 8);
}

static void headers_that_are_none_are_corrupt(void **state)
{
    AUTO(fox_str) inter = {0};
    AUTO(fox_str) magic = {0};
    AUTO(fox_str) unknown = {0};
    AUTO(fox_str) flat = {0};
    AUTO(fox_str) empty = {0};

    (void)state;
    webp_begin(&inter);
    webp_lossy(&inter, 16, 8);
    inter.data[20] |= 1;
    assert_refused(&inter, PXF_CORRUPT, "key frame");
    webp_begin(&magic);
    webp_lossless(&magic, 16, 8, false);
    magic.data[20] = 0x2e;
    webp_end(&magic);
    assert_refused(&magic, PXF_CORRUPT, "unknown head");
    webp_begin(&unknown);
    webp_chunk(&unknown, "NOPE", "1234567890", 10);
    webp_end(&unknown);
    assert_refused(&unknown, PXF_CORRUPT, "unknown chunk");
    webp_begin(&flat);
    webp_lossy(&flat, 0, 8);
    webp_end(&flat);
    assert_refused(&flat, PXF_CORRUPT, "0 x 8 pixels");
    webp_begin(&empty);
    webp_end(&empty);
    assert_refused(&empty, PXF_CORRUPT, "truncated");
}

static void frames_of_an_animation_are_counted(void **state)
{
    static const unsigned counts[] = {1, 2, 99};
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_sniff sniff;

        webp_begin(&bytes);
        webp_extended(&bytes, 0x02, 16, 8);
        webp_chunk(&bytes, "ANIM", "123456", 6);
        for (unsigned k = 0; k < counts[i]; k++) {
            webp_frame(&bytes, NULL);
        }
        webp_end(&bytes);
        assert_ok(sniff_bytes(&bytes, &sniff, &err));
        assert_int_equal(sniff.frame_count, counts[i]);
        assert_ok(check_end_of_bytes(&bytes, &err));
        assert_false(bytes_have_metadata(&bytes, PXF_FORMAT_WEBP));
    }
}

static void alpha_and_profile_are_noticed_in_chunks(void **state)
{
    char profile[128] = {0};
    AUTO(fox_str) bytes = {0};
    AUTO(fox_str) brief = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    webp_begin(&bytes);
    webp_extended(&bytes, 0, 16, 8);
    webp_chunk(&bytes, "ICCP", profile, sizeof profile);
    webp_chunk(&bytes, "ALPH", "a", 1);
    webp_lossy(&bytes, 16, 8);
    webp_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_true(sniff.has_alpha);
    assert_true(sniff.has_profile);
    webp_begin(&brief);
    webp_extended(&brief, 0x20, 16, 8);
    webp_chunk(&brief, "ICCP", profile, 1);
    webp_lossy(&brief, 16, 8);
    webp_end(&brief);
    assert_ok(sniff_bytes(&brief, &sniff, &err));
    assert_false(sniff.has_profile);
}

static void the_orientation_stands_behind_the_picture(void **state)
{
    static const char exif[] = "Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0\0\0\0\0";
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    webp_begin(&bytes);
    webp_extended(&bytes, 0x08, 16, 8);
    webp_lossy(&bytes, 16, 8);
    webp_chunk(&bytes, "EXIF", exif, sizeof exif - 1);
    webp_end(&bytes);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.orientation, 8);
}

static void a_file_that_breaks_off_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    AUTO(fox_str) padded = {0};
    struct fox_str part;
    pxf_error err = {0};

    (void)state;
    webp_begin(&bytes);
    webp_extended(&bytes, 0x02, 16, 8);
    webp_frame(&bytes, NULL);
    webp_frame(&bytes, NULL);
    webp_end(&bytes);
    /* One byte less could be forgotten padding to the RIFF size, but not to the frame. */
    assert_only_whole(&bytes);
    webp_begin(&padded);
    webp_extended(&padded, 0x04, 16, 8);
    webp_lossy(&padded, 16, 8);
    webp_chunk(&padded, "XMP ", "odd", 3);
    webp_end(&padded);
    part = (struct fox_str){.data = padded.data, .size = padded.size - 1};
    assert_ok(check_end_of_bytes(&part, &err));
}

static void a_file_without_a_picture_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    pxf_error err = {0};

    (void)state;
    webp_begin(&bytes);
    webp_extended(&bytes, 0, 16, 8);
    webp_end(&bytes);
    assert_fails(check_end_of_bytes(&bytes, &err), PXF_CORRUPT);
}

static void chunks_that_are_no_picture_are_metadata(void **state)
{
    static const struct {
        const char *type;
        bool has;
    } cases[] = {{"ICCP", false}, {"ANIM", false}, {"ALPH", false}, {"EXIF", true},
                 {"XMP ", true},  {"NOTE", true},  {"exif", true}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        webp_begin(&bytes);
        webp_extended(&bytes, 0, 16, 8);
        webp_chunk(&bytes, cases[i].type, "data", 4);
        webp_lossy(&bytes, 16, 8);
        webp_end(&bytes);
        if (bytes_have_metadata(&bytes, PXF_FORMAT_WEBP) != cases[i].has) {
            fail_msg("chunk %s", cases[i].type);
        }
    }
}

static void metadata_hides_neither_in_frames_nor_behind_the_end(void **state)
{
    AUTO(fox_str) inside = {0};
    AUTO(fox_str) behind = {0};

    (void)state;
    webp_begin(&inside);
    webp_extended(&inside, 0x02, 16, 8);
    webp_frame(&inside, "EXIF");
    webp_end(&inside);
    assert_true(bytes_have_metadata(&inside, PXF_FORMAT_WEBP));
    webp_begin(&behind);
    webp_lossy(&behind, 16, 8);
    webp_end(&behind);
    assert_false(bytes_have_metadata(&behind, PXF_FORMAT_WEBP));
    fox_str_put(&behind, "EXIF", 4);
    assert_true(bytes_have_metadata(&behind, PXF_FORMAT_WEBP));
}

SUITE(webp, cmocka_unit_test(each_kind_of_picture_tells_its_size),
      cmocka_unit_test(the_scale_of_a_lossy_picture_is_no_size),
      cmocka_unit_test(headers_that_are_none_are_corrupt),
      cmocka_unit_test(frames_of_an_animation_are_counted),
      cmocka_unit_test(alpha_and_profile_are_noticed_in_chunks),
      cmocka_unit_test(the_orientation_stands_behind_the_picture),
      cmocka_unit_test(a_file_that_breaks_off_is_truncated),
      cmocka_unit_test(a_file_without_a_picture_is_truncated),
      cmocka_unit_test(chunks_that_are_no_picture_are_metadata),
      cmocka_unit_test(metadata_hides_neither_in_frames_nor_behind_the_end))
