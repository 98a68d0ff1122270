/* SPDX-License-Identifier: Apache-2.0 */
#include "picture.h"

#include <string.h>

#include "support/suite.h"

void put_be(struct fox_str *to, unsigned size, uint64_t number)
{
    while (size-- > 0) {
        const char byte = (char)(number >> (8 * size));

        fox_str_put(to, &byte, 1);
    }
}

void put_le(struct fox_str *to, unsigned size, uint64_t number)
{
    for (unsigned i = 0; i < size; i++) {
        const char byte = (char)(number >> (8 * i));

        fox_str_put(to, &byte, 1);
    }
}

void put_zeros(struct fox_str *to, size_t size)
{
    while (size-- > 0) {
        put_be(to, 1, 0);
    }
}

void patch_be32(struct fox_str *to, size_t at, uint32_t number)
{
    for (unsigned i = 0; i < 4; i++) {
        to->data[at + i] = (char)(number >> (24 - 8 * i));
    }
}

void jpeg_begin(struct fox_str *to)
{
    put_be(to, 2, 0xffd8);
}

void jpeg_segment(struct fox_str *to, unsigned marker, const void *payload, size_t size)
{
    put_be(to, 2, 0xff00 | marker);
    put_be(to, 2, size + 2);
    fox_str_put(to, payload, size);
}

void jpeg_frame(struct fox_str *to, unsigned marker, uint32_t width, uint32_t height,
                unsigned components)
{
    put_be(to, 2, 0xff00 | marker);
    put_be(to, 2, 8 + 3 * components);
    put_be(to, 1, 8);
    put_be(to, 2, height);
    put_be(to, 2, width);
    put_be(to, 1, components);
    for (unsigned i = 1; i <= components; i++) {
        put_be(to, 3, i << 16 | 0x1100);
    }
}

void jpeg_scan(struct fox_str *to, size_t size)
{
    put_be(to, 4, 0xffda0008);
    put_be(to, 6, UINT64_C(0x010100003f00));
    while (size-- > 0) {
        put_be(to, 1, 0x55);
    }
}

void jpeg_end(struct fox_str *to)
{
    put_be(to, 2, 0xffd9);
}

void jpeg_with(struct fox_str *to, unsigned marker, const void *payload, size_t size)
{
    jpeg_begin(to);
    jpeg_segment(to, marker, payload, size);
    jpeg_frame(to, 0xc0, 16, 8, 3);
    jpeg_scan(to, 10);
    jpeg_end(to);
}

void png_begin(struct fox_str *to, uint32_t width, uint32_t height, unsigned depth,
               unsigned colour_type)
{
    AUTO(fox_str) ihdr = {0};

    put_be(&ihdr, 4, width);
    put_be(&ihdr, 4, height);
    put_be(&ihdr, 1, depth);
    put_be(&ihdr, 1, colour_type);
    put_zeros(&ihdr, 3);
    fox_str_put(to, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(to, "IHDR", ihdr.data, ihdr.size);
}

void png_chunk(struct fox_str *to, const char *type, const void *data, size_t size)
{
    put_be(to, 4, size);
    fox_str_put(to, type, 4);
    fox_str_put(to, data, size);
    put_be(to, 4, 0x5a5a5a5a);
}

void png_end(struct fox_str *to)
{
    put_be(to, 4, 0);
    fox_str_put(to, "IEND\xae\x42\x60\x82", 8);
}

void png_with(struct fox_str *to, const char *type, const void *data, size_t size)
{
    png_begin(to, 16, 8, 8, 2);
    png_chunk(to, type, data, size);
    png_chunk(to, "IDAT", "0123456789", 10);
    png_end(to);
}

void gif_begin(struct fox_str *to, unsigned width, unsigned height)
{
    fox_str_put(to, "GIF89a", 6);
    put_le(to, 2, width);
    put_le(to, 2, height);
    put_le(to, 3, 0x80);
    put_le(to, 6, UINT64_C(0xffffff000000));
}

void gif_frame(struct fox_str *to, unsigned width, unsigned height)
{
    put_le(to, 1, 0x2c);
    put_le(to, 4, 0);
    put_le(to, 2, width);
    put_le(to, 2, height);
    put_le(to, 1, 0);
    fox_str_put(to, "\x02\x02\x4c\x01\x00", 5);
}

void gif_extension(struct fox_str *to, unsigned label, const void *data, size_t size)
{
    put_le(to, 1, 0x21);
    put_le(to, 1, label);
    put_le(to, 1, size);
    fox_str_put(to, data, size);
    put_le(to, 1, 0);
}

void gif_end(struct fox_str *to)
{
    put_le(to, 1, 0x3b);
}

void webp_begin(struct fox_str *to)
{
    fox_str_put(to, "RIFF\0\0\0\0WEBP", 12);
}

void webp_chunk(struct fox_str *to, const char *type, const void *data, size_t size)
{
    fox_str_put(to, type, 4);
    put_le(to, 4, size);
    fox_str_put(to, data, size);
    put_zeros(to, size % 2);
}

void webp_end(struct fox_str *to)
{
    const size_t size = to->size - 8;

    patch_be32(to, 4,
               (uint32_t)((size & 0xff) << 24 | (size & 0xff00) << 8 | (size & 0xff0000) >> 8));
}

static void put_key_frame(struct fox_str *to, unsigned width, unsigned height)
{
    put_le(to, 3, 0x10);
    fox_str_put(to, "\x9d\x01\x2a", 3);
    put_le(to, 2, width);
    put_le(to, 2, height);
    put_zeros(to, 4);
}

void webp_lossy(struct fox_str *to, unsigned width, unsigned height)
{
    AUTO(fox_str) frame = {0};

    put_key_frame(&frame, width, height);
    webp_chunk(to, "VP8 ", frame.data, frame.size);
}

void webp_lossless(struct fox_str *to, unsigned width, unsigned height, bool has_alpha)
{
    AUTO(fox_str) frame = {0};

    put_le(&frame, 1, 0x2f);
    put_le(&frame, 4, (width - 1) | (height - 1) << 14 | (has_alpha ? 1U << 28 : 0));
    put_zeros(&frame, 5);
    webp_chunk(to, "VP8L", frame.data, frame.size);
}

void webp_extended(struct fox_str *to, unsigned flags, uint32_t width, uint32_t height)
{
    AUTO(fox_str) head = {0};

    put_le(&head, 4, flags);
    put_le(&head, 3, width - 1);
    put_le(&head, 3, height - 1);
    webp_chunk(to, "VP8X", head.data, head.size);
}

void webp_frame(struct fox_str *to, const char *extra_type)
{
    AUTO(fox_str) frame = {0};

    put_zeros(&frame, 16);
    webp_lossy(&frame, 16, 8);
    if (extra_type) {
        webp_chunk(&frame, extra_type, "data", 4);
    }
    webp_chunk(to, "ANMF", frame.data, frame.size);
}

size_t box_begin(struct fox_str *to, const char *type)
{
    const size_t begin = to->size;

    put_be(to, 4, 0);
    fox_str_put(to, type, 4);
    return begin;
}

size_t full_box_begin(struct fox_str *to, const char *type, unsigned version, uint32_t flags)
{
    const size_t begin = box_begin(to, type);

    put_be(to, 4, (uint64_t)version << 24 | flags);
    return begin;
}

void box_end(struct fox_str *to, size_t begin)
{
    patch_be32(to, begin, (uint32_t)(to->size - begin));
}

static void put_number(struct fox_str *to, bool is_little, unsigned size, uint64_t number)
{
    if (is_little) {
        put_le(to, size, number);
    } else {
        put_be(to, size, number);
    }
}

static struct fox_str *add(struct directory *directory, unsigned tag, unsigned type, uint32_t count)
{
    const size_t i = directory->count++;

    assert_true(i < DIRECTORY_LIMIT);
    directory->entries[i].tag = tag;
    directory->entries[i].type = type;
    directory->entries[i].count = count;
    return &directory->entries[i].value;
}

void directory_add_short(struct directory *directory, unsigned tag, uint32_t number)
{
    put_number(add(directory, tag, 3, 1), directory->is_little, 2, number);
}

void directory_add_long(struct directory *directory, unsigned tag, uint32_t number)
{
    put_number(add(directory, tag, 4, 1), directory->is_little, 4, number);
}

void directory_add_numbers(struct directory *directory, unsigned tag, uint32_t count,
                           const uint32_t *numbers)
{
    struct fox_str *value = add(directory, tag, 4, count);

    for (uint32_t i = 0; i < count; i++) {
        put_number(value, directory->is_little, 4, numbers[i]);
    }
}

void directory_add_text(struct directory *directory, unsigned tag, const char *text)
{
    directory_add_bytes(directory, tag, 2, text, strlen(text) + 1);
}

void directory_add_bytes(struct directory *directory, unsigned tag, unsigned type,
                         const void *bytes, size_t size)
{
    fox_str_put(add(directory, tag, type, (uint32_t)size), bytes, size);
}

void directory_add_fractions(struct directory *directory, unsigned tag, uint32_t count,
                             const uint32_t *parts)
{
    struct fox_str *value = add(directory, tag, 5, count);

    for (uint32_t i = 0; i < 2 * count; i++) {
        put_number(value, directory->is_little, 4, parts[i]);
    }
}

uint32_t directory_put(struct directory *directory, struct fox_str *to, size_t base,
                       uint32_t next_offset)
{
    const bool is_little = directory->is_little;
    const uint32_t offset = (uint32_t)(to->size - base);
    uint32_t value_offset = offset + 2 + 12 * (uint32_t)directory->count + 4;

    put_number(to, is_little, 2, directory->count);
    for (size_t i = 0; i < directory->count; i++) {
        const size_t size = directory->entries[i].value.size;

        put_number(to, is_little, 2, directory->entries[i].tag);
        put_number(to, is_little, 2, directory->entries[i].type);
        put_number(to, is_little, 4, directory->entries[i].count);
        if (size <= 4) {
            fox_str_put(to, directory->entries[i].value.data, size);
            put_zeros(to, 4 - size);
        } else {
            put_number(to, is_little, 4, value_offset);
            value_offset += (uint32_t)size;
        }
    }
    put_number(to, is_little, 4, next_offset);
    for (size_t i = 0; i < directory->count; i++) {
        if (directory->entries[i].value.size > 4) {
            fox_str_put(to, directory->entries[i].value.data, directory->entries[i].value.size);
        }
        fox_str_free(&directory->entries[i].value);
    }
    directory->count = 0;
    return offset;
}

void tiff_begin(struct fox_str *to, bool is_little)
{
    fox_str_put(to, is_little ? "II" : "MM", 2);
    put_number(to, is_little, 2, 42);
    put_number(to, is_little, 4, 0);
}

void tiff_end(struct fox_str *to, size_t base, bool is_little, uint32_t offset)
{
    const uint32_t swapped =
        offset >> 24 | (offset >> 8 & 0xff00) | (offset & 0xff00) << 8 | offset << 24;

    patch_be32(to, base + 4, is_little ? swapped : offset);
}

static struct fox_memory memory_of(const struct fox_str *bytes)
{
    return (struct fox_memory){bytes->data, bytes->size};
}

pxf_status sniff_bytes(const struct fox_str *bytes, struct fox_sniff *ret_sniff, pxf_error *err)
{
    struct fox_memory memory = memory_of(bytes);
    const struct fox_reader reader = fox_reader_of_memory(&memory);

    return fox_sniff_read(&reader, ret_sniff, err);
}

pxf_status check_end_of_bytes(const struct fox_str *bytes, pxf_error *err)
{
    struct fox_memory memory = memory_of(bytes);
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    struct fox_sniff sniff;

    TRY(fox_sniff_read(&reader, &sniff, err));
    return fox_sniff_check_end(&reader, &sniff, err);
}

pxf_status exif_of_bytes(const struct fox_str *bytes, struct fox_exif *ret_exif, pxf_error *err)
{
    struct fox_memory memory = memory_of(bytes);
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    struct fox_sniff sniff;

    TRY(fox_sniff_read(&reader, &sniff, err));
    return fox_exif_read(&reader, &sniff, ret_exif, err);
}

bool bytes_have_metadata(const struct fox_str *bytes, pxf_format format)
{
    pxf_error err = {0};
    struct fox_memory memory = memory_of(bytes);
    const struct fox_reader reader = fox_reader_of_memory(&memory);
    bool has = false;

    assert_ok(fox_sniff_has_metadata(&reader, format, &has, &err));
    return has;
}

void assert_only_whole(const struct fox_str *bytes)
{
    pxf_error err = {0};

    assert_ok(check_end_of_bytes(bytes, &err));
    for (size_t size = 0; size < bytes->size; size++) {
        struct fox_str part = {.data = bytes->data, .size = size};

        if (check_end_of_bytes(&part, &err) == PXF_OK) {
            fail_msg("the first %zu of %zu bytes count as whole", size, bytes->size);
        }
        fox_fail_clear(&err);
    }
}

void assert_refused(const struct fox_str *bytes, pxf_status status, const char *words)
{
    pxf_error err = {0};
    struct fox_sniff sniff = {.width_px = 4711};

    if (sniff_bytes(bytes, &sniff, &err) != status || !strstr(err.message, words)) {
        fail_msg("%s \"%s\" where %s with \"%s\" was due", fox_status_name((pxf_status)err.status),
                 err.message, fox_status_name(status), words);
    }
    assert_int_equal(err.origin, PXF_ORIGIN_IMAGE);
    assert_int_equal(sniff.width_px, 4711);
}
