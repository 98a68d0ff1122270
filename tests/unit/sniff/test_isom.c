/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "picture.h"
#include "sniff/box.h"
#include "support/suite.h"

static const char av1c[] = "\x81\x00\x0c\x00";      /* 8 bits, 4:2:0 */
static const char av1c_10[] = "\x81\x00\x4c\x00";   /* 10 bits */
static const char av1c_12[] = "\x81\x40\x6c\x00";   /* 12 bits */
static const char av1c_gray[] = "\x81\x00\x1c\x00"; /* monochrome */
static const char hvcc[] = "\1\3p\0\0\0\0\0\0\0\0\0\x1e\xf0\0\xfc\xfd\xf8\xf8\0\0\x0f";
static const char hvcc_10[] = "\1\3p\0\0\0\0\0\0\0\0\0\x1e\xf0\0\xfc\xfd\xfa\xfa\0\0\x0f";
static const char alpha_urn[] = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

/* A file under construction: its properties, of which the first `own` are the primary item's. */
struct still {
    const char *brand, *compatible;
    struct fox_str properties;
    unsigned own;
    const char *exif; /* an item behind the picture's; NULL for none */
    size_t exif_size;
    const char *exif_type;
    struct fox_str extra;  /* boxes at the end of "meta" */
    uint32_t picture_size; /* of "mdat", 8 if 0 */
};

static void free_still(struct still *still)
{
    fox_str_free(&still->properties);
    fox_str_free(&still->extra);
}

static void add_property(struct still *still, const char *type, const void *data, size_t size)
{
    const size_t box = box_begin(&still->properties, type);

    fox_str_put(&still->properties, data, size);
    box_end(&still->properties, box);
    still->own++;
}

static void add_size(struct still *still, uint32_t width, uint32_t height)
{
    const size_t box = full_box_begin(&still->properties, "ispe", 0, 0);

    put_be(&still->properties, 4, width);
    put_be(&still->properties, 4, height);
    box_end(&still->properties, box);
    still->own++;
}

static void add_clap(struct still *still, uint32_t width, uint32_t height, uint32_t divisor)
{
    const size_t box = box_begin(&still->properties, "clap");

    put_be(&still->properties, 4, width * divisor);
    put_be(&still->properties, 4, divisor);
    put_be(&still->properties, 4, height * divisor);
    put_be(&still->properties, 4, divisor);
    put_zeros(&still->properties, 16);
    box_end(&still->properties, box);
    still->own++;
}

static void add_alpha(struct still *still)
{
    const size_t box = full_box_begin(&still->properties, "auxC", 0, 0);

    fox_str_put(&still->properties, alpha_urn, sizeof alpha_urn);
    box_end(&still->properties, box);
}

static void put_ftyp(struct fox_str *to, const struct still *still)
{
    const size_t box = box_begin(to, "ftyp");

    fox_str_put(to, still->brand ? still->brand : "avif", 4);
    put_zeros(to, 4);
    fox_str_put_text(to, still->compatible ? still->compatible : "mif1");
    box_end(to, box);
}

static void put_infe(struct fox_str *to, unsigned item, const char *type)
{
    const size_t box = full_box_begin(to, "infe", 2, 0);

    put_be(to, 2, item);
    put_be(to, 2, 0);
    fox_str_put(to, type, 4);
    put_zeros(to, 1);
    box_end(to, box);
}

static void put_iinf(struct fox_str *to, const struct still *still)
{
    const size_t box = full_box_begin(to, "iinf", 0, 0);

    put_be(to, 2, still->exif ? 2 : 1);
    put_infe(to, 1, "av01");
    if (still->exif) {
        put_infe(to, 2, still->exif_type ? still->exif_type : "Exif");
    }
    box_end(to, box);
}

static void put_iprp(struct fox_str *to, const struct still *still)
{
    const size_t iprp = box_begin(to, "iprp");
    const size_t ipco = box_begin(to, "ipco");
    size_t ipma;

    fox_str_put(to, still->properties.data, still->properties.size);
    box_end(to, ipco);
    ipma = full_box_begin(to, "ipma", 0, 0);
    put_be(to, 4, 2);
    put_be(to, 2, 7); /* another item, which must not matter */
    put_be(to, 2, 0x0181);
    put_be(to, 2, 1);
    put_be(to, 1, still->own);
    for (unsigned i = 1; i <= still->own; i++) {
        put_be(to, 1, i);
    }
    box_end(to, ipma);
    box_end(to, iprp);
}

/* Returns where the two places are, for the caller to fill in. */
static size_t put_iloc(struct fox_str *to, const struct still *still)
{
    const size_t box = full_box_begin(to, "iloc", 0, 0);
    size_t places = 0;

    put_be(to, 2, 0x4400);
    put_be(to, 2, still->exif ? 2 : 1);
    for (unsigned item = 1; item <= (still->exif ? 2U : 1U); item++) {
        put_be(to, 2, item);
        put_be(to, 2, 0);
        put_be(to, 2, 1);
        places = item == 1 ? to->size : places;
        put_zeros(to, 8);
    }
    box_end(to, box);
    return places;
}

static void put_still(struct fox_str *to, const struct still *still)
{
    const uint32_t size = still->picture_size ? still->picture_size : 8;
    size_t meta, box, places;

    put_ftyp(to, still);
    meta = full_box_begin(to, "meta", 0, 0);
    box = full_box_begin(to, "pitm", 0, 0);
    put_be(to, 2, 1);
    box_end(to, box);
    put_iinf(to, still);
    put_iprp(to, still);
    places = put_iloc(to, still);
    fox_str_put(to, still->extra.data, still->extra.size);
    box_end(to, meta);
    box = box_begin(to, "mdat");
    patch_be32(to, places, (uint32_t)to->size);
    patch_be32(to, places + 4, size);
    put_zeros(to, size);
    if (still->exif) {
        patch_be32(to, places + 14, (uint32_t)to->size);
        patch_be32(to, places + 18, (uint32_t)still->exif_size);
        fox_str_put(to, still->exif, still->exif_size);
    }
    box_end(to, box);
}

/* Builds it, lets go of the recipe, sniffs. */
static struct fox_sniff sniff_still(struct still *still)
{
    pxf_error err = {0};
    AUTO(fox_str) bytes = {0};
    struct fox_sniff sniff = {0};

    put_still(&bytes, still);
    free_still(still);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    return sniff;
}

static struct still plain(void)
{
    struct still still = {0};

    add_size(&still, 64, 48);
    add_property(&still, "av1C", av1c, 4);
    return still;
}

static void properties_tell_size_depth_and_channels(void **state)
{
    static const struct {
        const char *config_type, *config;
        size_t config_size;
        bool has_alpha;
        pxf_format format;
        unsigned depth, channels;
    } cases[] = {
        {"av1C", av1c, 4, false, PXF_FORMAT_AVIF, 8, 3},
        {"av1C", av1c_10, 4, true, PXF_FORMAT_AVIF, 10, 4},
        {"av1C", av1c_12, 4, false, PXF_FORMAT_AVIF, 12, 3},
        {"av1C", av1c_gray, 4, true, PXF_FORMAT_AVIF, 8, 2},
        {"hvcC", hvcc, sizeof hvcc - 1, false, PXF_FORMAT_HEIC, 8, 3},
        {"hvcC", hvcc_10, sizeof hvcc_10 - 1, true, PXF_FORMAT_HEIC, 10, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct still still = {.brand = "mif1", .compatible = "miaf"};
        struct fox_sniff sniff;

        add_property(&still, cases[i].config_type, cases[i].config, cases[i].config_size);
        add_size(&still, 127, 4000);
        if (cases[i].has_alpha) {
            add_alpha(&still);
        }
        sniff = sniff_still(&still);
        assert_int_equal(sniff.format, cases[i].format);
        assert_int_equal(sniff.width_px, 127);
        assert_int_equal(sniff.height_px, 4000);
        assert_int_equal(sniff.bit_depth, cases[i].depth);
        assert_int_equal(sniff.channel_count, cases[i].channels);
        assert_int_equal(sniff.has_alpha, cases[i].has_alpha);
        assert_int_equal(sniff.orientation, 1);
    }
}

/* A file under the brand of the other codec is named after what is inside. */
static void the_codec_decides_the_format(void **state)
{
    struct still still = {.brand = "avif"};

    (void)state;
    add_size(&still, 64, 48);
    add_property(&still, "hvcC", hvcc, sizeof hvcc - 1);
    assert_int_equal(sniff_still(&still).format, PXF_FORMAT_HEIC);
}

static void another_codec_is_refused_by_name(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = {.brand = "mif1", .compatible = "jpeg"};

    (void)state;
    add_size(&still, 64, 48);
    add_property(&still, "jpgC", "1234", 4);
    put_still(&bytes, &still);
    free_still(&still);
    assert_refused(&bytes, PXF_UNSUPPORTED, "neither HEVC nor AV1");
}

static void turns_and_cuts_are_followed_in_their_order(void **state)
{
    static const struct {
        const char *steps; /* t: a quarter turn, h: a half one, m: a mirror, c: a cut to 30 × 20 */
        uint32_t width, height;
    } cases[] = {
        {"", 64, 48},   {"t", 48, 64},  {"h", 64, 48},  {"m", 64, 48},  {"c", 30, 20},
        {"ct", 20, 30}, {"tc", 30, 20}, {"tm", 48, 64}, {"tt", 64, 48},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct still still = plain();
        struct fox_sniff sniff;

        for (const char *step = cases[i].steps; *step; step++) {
            if (*step == 'c') {
                add_clap(&still, 30, 20, 3);
            } else if (*step == 'm') {
                add_property(&still, "imir", "\1", 1);
            } else {
                add_property(&still, "irot", *step == 't' ? "\3" : "\2", 1);
            }
        }
        sniff = sniff_still(&still);
        if (sniff.width_px != cases[i].width || sniff.height_px != cases[i].height) {
            fail_msg("\"%s\": %u x %u", cases[i].steps, sniff.width_px, sniff.height_px);
        }
        assert_int_equal(fox_sniff_shown_width_px(&sniff), cases[i].width);
    }
}

static void a_cut_that_is_nonsense_is_none(void **state)
{
    static const struct {
        uint32_t width, height, divisor;
    } cases[] = {{1, 1, 0}, {0, 0, 1}, {100000, 100000, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct still still = plain();
        struct fox_sniff sniff;

        add_clap(&still, cases[i].width, cases[i].height, cases[i].divisor);
        sniff = sniff_still(&still);
        assert_int_equal(sniff.width_px, 64);
        assert_int_equal(sniff.height_px, 48);
    }
}

static void a_profile_is_noticed_if_it_can_be_one(void **state)
{
    char colr[4 + 128] = "prof";
    static const struct {
        const char *type;
        size_t size;
        bool has_profile;
    } cases[] = {
        {"prof", 132, true}, {"rICC", 132, true}, {"prof", 100, false}, {"nclx", 132, false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct still still = plain();

        for (size_t k = 0; k < 4; k++) {
            colr[k] = cases[i].type[k];
        }
        add_property(&still, "colr", colr, cases[i].size);
        assert_int_equal(sniff_still(&still).has_profile, cases[i].has_profile);
    }
}

static void a_header_without_a_size_is_corrupt(void **state)
{
    AUTO(fox_str) none = {0};
    AUTO(fox_str) zero = {0};
    struct still still = {0};

    (void)state;
    add_property(&still, "av1C", av1c, 4);
    put_still(&none, &still);
    assert_refused(&none, PXF_CORRUPT, "primary picture's size");
    add_size(&still, 0, 48);
    put_still(&zero, &still);
    assert_refused(&zero, PXF_CORRUPT, "primary picture's size");
    free_still(&still);
}

static void a_sequence_alone_is_refused_by_name(void **state)
{
    AUTO(fox_str) bytes = {0};
    const struct still still = {.brand = "avis"};
    size_t box;

    (void)state;
    put_ftyp(&bytes, &still);
    box = box_begin(&bytes, "moov");
    put_zeros(&bytes, 20);
    box_end(&bytes, box);
    assert_refused(&bytes, PXF_UNSUPPORTED, "without a still picture");
}

static void exif_is_read_from_its_item_and_the_orientation_is_not(void **state)
{
    static const char item[] = "\0\0\0\6Exif\0\0II*\0\x08\0\0\0\2\0"
                               "\x10\1\2\0\4\0\0\0Cam\0"
                               "\x12\1\3\0\1\0\0\0\6\0\0\0"
                               "\0\0\0\0";
    AUTO(fox_str) bytes = {0};
    AUTO(fox_exif) exif = {0};
    struct still still = plain();
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    still.exif = item;
    still.exif_size = sizeof item - 1;
    put_still(&bytes, &still);
    free_still(&still);
    assert_ok(sniff_bytes(&bytes, &sniff, &err));
    assert_int_equal(sniff.orientation, 1);
    assert_ok(exif_of_bytes(&bytes, &exif, &err));
    assert_string_equal(exif.camera_model, "Cam");
    assert_string_equal(exif.json.data, "{\"Model\":\"Cam\",\"Orientation\":6}");
}

static void a_file_that_breaks_off_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = plain();

    (void)state;
    put_still(&bytes, &still);
    free_still(&still);
    assert_only_whole(&bytes);
}

static void an_item_past_the_end_is_truncated(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = plain();
    struct fox_str part;
    pxf_error err = {0};

    (void)state;
    put_still(&bytes, &still);
    free_still(&still);
    /* The last box says now that it reaches to the end, wherever that is. */
    patch_be32(&bytes, bytes.size - 16, 0);
    assert_ok(check_end_of_bytes(&bytes, &err));
    part = (struct fox_str){.data = bytes.data, .size = bytes.size - 1};
    assert_int_equal(check_end_of_bytes(&part, &err), PXF_CORRUPT);
    assert_non_null(strstr(err.message, "item 1"));
}

static void what_makers_append_that_is_no_box_does_not_count(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = plain();
    pxf_error err = {0};

    (void)state;
    put_still(&bytes, &still);
    free_still(&still);
    fox_str_put(&bytes, "\0\0\0\5trailer of a maker", 23);
    assert_ok(check_end_of_bytes(&bytes, &err));
}

static void a_box_of_wide_size_is_a_box(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_memory memory;
    struct fox_reader reader;
    struct fox_cursor cursor;
    struct fox_box box;
    struct fox_box_walk walk;

    (void)state;
    put_be(&bytes, 4, 1);
    fox_str_put(&bytes, "mdat", 4);
    put_be(&bytes, 8, 20);
    put_be(&bytes, 4, 7);
    put_be(&bytes, 4, 0);
    fox_str_put(&bytes, "last....", 8);
    memory = (struct fox_memory){bytes.data, bytes.size};
    reader = fox_reader_of_memory(&memory);
    fox_cursor_set(&cursor, &reader);
    walk = (struct fox_box_walk){.end = bytes.size};
    assert_true(fox_box_next(&cursor, &walk, &box));
    assert_true(fox_box_is(&box, "mdat"));
    assert_int_equal(box.payload.offset, 16);
    assert_int_equal(box.payload.size, 4);
    assert_true(fox_box_next(&cursor, &walk, &box));
    assert_true(fox_box_is(&box, "last"));
    assert_int_equal(box.payload.size, 4);
    assert_false(box.is_cut);
    assert_false(fox_box_next(&cursor, &walk, &box));
}

static void sizes_that_lie_end_a_walk(void **state)
{
    static const struct {
        uint64_t narrow, wide;
        bool is_box, is_cut;
    } cases[] = {{4, 0, false, false},        {7, 0, false, false}, {8, 0, true, false},
                 {0xffffffff, 0, true, true}, {1, 8, false, false}, {1, 16, true, false},
                 {1, UINT64_MAX, true, true}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct fox_memory memory;
        struct fox_reader reader;
        struct fox_cursor cursor;
        struct fox_box box = {0};
        struct fox_box_walk walk = {.end = 24};

        put_be(&bytes, 4, cases[i].narrow);
        fox_str_put(&bytes, "free", 4);
        put_be(&bytes, 8, cases[i].wide);
        put_zeros(&bytes, 8);
        memory = (struct fox_memory){bytes.data, bytes.size};
        reader = fox_reader_of_memory(&memory);
        fox_cursor_set(&cursor, &reader);
        assert_int_equal(fox_box_next(&cursor, &walk, &box), cases[i].is_box);
        assert_int_equal(box.is_cut, cases[i].is_cut);
        assert_true(walk.offset <= walk.end);
    }
}

/* Four billion extents in a few bytes: each takes none, so they are one and the same. */
static void extents_without_bytes_are_not_walked_one_by_one(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct fox_memory memory;
    struct fox_reader reader;
    struct fox_cursor cursor;
    struct fox_meta meta = {0};
    struct fox_item_walk walk;
    struct fox_item_extent extent;
    unsigned count = 0;

    (void)state;
    put_zeros(&bytes, 8);
    put_be(&bytes, 8, 0xffff); /* no version, no sizes, as many items as there can be */
    for (unsigned i = 0; i < 100; i++) {
        put_be(&bytes, 2, i);
        put_be(&bytes, 2, 0);
        put_be(&bytes, 2, 0xffff);
    }
    meta.iloc.payload = (struct fox_extent){8, bytes.size - 8};
    memory = (struct fox_memory){bytes.data, bytes.size};
    reader = fox_reader_of_memory(&memory);
    fox_cursor_set(&cursor, &reader);
    assert_true(fox_item_walk_start(&cursor, &meta, &walk));
    while (fox_item_extent_next(&cursor, &meta, &walk, &extent)) {
        count++;
    }
    assert_int_equal(count, 100);
}

static void a_plain_picture_has_no_metadata(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = plain();

    (void)state;
    add_alpha(&still);
    put_still(&bytes, &still);
    free_still(&still);
    assert_false(bytes_have_metadata(&bytes, PXF_FORMAT_AVIF));
    fox_str_put(&bytes, "x", 1);
    assert_true(bytes_have_metadata(&bytes, PXF_FORMAT_AVIF));
}

static void items_boxes_and_properties_that_tell_more_are_metadata(void **state)
{
    static const struct {
        const char *place, *type;
        bool has;
    } cases[] = {
        {"item", "Exif", true},     {"item", "mime", true},     {"item", "av01", false},
        {"item", "uri ", true},     {"property", "udes", true}, {"property", "pasp", false},
        {"property", "uuid", true}, {"meta", "xml ", true},     {"meta", "udta", true},
        {"meta", "idat", false},    {"file", "uuid", true},     {"file", "free", true},
        {"file", "moov", true},     {"file", "mdat", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct still still = plain();

        if (strcmp(cases[i].place, "item") == 0) {
            still.exif = "data";
            still.exif_size = 4;
            still.exif_type = cases[i].type;
        } else if (strcmp(cases[i].place, "property") == 0) {
            add_property(&still, cases[i].type, "12345678", 8);
        } else if (strcmp(cases[i].place, "meta") == 0) {
            box_end(&still.extra, box_begin(&still.extra, cases[i].type));
        }
        put_still(&bytes, &still);
        free_still(&still);
        if (strcmp(cases[i].place, "file") == 0) {
            box_end(&bytes, box_begin(&bytes, cases[i].type));
        }
        if (bytes_have_metadata(&bytes, PXF_FORMAT_AVIF) != cases[i].has) {
            fail_msg("%s '%s'", cases[i].place, cases[i].type);
        }
    }
}

static void a_thumbnail_is_metadata_and_an_alpha_plane_is_not(void **state)
{
    static const struct {
        const char *type;
        bool has;
    } cases[] = {{"thmb", true}, {"cdsc", true}, {"auxl", false}, {"dimg", false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};
        struct still still = plain();
        const size_t iref = full_box_begin(&still.extra, "iref", 0, 0);
        const size_t reference = box_begin(&still.extra, cases[i].type);

        put_be(&still.extra, 6, UINT64_C(0x000200010001));
        box_end(&still.extra, reference);
        box_end(&still.extra, iref);
        put_still(&bytes, &still);
        free_still(&still);
        assert_int_equal(bytes_have_metadata(&bytes, PXF_FORMAT_AVIF), cases[i].has);
    }
}

static void a_variant_that_breaks_off_is_corrupt(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct still still = plain();
    struct fox_memory memory;
    struct fox_reader reader;
    bool has = false;
    pxf_error err = {0};

    (void)state;
    put_still(&bytes, &still);
    free_still(&still);
    memory = (struct fox_memory){bytes.data, bytes.size - 1};
    reader = fox_reader_of_memory(&memory);
    assert_fails(fox_sniff_has_metadata(&reader, PXF_FORMAT_AVIF, &has, &err), PXF_CORRUPT);
}

SUITE(isom, cmocka_unit_test(properties_tell_size_depth_and_channels),
      cmocka_unit_test(the_codec_decides_the_format),
      cmocka_unit_test(another_codec_is_refused_by_name),
      cmocka_unit_test(turns_and_cuts_are_followed_in_their_order),
      cmocka_unit_test(a_cut_that_is_nonsense_is_none),
      cmocka_unit_test(a_profile_is_noticed_if_it_can_be_one),
      cmocka_unit_test(a_header_without_a_size_is_corrupt),
      cmocka_unit_test(a_sequence_alone_is_refused_by_name),
      cmocka_unit_test(exif_is_read_from_its_item_and_the_orientation_is_not),
      cmocka_unit_test(a_file_that_breaks_off_is_truncated),
      cmocka_unit_test(an_item_past_the_end_is_truncated),
      cmocka_unit_test(what_makers_append_that_is_no_box_does_not_count),
      cmocka_unit_test(a_box_of_wide_size_is_a_box), cmocka_unit_test(sizes_that_lie_end_a_walk),
      cmocka_unit_test(extents_without_bytes_are_not_walked_one_by_one),
      cmocka_unit_test(a_plain_picture_has_no_metadata),
      cmocka_unit_test(items_boxes_and_properties_that_tell_more_are_metadata),
      cmocka_unit_test(a_thumbnail_is_metadata_and_an_alpha_plane_is_not),
      cmocka_unit_test(a_variant_that_breaks_off_is_corrupt))
