/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_SNIFF_PICTURE_H
#define FOX_TESTS_SNIFF_PICTURE_H

#include "base/str.h"
#include "sniff/exif.h"
#include "sniff/sniff.h"

/* Picture files written byte by byte, so that each can lie where a test needs it. */

/* A number of 1 to 8 bytes, big-endian or little-endian. */
void put_be(struct fox_str *to, unsigned size, uint64_t number);
void put_le(struct fox_str *to, unsigned size, uint64_t number);
void put_zeros(struct fox_str *to, size_t size);
/* Writes over what stands there already. */
void patch_be32(struct fox_str *to, size_t at, uint32_t number);

/* JPEG: SOI, segments, a frame header of 8 bits, a scan of `size` bytes of 0x55, EOI. */
void jpeg_begin(struct fox_str *to);
void jpeg_segment(struct fox_str *to, unsigned marker, const void *payload, size_t size);
void jpeg_frame(struct fox_str *to, unsigned marker, uint32_t width, uint32_t height,
                unsigned components);
void jpeg_scan(struct fox_str *to, size_t size);
void jpeg_end(struct fox_str *to);
/* A whole one of 16 × 8 pixels with that segment before its frame header. */
void jpeg_with(struct fox_str *to, unsigned marker, const void *payload, size_t size);

/* PNG: the magic and IHDR, chunks, IEND. Only IEND's check sum is right. */
void png_begin(struct fox_str *to, uint32_t width, uint32_t height, unsigned depth,
               unsigned colour_type);
void png_chunk(struct fox_str *to, const char *type, const void *data, size_t size);
void png_end(struct fox_str *to);
/* A whole one of 16 × 8 pixels with that chunk before its IDAT. */
void png_with(struct fox_str *to, const char *type, const void *data, size_t size);

/* GIF: the screen with a palette of two, frames, extensions of one sub-block, the trailer. */
void gif_begin(struct fox_str *to, unsigned width, unsigned height);
void gif_frame(struct fox_str *to, unsigned width, unsigned height);
void gif_extension(struct fox_str *to, unsigned label, const void *data, size_t size);
void gif_end(struct fox_str *to);

/* WebP: the RIFF head, chunks, the size put right. */
void webp_begin(struct fox_str *to);
void webp_chunk(struct fox_str *to, const char *type, const void *data, size_t size);
void webp_end(struct fox_str *to);
/* A VP8 chunk of a key frame, a VP8L chunk, a VP8X chunk with flags, an ANMF with such a VP8. */
void webp_lossy(struct fox_str *to, unsigned width, unsigned height);
void webp_lossless(struct fox_str *to, unsigned width, unsigned height, bool has_alpha);
void webp_extended(struct fox_str *to, unsigned flags, uint32_t width, uint32_t height);
void webp_frame(struct fox_str *to, const char *extra_type);

/* Boxes: what stands between begin and end is inside. */
size_t box_begin(struct fox_str *to, const char *type);
size_t full_box_begin(struct fox_str *to, const char *type, unsigned version, uint32_t flags);
void box_end(struct fox_str *to, size_t begin);

/* A directory of TIFF. */
enum { DIRECTORY_LIMIT = 32 };
struct directory {
    bool is_little;
    size_t count;
    struct {
        unsigned tag, type;
        uint32_t count;
        struct fox_str value;
    } entries[DIRECTORY_LIMIT];
};
void directory_add_short(struct directory *directory, unsigned tag, uint32_t number);
void directory_add_long(struct directory *directory, unsigned tag, uint32_t number);
void directory_add_numbers(struct directory *directory, unsigned tag, uint32_t count,
                           const uint32_t *numbers);
void directory_add_text(struct directory *directory, unsigned tag, const char *text);
void directory_add_bytes(struct directory *directory, unsigned tag, unsigned type,
                         const void *bytes, size_t size);
/* `count` fractions, numerator and denominator in turn. */
void directory_add_fractions(struct directory *directory, unsigned tag, uint32_t count,
                             const uint32_t *parts);
/* Appends it to a structure that begins at `base`, says at which offset, and empties it. */
uint32_t directory_put(struct directory *directory, struct fox_str *to, size_t base,
                       uint32_t next_offset);
/* The structure's head; its directory's offset is put right by tiff_end. */
void tiff_begin(struct fox_str *to, bool is_little);
void tiff_end(struct fox_str *to, size_t base, bool is_little, uint32_t offset);

/* What the library says of a file of these bytes. */
pxf_status sniff_bytes(const struct fox_str *bytes, struct fox_sniff *ret_sniff, pxf_error *err);
pxf_status check_end_of_bytes(const struct fox_str *bytes, pxf_error *err);
pxf_status exif_of_bytes(const struct fox_str *bytes, struct fox_exif *ret_exif, pxf_error *err);

/* Tells it, and fails the test where the library cannot. */
bool bytes_have_metadata(const struct fox_str *bytes, pxf_format format);

/* Asserts that no proper beginning of the bytes counts as whole, and that all of them do. */
void assert_only_whole(const struct fox_str *bytes);

/* Asserts that sniffing fails so, with that in its message. */
void assert_refused(const struct fox_str *bytes, pxf_status status, const char *words);

#endif
