/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "base/mem.h"
#include "image/colour.h"

/* A compression; libjpeg leaves by longjmp, so all that must be let go hangs here. */
struct writer {
    struct jpeg_compress_struct jpeg; /* its client_data is the writer */
    struct jpeg_error_mgr errors;
    jmp_buf back;
    const struct fox_picture *picture;
    const struct fox_encoding *encoding;
    unsigned char *data;
    unsigned long size;
    uint8_t *row; /* planes woven into pixels */
    char message[JMSG_LENGTH_MAX];
};

static void leave(j_common_ptr jpeg)
{
    struct writer *writer = jpeg->client_data;

    jpeg->err->format_message(jpeg, writer->message);
    longjmp(writer->back, 1);
}

static void ignore(j_common_ptr jpeg, int level)
{
    (void)jpeg;
    (void)level;
}

static J_COLOR_SPACE space_of(const struct fox_picture *picture)
{
    switch (picture->layout) {
    case FOX_LAYOUT_GRAY:
        return JCS_GRAYSCALE;
    case FOX_LAYOUT_YCBCR:
        return JCS_YCbCr;
    case FOX_LAYOUT_RGB:
    case FOX_LAYOUT_RGBA:
        return JCS_RGB;
    }
    return JCS_UNKNOWN;
}

static void weave_row(const struct writer *writer, uint32_t y)
{
    for (size_t i = 0; i < FOX_PLANE_LIMIT; i++) {
        const uint8_t *from = fox_plane_row(&writer->picture->planes[i], y);

        for (size_t x = 0; x < writer->picture->width_px; x++) {
            writer->row[3 * x + i] = from[x];
        }
    }
}

static void write_rows(struct writer *writer)
{
    const bool is_woven = writer->picture->layout == FOX_LAYOUT_YCBCR;

    for (uint32_t y = 0; y < writer->picture->height_px; y++) {
        JSAMPROW row = is_woven ? writer->row : fox_plane_row(&writer->picture->planes[0], y);

        if (is_woven) {
            weave_row(writer, y);
        }
        (void)jpeg_write_scanlines(&writer->jpeg, &row, 1);
    }
}

static void step(struct writer *writer)
{
    struct jpeg_compress_struct *jpeg = &writer->jpeg;
    const struct fox_profile *profile = writer->encoding->profile;

    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &writer->data, &writer->size);
    jpeg->image_width = writer->picture->width_px;
    jpeg->image_height = writer->picture->height_px;
    jpeg->in_color_space = space_of(writer->picture);
    jpeg->input_components = jpeg->in_color_space == JCS_GRAYSCALE ? 1 : 3;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, writer->encoding->quality, TRUE);
    jpeg->optimize_coding = TRUE;
    jpeg_start_compress(jpeg, TRUE);
    if (profile->data) {
        jpeg_write_icc_profile(jpeg, profile->data, (unsigned)profile->size);
    }
    write_rows(writer);
    jpeg_finish_compress(jpeg);
}

static pxf_status run(struct writer *writer, pxf_error *err)
{
    if (setjmp(writer->back) != 0) {
        const bool is_memory = writer->errors.msg_code == JERR_OUT_OF_MEMORY;

        return fox_fail_from(err, is_memory ? PXF_NO_MEMORY : PXF_INTERNAL, PXF_ORIGIN_IMAGE,
                             writer->errors.msg_code, "JPEG: %s", writer->message);
    }
    step(writer);
    return PXF_OK;
}

static void writer_let_go(struct writer *writer)
{
    jpeg_destroy_compress(&writer->jpeg);
    free(writer->data);
    free(writer->row);
}

static pxf_status encode(const struct fox_picture *picture, const struct fox_encoding *encoding,
                         struct fox_str *str, pxf_error *err)
{
    AUTO(writer) writer = {.picture = picture, .encoding = encoding};

    writer.jpeg.err = jpeg_std_error(&writer.errors);
    writer.jpeg.client_data = &writer;
    writer.errors.error_exit = leave;
    writer.errors.emit_message = ignore;
    writer.row = fox_mem_new(picture->width_px, 3, err);
    if (!writer.row) {
        return PXF_NO_MEMORY;
    }
    TRY(run(&writer, err));
    fox_str_put(str, writer.data, writer.size);
    return fox_str_check(str, err);
}

pxf_status fox_encode_jpeg(const struct fox_picture *picture, const struct fox_encoding *encoding,
                           struct fox_str *str, pxf_error *err)
{
    AUTO(fox_picture) other = {0};

    if (picture->layout == FOX_LAYOUT_YCBCR) {
        TRY(fox_colour_to_444(picture, &other, err));
        return encode(&other, encoding, str, err);
    }
    if (fox_picture_has_alpha(picture)) {
        TRY(fox_colour_flatten(picture, encoding->options->flatten_rgb, &other, err));
        return encode(&other, encoding, str, err);
    }
    return encode(picture, encoding, str, err);
}
