/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "base/mem.h"
#include "image/colour.h"

enum {
    ICC_MARKER = JPEG_APP0 + 2,
    ICC_MARKER_BYTES = 0xffff,
    COMPONENT_LIMIT = 3,
    SCAN_LIMIT = 200,         /* each costs the whole picture again; encoders make about ten */
    ROWS_LIMIT = 2 * DCTSIZE, /* of one component in a row of MCUs: at most two blocks */
};

/* A decompression with what its callbacks tell. libjpeg leaves by longjmp, over the frames of
 * `step`, which therefore owns nothing: all that must be let go hangs here. */
struct reader {
    struct jpeg_decompress_struct jpeg; /* its client_data is the reader */
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf back;
    const struct fox_source *source;
    struct fox_picture picture;
    struct fox_profile profile;
    uint8_t *scratch;        /* a row for what lies below the picture */
    bool is_damaged, is_cut; /* entropy data does not fit; the file ends too early */
    char message[JMSG_LENGTH_MAX];
};

static void leave(j_common_ptr jpeg)
{
    struct reader *reader = jpeg->client_data;

    jpeg->err->format_message(jpeg, reader->message);
    longjmp(reader->back, 1);
}

/* Warnings that say nothing about the pixels: many cameras cause them. */
static bool is_harmless(int code)
{
    switch (code) {
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_ADOBE_XFORM:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_BOGUS_ICC:
    case JWRN_TOO_MUCH_DATA:
        return true;
    default:
        return false;
    }
}

static void hear(j_common_ptr jpeg, int level)
{
    struct reader *reader = jpeg->client_data;

    if (level >= 0 || is_harmless(jpeg->err->msg_code)) {
        return;
    }
    if (jpeg->err->msg_code == JWRN_JPEG_EOF) {
        reader->is_cut = true; /* harmless if only the end marker is missing */
        return;
    }
    reader->is_damaged = true;
    if (!reader->source->options->keep_truncated) {
        leave(jpeg);
    }
}

static void count_scans(j_common_ptr jpeg)
{
    struct reader *reader = jpeg->client_data;

    if (reader->jpeg.input_scan_number > SCAN_LIMIT) {
        jpeg->err->msg_code = JERR_BAD_PROGRESSION;
        (void)snprintf(reader->message, sizeof reader->message, "more than %d scans", SCAN_LIMIT);
        longjmp(reader->back, 1);
    }
}

/* Whether the planes of the file are ours as they stand. */
static bool is_planar(const struct jpeg_decompress_struct *jpeg)
{
    const jpeg_component_info *luma = &jpeg->comp_info[0];

    if (jpeg->jpeg_color_space != JCS_YCbCr || jpeg->num_components != COMPONENT_LIMIT ||
        luma->h_samp_factor > 2 || luma->v_samp_factor > 2) {
        return false;
    }
    return jpeg->comp_info[1].h_samp_factor == 1 && jpeg->comp_info[1].v_samp_factor == 1 &&
           jpeg->comp_info[2].h_samp_factor == 1 && jpeg->comp_info[2].v_samp_factor == 1;
}

static pxf_status make_picture(struct reader *reader, enum fox_layout layout, pxf_error *err)
{
    const struct fox_size size = {reader->jpeg.image_width, reader->jpeg.image_height};
    const struct fox_chroma chroma = {(uint32_t)reader->jpeg.comp_info[0].h_samp_factor,
                                      (uint32_t)reader->jpeg.comp_info[0].v_samp_factor};

    TRY(fox_decode_check_room(reader->source, size, err));
    TRY(fox_picture_new(&reader->picture, layout, size, chroma, err));
    reader->scratch = fox_mem_new(1, reader->picture.planes[0].stride, err);
    return reader->scratch ? PXF_OK : PXF_NO_MEMORY;
}

/* Where the rows of one row of MCUs go; those below the picture all go to the scratch row. */
static void aim_rows(struct reader *reader, int component, JSAMPROW rows[ROWS_LIMIT])
{
    const jpeg_component_info *info = &reader->jpeg.comp_info[component];
    const struct fox_plane *plane = &reader->picture.planes[component];
    const uint32_t first = reader->jpeg.output_scanline / (uint32_t)reader->jpeg.max_v_samp_factor *
                           (uint32_t)info->v_samp_factor;

    for (uint32_t i = 0; i < (uint32_t)info->v_samp_factor * DCTSIZE; i++) {
        rows[i] = first + i < plane->height_px ? fox_plane_row(plane, first + i) : reader->scratch;
    }
}

static pxf_status read_planes(struct reader *reader, pxf_error *err)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;
    JSAMPROW rows[COMPONENT_LIMIT][ROWS_LIMIT];
    JSAMPARRAY planes[COMPONENT_LIMIT] = {rows[0], rows[1], rows[2]};

    TRY(make_picture(reader, FOX_LAYOUT_YCBCR, err));
    jpeg->raw_data_out = TRUE;
    jpeg->out_color_space = JCS_YCbCr;
    (void)jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        for (int i = 0; i < COMPONENT_LIMIT; i++) {
            aim_rows(reader, i, rows[i]);
        }
        (void)jpeg_read_raw_data(jpeg, planes, (JDIMENSION)(jpeg->max_v_samp_factor * DCTSIZE));
    }
    return PXF_OK;
}

static pxf_status read_rows(struct reader *reader, enum fox_layout layout, pxf_error *err)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;

    TRY(make_picture(reader, layout, err));
    (void)jpeg_start_decompress(jpeg);
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = fox_plane_row(&reader->picture.planes[0], jpeg->output_scanline);

        (void)jpeg_read_scanlines(jpeg, &row, 1);
    }
    return PXF_OK;
}

/* Four inks come in the layout of RGBA, as libjpeg gives them: Adobe's are inverted. */
static pxf_status read_pixels(struct reader *reader, pxf_error *err)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;

    if (is_planar(jpeg)) {
        return read_planes(reader, err);
    }
    switch (jpeg->num_components) {
    case 1:
        jpeg->out_color_space = JCS_GRAYSCALE;
        return read_rows(reader, FOX_LAYOUT_GRAY, err);
    case 3:
        jpeg->out_color_space = JCS_RGB;
        return read_rows(reader, FOX_LAYOUT_RGB, err);
    case 4:
        jpeg->out_color_space = JCS_CMYK;
        return read_rows(reader, FOX_LAYOUT_RGBA, err);
    default:
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, 0,
                             "a JPEG of %d components is not supported", jpeg->num_components);
    }
}

static void read_profile(struct reader *reader)
{
    JOCTET *data = NULL;
    unsigned size = 0;

    if (jpeg_read_icc_profile(&reader->jpeg, &data, &size)) {
        reader->profile = (struct fox_profile){.data = data, .size = size};
    }
}

/* A progressive file that ends between two scans is whole to the entropy decoder. */
static bool lacks_scans(const struct jpeg_decompress_struct *jpeg)
{
    if (!jpeg->coef_bits) {
        return false;
    }
    for (int i = 0; i < jpeg->num_components; i++) {
        for (int k = 0; k < DCTSIZE2; k++) {
            if (jpeg->coef_bits[i][k] != 0) {
                return true;
            }
        }
    }
    return false;
}

static pxf_status step(struct reader *reader, pxf_error *err)
{
    struct jpeg_decompress_struct *jpeg = &reader->jpeg;

    jpeg_create_decompress(jpeg);
    jpeg->progress = &reader->progress;
    jpeg_mem_src(jpeg, reader->source->data, (unsigned long)reader->source->size);
    jpeg_save_markers(jpeg, ICC_MARKER, ICC_MARKER_BYTES);
    (void)jpeg_read_header(jpeg, TRUE);
    read_profile(reader);
    TRY(read_pixels(reader, err));
    if (reader->is_cut && lacks_scans(jpeg)) {
        reader->is_damaged = true;
    }
    (void)jpeg_finish_decompress(jpeg);
    return PXF_OK;
}

static pxf_status fail_as_said(const struct reader *reader, pxf_error *err)
{
    const int code = reader->errors.msg_code;

    if (code == JERR_OUT_OF_MEMORY) {
        return fox_fail_from(err, PXF_NO_MEMORY, PXF_ORIGIN_IMAGE, 0, "no memory for a JPEG");
    }
    if (code == JERR_SOF_UNSUPPORTED || code == JERR_BAD_PRECISION || code == JERR_ARITH_NOTIMPL ||
        code == JERR_CONVERSION_NOTIMPL) {
        return fox_fail_from(err, PXF_UNSUPPORTED, PXF_ORIGIN_IMAGE, code, "JPEG: %s",
                             reader->message);
    }
    return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, code, "%s JPEG: %s",
                         reader->is_cut ? "truncated" : "corrupt", reader->message);
}

static pxf_status run(struct reader *reader, pxf_error *err)
{
    if (setjmp(reader->back) != 0) {
        return fail_as_said(reader, err);
    }
    TRY(step(reader, err));
    if (reader->is_damaged && !reader->source->options->keep_truncated) {
        return fox_fail_from(err, PXF_CORRUPT, PXF_ORIGIN_IMAGE, 0,
                             "truncated JPEG: scans are missing");
    }
    return PXF_OK;
}

static void reader_let_go(struct reader *reader)
{
    jpeg_destroy_decompress(&reader->jpeg);
    fox_picture_let_go(&reader->picture);
    fox_profile_let_go(&reader->profile);
    free(reader->scratch);
}

static pxf_status hand_over(struct reader *reader, struct fox_decoded *decoded, pxf_error *err)
{
    decoded->is_truncated = reader->is_damaged;
    if (reader->jpeg.num_components == 4) {
        if (reader->jpeg.saw_Adobe_marker) {
            fox_colour_invert(&reader->picture);
        }
        return fox_profile_from_inks(&reader->picture, &reader->profile, &decoded->picture, err);
    }
    decoded->picture = fox_picture_take(&reader->picture);
    decoded->profile = fox_profile_take(&reader->profile);
    return PXF_OK;
}

pxf_status fox_decode_jpeg(const struct fox_source *source, struct fox_decoded *ret_decoded,
                           pxf_error *err)
{
    AUTO(reader) reader = {.source = source};

    reader.jpeg.err = jpeg_std_error(&reader.errors);
    reader.jpeg.client_data = &reader;
    reader.errors.error_exit = leave;
    reader.errors.emit_message = hear;
    reader.progress.progress_monitor = count_scans;
    TRY(run(&reader, err));
    return hand_over(&reader, ret_decoded, err);
}
