/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/sniff.h"

#include <string.h>

#include "picture.h"
#include "support/suite.h"

static void first_bytes_tell_the_format(void **state)
{
    static const struct {
        const char *head;
        size_t size;
        pxf_format format;
    } cases[] = {
        {"\xff\xd8\xff\xe0", 4, PXF_FORMAT_JPEG},
        {"\xff\xd8\xff", 3, PXF_FORMAT_JPEG},
        {"\xff\xd8", 2, 0},
        {"\x89PNG\r\n\x1a\n", 8, PXF_FORMAT_PNG},
        {"\x89PNG\n\n\x1a\n", 8, 0},
        {"GIF87a", 6, PXF_FORMAT_GIF},
        {"GIF89a", 6, PXF_FORMAT_GIF},
        {"GIF88a", 6, 0},
        {"II*\0", 4, PXF_FORMAT_TIFF},
        {"MM\0*", 4, PXF_FORMAT_TIFF},
        {"II+\0", 4, 0},
        {"RIFF\1\0\0\0WEBP", 12, PXF_FORMAT_WEBP},
        {"RIFF\1\0\0\0WAVE", 12, 0},
        {"RIFF\1\0\0\0WEB", 11, 0},
        {"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", 18, PXF_FORMAT_BMP},
        {"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\1", 18, 0},
        {"BMW is a car maker", 18, 0},
        {"", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (fox_sniff_format(cases[i].head, cases[i].size) != cases[i].format) {
            fail_msg("case %zu", i);
        }
    }
}

static void brands_tell_the_format(void **state)
{
    static const struct {
        const char *box; /* behind the size */
        size_t size;
        pxf_format format;
    } cases[] = {
        {"ftypavif\0\0\0\0mif1", 20, PXF_FORMAT_AVIF},
        {"ftypavis\0\0\0\0msf1", 20, PXF_FORMAT_AVIF},
        {"ftypheic\0\0\0\0mif1", 20, PXF_FORMAT_HEIC},
        {"ftyphevc\0\0\0\0", 16, PXF_FORMAT_HEIC},
        {"ftypmif1\0\0\0\0mif1heic", 24, PXF_FORMAT_HEIC},
        {"ftypmif1\0\0\0\0miafavif", 24, PXF_FORMAT_AVIF},
        {"ftypmif1\0\0\0\0heicavif", 24, PXF_FORMAT_HEIC},
        {"ftypmif1\0\0\0\0miaf", 20, PXF_FORMAT_HEIC},
        {"ftypmsf1\0\0\0\0miaf", 20, PXF_FORMAT_HEIC},
        {"ftypisom\0\0\0\0mp42avif", 20, 0}, /* the box ends before "avif" */
        {"ftypisom\0\0\0\0mp42avif", 24, PXF_FORMAT_AVIF},
        {"ftypisomavif", 16, 0}, /* a version is no brand */
        {"ftypmp42\0\0\0\0isom", 20, 0},
        {"moovheic\0\0\0\0heic", 20, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char head[FOX_SNIFF_HEAD_BYTES] = {0};

        head[3] = (char)cases[i].size;
        memcpy(head + 4, cases[i].box, cases[i].size - 4);
        if (fox_sniff_format(head, sizeof head) != cases[i].format) {
            fail_msg("case %zu", i);
        }
    }
}

static void what_is_no_picture_is_refused_by_name(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *words;
    } cases[] = {
        {"", 0, "an empty file"},
        {"hello, this is text\n", 20, "text is no"},
        {"\xef\xbb\xbf<svg xmlns='x'/>", 18, "an SVG drawing"},
        {"<?xml version=\"1.0\"?><!-- c --><SVG>", 36, "an SVG drawing"},
        {"<?xml version=\"1.0\"?><note/>", 28, "an XML document"},
        {"<!DOCTYPE HTML><p>", 18, "an HTML page"},
        {"<html>", 6, "an HTML page"},
        {"%PDF-1.7 x", 10, "a PDF document"},
        {"%!PS-Adobe", 10, "a PostScript file"},
        {"push graphic-context", 20, "an ImageMagick script"},
        {"\xff\x0a\x12\x34", 4, "a JPEG XL picture"},
        {"\0\0\0\x0cJXL \r\n\x87\n", 12, "a JPEG XL picture"},
        {"\0\0\0\x0cjP  \r\n\x87\n", 12, "a JPEG 2000 picture"},
        {"II+\0\x08\0\0\0", 8, "a BigTIFF"},
        {"MM\0+\0\x08\0\0", 8, "a BigTIFF"},
        {"8BPS\0\1", 6, "a Photoshop document"},
        {"\0\0\1\0\1\0", 6, "an icon"},
        {"\x1f\x8b\x08", 3, "a gzip file"},
        {"PK\3\4rest", 8, "a ZIP archive"},
        {"RIFF\0\0\0\0AVI LIST", 16, "an AVI video"},
        {"RIFF\0\0\0\0WAVEfmt ", 16, "a WAV recording"},
        {"\0\0\0\x14"
         "ftypmp42\0\0\0\0isom",
         20, "the brand 'mp42'"},
        {"\0\0\0\x14"
         "ftyp\xff\0\1\2\0\0\0\0isom",
         20, "a file of unknown kind"},
        {"\1\2\3\4\5", 5, "a file of unknown kind"},
        {"\xff\xd8", 2, "a file of unknown kind"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        fox_str_put(&bytes, cases[i].bytes, cases[i].size);
        assert_refused(&bytes, PXF_UNSUPPORTED, cases[i].words);
    }
}

static void a_few_bytes_of_a_picture_are_corrupt(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"\xff\xd8\xff", 3}, {"\x89PNG\r\n\x1a\n", 8}, {"GIF89a", 6},
        {"II*\0", 4},        {"RIFF\1\0\0\0WEBP", 12}, {"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", 18},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AUTO(fox_str) bytes = {0};

        fox_str_put(&bytes, cases[i].bytes, cases[i].size);
        assert_refused(&bytes, PXF_CORRUPT, "truncated");
    }
}

static void limits_name_their_rule(void **state)
{
    static const struct fox_sniff_limits limits = {.pixels = 1000000,
                                                   .all_pixels = 5000000,
                                                   .side_px = 20000,
                                                   .frame_count = 100,
                                                   .bit_depth = 16};
    static const struct {
        uint32_t width, height, frames, depth;
        const char *rule; /* NULL where it is allowed */
    } cases[] = {
        {1000, 1000, 1, 8, NULL},
        {1000, 1001, 1, 8, "too_many_pixels"},
        {20000, 50, 1, 8, NULL},
        {20001, 1, 1, 8, "too_large"},
        {1, 20001, 1, 8, "too_large"},
        {225000, 225000, 1, 8, "too_large"},
        {0xffffffff, 0xffffffff, 0xffffffff, 8, "too_large"},
        {1000, 1000, 5, 8, NULL},
        {1000, 1000, 6, 8, "too_many_pixels"},
        {10, 10, 100, 8, NULL},
        {10, 10, 101, 8, "too_many_frames"},
        {10, 10, 1, 16, NULL},
        {10, 10, 1, 32, "too_deep"},
    };
    pxf_error err = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct fox_sniff sniff = {.width_px = cases[i].width,
                                        .height_px = cases[i].height,
                                        .frame_count = cases[i].frames,
                                        .bit_depth = cases[i].depth};
        const char *rule = NULL;
        const pxf_status status = fox_sniff_check_limits(&sniff, &limits, &rule, &err);

        assert_int_equal(status, cases[i].rule ? PXF_LIMIT : PXF_OK);
        if (cases[i].rule) {
            assert_string_equal(rule, cases[i].rule);
            assert_int_equal(strncmp(err.message, rule, strlen(rule)), 0);
            assert_int_equal(err.origin, PXF_ORIGIN_IMAGE);
        }
        fox_fail_clear(&err);
    }
}

static void a_limit_of_zero_is_none(void **state)
{
    static const struct fox_sniff_limits none = {0};
    const struct fox_sniff sniff = {.width_px = 0xffffffff,
                                    .height_px = 0xffffffff,
                                    .frame_count = 0xffffffff,
                                    .bit_depth = 64};
    const char *rule = NULL;
    pxf_error err = {0};

    (void)state;
    assert_ok(fox_sniff_check_limits(&sniff, &none, &rule, &err));
    assert_null(rule);
}

static void all_frames_together_do_not_overflow(void **state)
{
    static const struct fox_sniff_limits limits = {.all_pixels = UINT64_MAX};
    const struct fox_sniff sniff = {
        .width_px = 0xffffffff, .height_px = 0xffffffff, .frame_count = 3, .bit_depth = 8};
    const char *rule = NULL;
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_sniff_check_limits(&sniff, &limits, &rule, &err), PXF_LIMIT);
    assert_string_equal(rule, "too_many_pixels");
}

static void what_is_no_format_is_refused(void **state)
{
    struct fox_memory memory = {"x", 1};
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    const struct fox_sniff sniff = {.format = (pxf_format)0};
    bool has = false;
    pxf_error err = {0};

    (void)state;
    assert_fails(fox_sniff_check_end(&reader, &sniff, &err), PXF_INVALID);
    assert_fails(fox_sniff_has_metadata(&reader, PXF_FORMAT_TIFF, &has, &err), PXF_UNSUPPORTED);
    assert_fails(fox_sniff_has_metadata(&reader, PXF_FORMAT_BMP, &has, &err), PXF_UNSUPPORTED);
    assert_fails(fox_sniff_has_metadata(&reader, (pxf_format)77, &has, &err), PXF_UNSUPPORTED);
}

/* Reads from memory, counts, and fails at the read of that number. */
struct counted {
    struct fox_memory memory;
    unsigned reads, fails_at;
    uint64_t bytes;
};

static pxf_status counted_read(void *ctx, uint64_t offset, void *data, size_t size,
                               size_t *ret_size, pxf_error *err)
{
    struct counted *counted = ctx;

    if (++counted->reads == counted->fails_at) {
        return fox_fail(err, PXF_IO, "read %u fails", counted->reads);
    }
    counted->bytes += size;
    *ret_size = size;
    memcpy(data, (const char *)counted->memory.data + offset, size);
    return PXF_OK;
}

static struct fox_reader counted_reader(struct counted *counted, const struct fox_str *bytes,
                                        unsigned fails_at)
{
    *counted = (struct counted){.memory = {bytes->data, bytes->size}, .fails_at = fails_at};
    return (struct fox_reader){.ctx = counted, .size = bytes->size, .read = counted_read};
}

/* One call of each function, in the order in which a host does. */
static pxf_status use(const struct fox_reader *reader, pxf_error *err)
{
    struct fox_sniff sniff;
    struct fox_exif exif;
    bool has = false;

    TRY(fox_sniff_read(reader, &sniff, err));
    TRY(fox_sniff_check_end(reader, &sniff, err));
    if (sniff.format != PXF_FORMAT_TIFF && sniff.format != PXF_FORMAT_BMP) {
        TRY(fox_sniff_has_metadata(reader, sniff.format, &has, err));
    }
    TRY(fox_exif_read(reader, &sniff, &exif, err));
    fox_exif_let_go(&exif);
    return PXF_OK;
}

static void put_tiff(struct fox_str *to)
{
    struct directory page = {.is_little = true};

    tiff_begin(to, true);
    put_zeros(to, 20000);
    directory_add_short(&page, 256, 100);
    directory_add_short(&page, 257, 200);
    directory_add_short(&page, 258, 8);
    directory_add_text(&page, 272, "Camera");
    directory_add_long(&page, 273, 8);
    directory_add_long(&page, 279, 20000);
    tiff_end(to, 0, true, directory_put(&page, to, 0, 0));
}

static void put_bmp(struct fox_str *to)
{
    fox_str_put(to, "BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x02\0\x02\0\x01\0\x18\0", 26);
    put_zeros(to, 16);
}

static void put_isom(struct fox_str *to)
{
    size_t meta, box, inner;

    box = box_begin(to, "ftyp");
    fox_str_put(to, "avif\0\0\0\0mif1", 12);
    box_end(to, box);
    meta = full_box_begin(to, "meta", 0, 0);
    box = full_box_begin(to, "pitm", 0, 0);
    put_be(to, 2, 1);
    box_end(to, box);
    box = box_begin(to, "iprp");
    inner = box_begin(to, "ipco");
    fox_str_put(to, "\0\0\0\x14ispe\0\0\0\0\0\0\0\x40\0\0\0\x30", 20);
    fox_str_put(to,
                "\0\0\0\x0c"
                "av1C\x81\0\x0c\0",
                12);
    box_end(to, inner);
    fox_str_put(to, "\0\0\0\x15ipma\0\0\0\0\0\0\0\1\0\1\2\1\2", 21);
    box_end(to, box);
    fox_str_put(to, "\0\0\0\x1eiloc\0\0\0\0\x44\0\0\1\0\1\0\0\0\1\0\0\0\0\0\0\0\x08", 30);
    box_end(to, meta);
    box = box_begin(to, "mdat");
    put_zeros(to, 6000);
    box_end(to, box);
}

static void put_picture(struct fox_str *to, pxf_format format)
{
    char filler[9000] = {0};

    switch (format) {
    case PXF_FORMAT_JPEG:
        jpeg_with(to, 0xe1, filler, sizeof filler);
        break;
    case PXF_FORMAT_PNG:
        png_with(to, "prVt", filler, sizeof filler);
        break;
    case PXF_FORMAT_GIF:
        gif_begin(to, 16, 8);
        for (int i = 0; i < 1000; i++) {
            gif_frame(to, 16, 8);
        }
        gif_end(to);
        break;
    case PXF_FORMAT_WEBP:
        webp_begin(to);
        webp_extended(to, 0, 16, 8);
        webp_chunk(to, "NOTE", filler, sizeof filler);
        webp_lossy(to, 16, 8);
        webp_end(to);
        break;
    case PXF_FORMAT_AVIF:
    case PXF_FORMAT_HEIC:
        put_isom(to);
        break;
    case PXF_FORMAT_TIFF:
        put_tiff(to);
        break;
    case PXF_FORMAT_BMP:
        put_bmp(to);
        break;
    }
}

/* The Nth read fails, for each N until all get through. */
static void a_reader_s_failure_comes_through_from_everywhere(void **state)
{
    (void)state;
    for (int format = PXF_FORMAT_JPEG; format <= PXF_FORMAT_BMP; format++) {
        AUTO(fox_str) bytes = {0};
        pxf_status status = PXF_IO;
        unsigned fails_at = 1;

        put_picture(&bytes, (pxf_format)format);
        for (; status != PXF_OK; fails_at++) {
            struct counted counted;
            const struct fox_reader reader = counted_reader(&counted, &bytes, fails_at);
            pxf_error err = {0};

            status = use(&reader, &err);
            if (status != (counted.reads >= fails_at ? PXF_IO : PXF_OK)) {
                fail_msg("format %d, read %u: %s", format, fails_at, err.message);
            }
            assert_true(fails_at < 1000);
        }
        assert_true(fails_at > 4);
    }
}

static void bombs_are_answered_from_a_few_kilobytes(void **state)
{
    AUTO(fox_str) png = {0};
    AUTO(fox_str) jpeg = {0};
    AUTO(fox_str) isom = {0};
    const struct fox_str *const bombs[] = {&png, &jpeg, &isom};
    char filler[40000] = {0};
    pxf_error err = {0};

    (void)state;
    png_begin(&png, 787402, 787402, 8, 2);
    png_chunk(&png, "IDAT", filler, sizeof filler);
    png_end(&png);
    jpeg_begin(&jpeg);
    jpeg_frame(&jpeg, 0xc0, 64250, 64250, 3);
    jpeg_scan(&jpeg, sizeof filler);
    put_isom(&isom);
    for (size_t i = 0; i < sizeof bombs / sizeof bombs[0]; i++) {
        struct counted counted;
        const struct fox_reader reader = counted_reader(&counted, bombs[i], 0);
        struct fox_sniff sniff;

        assert_ok(fox_sniff_read(&reader, &sniff, &err));
        assert_true(counted.bytes < 16384);
    }
}

static void a_file_of_many_frames_is_read_once(void **state)
{
    AUTO(fox_str) bytes = {0};
    struct counted counted;
    struct fox_reader reader;
    struct fox_sniff sniff;
    pxf_error err = {0};

    (void)state;
    gif_begin(&bytes, 10, 10);
    for (int i = 0; i < 10000; i++) {
        gif_frame(&bytes, 10, 10);
    }
    gif_end(&bytes);
    reader = counted_reader(&counted, &bytes, 0);
    assert_ok(fox_sniff_read(&reader, &sniff, &err));
    assert_int_equal(sniff.frame_count, 10000);
    assert_true(counted.bytes <= bytes.size + FOX_SNIFF_HEAD_BYTES);
}

SUITE(sniff, cmocka_unit_test(first_bytes_tell_the_format),
      cmocka_unit_test(brands_tell_the_format),
      cmocka_unit_test(what_is_no_picture_is_refused_by_name),
      cmocka_unit_test(a_few_bytes_of_a_picture_are_corrupt),
      cmocka_unit_test(limits_name_their_rule), cmocka_unit_test(a_limit_of_zero_is_none),
      cmocka_unit_test(all_frames_together_do_not_overflow),
      cmocka_unit_test(what_is_no_format_is_refused),
      cmocka_unit_test(a_reader_s_failure_comes_through_from_everywhere),
      cmocka_unit_test(bombs_are_answered_from_a_few_kilobytes),
      cmocka_unit_test(a_file_of_many_frames_is_read_once))
