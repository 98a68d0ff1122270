/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_SNIFF_H
#define FOX_SNIFF_SNIFF_H

#include <stdbool.h>
#include <stdint.h>

#include <pixelfox/types.h>

#include "base/reader.h"

/* What a picture file's own header says, read without any decoder: a few hundred bytes to a few
 * kilobytes at known places, constant memory, whatever the file claims. */
struct fox_sniff {
    pxf_format format;
    uint32_t width_px, height_px; /* as stored, before the orientation is applied */
    uint32_t frame_count;         /* at least 1; counted over the whole file for GIF, WebP, APNG */
    uint32_t bit_depth;           /* per channel */
    uint32_t channel_count;       /* 1 gray, 2 gray+alpha, 3 colour, 4 colour+alpha or CMYK */
    uint32_t orientation; /* EXIF's 1–8; 1 where absent or nonsense. HEIF and AVIF: always 1,
                             width and height already follow irot and imir */
    bool has_alpha;       /* a channel or palette entry for it, not proven to be used */
    bool has_profile;     /* an ICC profile */
    bool is_cmyk;
    bool is_rgb_jpeg; /* a JPEG whose three components are RGB, not YCbCr */
};

/* Frames are not counted much beyond this: such a file says this number + 1. */
enum { FOX_SNIFF_FRAME_LIMIT = 100000 };

/* The size as a viewer shows it: sides swapped for the orientations 5–8. */
uint32_t fox_sniff_shown_width_px(const struct fox_sniff *sniff);

/* Its height. */
uint32_t fox_sniff_shown_height_px(const struct fox_sniff *sniff);

/* Bytes that tell the format. */
enum { FOX_SNIFF_HEAD_BYTES = 64 };

/* The format by its first bytes alone (fewer than FOX_SNIFF_HEAD_BYTES only if that is all there
 * is); 0 if it is none of ours. */
pxf_format fox_sniff_format(const void *head, size_t size);

/* Reads the header. UNSUPPORTED for what is no picture of ours, naming what it is where that is
 * known (SVG, PDF, HTML, text, JPEG XL, an ISO file of another brand, old-style JPEG in TIFF);
 * CORRUPT for a header that contradicts itself; the reader's own errors. */
pxf_status fox_sniff_read(const struct fox_reader *reader, struct fox_sniff *ret_sniff,
                          pxf_error *err);

/* Checks that the file reaches its end, without decoding: JPEG has its EOI (its absence alone is
 * accepted if a scan was begun and entropy data fills the file to its last byte — decided by the
 * decoder then), PNG its IEND chunk with its CRC, GIF its trailer, RIFF its extent, ISO media its
 * boxes and item extents, TIFF every strip or tile inside the file, BMP its pixel rows.
 * For JPEG and PNG it also compares the bytes of data with the least that so many pixels can take.
 * CORRUPT with the word "truncated" at the message's start otherwise. */
pxf_status fox_sniff_check_end(const struct fox_reader *reader, const struct fox_sniff *sniff,
                               pxf_error *err);

/* Tells whether a finished file carries anything a variant must not: EXIF, XMP, IPTC, comments,
 * text chunks, embedded thumbnails, bytes behind the end. What is not known to be harmless counts.
 * A colour profile does not. For JPEG, PNG, GIF, WebP, AVIF and HEIC; UNSUPPORTED for the others,
 * CORRUPT for a file that breaks off. */
pxf_status fox_sniff_has_metadata(const struct fox_reader *reader, pxf_format format, bool *ret_has,
                                  pxf_error *err);

/* Limits that a picture meets before a decoder sees it; 0 is no limit. */
struct fox_sniff_limits {
    uint64_t pixels;     /* of one frame */
    uint64_t all_pixels; /* of all frames together */
    uint32_t side_px;
    uint32_t frame_count;
    uint32_t bit_depth;
};

/* LIMIT naming the rule, the picture's number and the limit; the word of the rule (too_many_pixels,
 * too_large, too_many_frames, too_deep) goes to `ret_rule`, static text. */
pxf_status fox_sniff_check_limits(const struct fox_sniff *sniff,
                                  const struct fox_sniff_limits *limits, const char **ret_rule,
                                  pxf_error *err);

#endif
