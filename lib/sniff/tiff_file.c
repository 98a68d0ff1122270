/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/sniffer.h"
#include "sniff/tiff.h"

enum tag {
    NEW_SUBFILE_TYPE = 254,
    WIDTH = 256,
    HEIGHT = 257,
    BITS_PER_SAMPLE = 258,
    COMPRESSION = 259,
    PHOTOMETRIC = 262,
    STRIP_OFFSETS = 273,
    SAMPLES_PER_PIXEL = 277,
    STRIP_BYTE_COUNTS = 279,
    TILE_OFFSETS = 324,
    TILE_BYTE_COUNTS = 325,
    SUB_DIRECTORIES = 330,
    YCBCR_SUBSAMPLING = 530,
    ICC_PROFILE = 34675,
    DNG_VERSION = 50706
};

enum { OLD_JPEG = 6, JPEG = 7 };
enum {
    RGB = 2,
    PALETTE = 3,
    SEPARATED = 5,
    YCBCR = 6,
    LAB = 8,
    ITU_LAB = 10,
    CFA = 32803,
    LINEAR_RAW = 34892
};
enum { IS_REDUCED = 1, ICC_PROFILE_BYTES = 128, BITS_LIMIT = 64 };

/* Pages and strips of a file that are looked at. */
enum { PAGE_LIMIT = 1000, PIECE_LIMIT = 1000000 };

static uint32_t samples_of(uint32_t photometric)
{
    if (photometric == SEPARATED) {
        return 4;
    }
    if (photometric == RGB || photometric == YCBCR ||
        (photometric >= LAB && photometric <= ITU_LAB)) {
        return 3;
    }
    return 1;
}

static bool is_raw(struct fox_tiff *tiff, uint64_t directory, uint32_t photometric)
{
    struct fox_tiff_entry entry;
    const uint32_t kind = fox_tiff_number(tiff, directory, NEW_SUBFILE_TYPE, 0);

    return photometric == CFA || photometric == LINEAR_RAW ||
           fox_tiff_find(tiff, directory, DNG_VERSION, &entry) ||
           ((kind & IS_REDUCED) != 0 && fox_tiff_find(tiff, directory, SUB_DIRECTORIES, &entry));
}

/* YCbCr is subsampled unless it says not, and JPEG inside undoes it by itself. */
static bool is_subsampled(struct fox_tiff *tiff, uint64_t directory)
{
    struct fox_tiff_entry entry;
    uint32_t horizontal = 2, vertical = 2;

    if (fox_tiff_find(tiff, directory, YCBCR_SUBSAMPLING, &entry)) {
        (void)fox_tiff_get_number(tiff, &entry, 0, &horizontal);
        (void)fox_tiff_get_number(tiff, &entry, 1, &vertical);
    }
    return horizontal != 1 || vertical != 1;
}

static pxf_status check_kind(struct fox_tiff *tiff, uint64_t directory, uint32_t photometric,
                             pxf_error *err)
{
    const uint32_t compression = fox_tiff_number(tiff, directory, COMPRESSION, 1);

    if (is_raw(tiff, directory, photometric)) {
        return fox_sniff_unsupported(err, "a camera's raw file is not supported");
    }
    if (compression == OLD_JPEG) {
        return fox_sniff_unsupported(err, "a TIFF with old-style JPEG inside is not supported");
    }
    if (photometric == YCBCR && compression != JPEG && is_subsampled(tiff, directory)) {
        return fox_sniff_unsupported(err, "a TIFF with subsampled YCbCr is not supported");
    }
    return PXF_OK;
}

static pxf_status read_size(struct fox_tiff *tiff, uint64_t directory, struct fox_sniff *sniff,
                            pxf_error *err)
{
    if (directory >= tiff->cursor.end) {
        return fox_sniff_corrupt(err, "truncated: the file ends before its TIFF directory");
    }
    sniff->width_px = fox_tiff_number(tiff, directory, WIDTH, 0);
    sniff->height_px = fox_tiff_number(tiff, directory, HEIGHT, 0);
    TRY(fox_cursor_check_reader(&tiff->cursor, err));
    if (sniff->width_px == 0 || sniff->height_px == 0) {
        return fox_sniff_corrupt(err, "a TIFF says that it has %u x %u pixels", sniff->width_px,
                                 sniff->height_px);
    }
    return PXF_OK;
}

static pxf_status read_samples(struct fox_tiff *tiff, uint64_t directory, struct fox_sniff *sniff,
                               pxf_error *err)
{
    const uint32_t samples = fox_tiff_number(tiff, directory, SAMPLES_PER_PIXEL, 1);
    const uint32_t photometric =
        fox_tiff_number(tiff, directory, PHOTOMETRIC, samples >= 3 ? RGB : 1);
    const uint32_t colours = samples_of(photometric);
    const bool is_palette = photometric == PALETTE;

    sniff->bit_depth = is_palette ? 8 : fox_tiff_number(tiff, directory, BITS_PER_SAMPLE, 1);
    TRY(fox_cursor_check_reader(&tiff->cursor, err));
    if (samples < colours || sniff->bit_depth == 0 || sniff->bit_depth > BITS_LIMIT) {
        return fox_sniff_corrupt(err, "a TIFF has %u samples of %u bits with photometric %u",
                                 samples, sniff->bit_depth, photometric);
    }
    sniff->is_cmyk = photometric == SEPARATED;
    sniff->has_alpha = samples > colours;
    sniff->channel_count = (is_palette ? 3 : colours) + (sniff->has_alpha && colours < 4 ? 1 : 0);
    return check_kind(tiff, directory, photometric, err);
}

/* A profile must be long enough to be one: empty ones are met in the wild. */
static bool has_profile(struct fox_tiff *tiff, uint64_t directory)
{
    struct fox_tiff_entry entry;

    return fox_tiff_find(tiff, directory, ICC_PROFILE, &entry) && entry.count >= ICC_PROFILE_BYTES;
}

static pxf_status open_file(struct fox_tiff *tiff, const struct fox_cursor *cursor,
                            uint64_t *ret_directory, pxf_error *err)
{
    const struct fox_extent whole = {0, cursor->end};

    if (!fox_tiff_open(tiff, cursor->reader, whole, ret_directory)) {
        TRY(fox_cursor_check(&tiff->cursor, "TIFF header", err));
        return fox_sniff_corrupt(err, "a TIFF's header is none");
    }
    return PXF_OK;
}

static pxf_status tiff_read(struct fox_cursor *cursor, struct fox_header *header, pxf_error *err)
{
    struct fox_tiff tiff;
    uint64_t directory = 0;

    TRY(open_file(&tiff, cursor, &directory, err));
    TRY(read_size(&tiff, directory, &header->sniff, err));
    TRY(read_samples(&tiff, directory, &header->sniff, err));
    header->sniff.has_profile = has_profile(&tiff, directory);
    header->exif = (struct fox_extent){0, cursor->end};
    return fox_cursor_check_reader(&tiff.cursor, err);
}

/* The strips or tiles of one page. Their places and their sizes are two arrays far apart, so each
 * is read through a window of its own. */
struct pieces {
    struct fox_tiff *tiff;
    struct fox_tiff sizes_tiff;
    struct fox_tiff_entry places, sizes;
};

static pxf_status find_pieces(struct fox_tiff *tiff, uint64_t directory, struct pieces *pieces,
                              pxf_error *err)
{
    pieces->tiff = tiff;
    pieces->sizes = (struct fox_tiff_entry){0};
    if (!fox_tiff_find(tiff, directory, TILE_OFFSETS, &pieces->places) &&
        !fox_tiff_find(tiff, directory, STRIP_OFFSETS, &pieces->places)) {
        TRY(fox_cursor_check_reader(&tiff->cursor, err));
        return fox_sniff_corrupt(err, "truncated: a TIFF does not say where its pixels are");
    }
    pieces->sizes_tiff = *tiff;
    if (!fox_tiff_find(&pieces->sizes_tiff, directory, TILE_BYTE_COUNTS, &pieces->sizes)) {
        (void)fox_tiff_find(&pieces->sizes_tiff, directory, STRIP_BYTE_COUNTS, &pieces->sizes);
    }
    return fox_cursor_check_reader(&pieces->sizes_tiff.cursor, err);
}

static pxf_status check_piece(struct pieces *pieces, uint32_t index, pxf_error *err)
{
    struct fox_extent piece = {.offset = UINT64_MAX};
    uint32_t number = 0;

    if (fox_tiff_get_number(pieces->tiff, &pieces->places, index, &number)) {
        piece.offset = number;
    }
    if (fox_tiff_get_number(&pieces->sizes_tiff, &pieces->sizes, index, &number)) {
        piece.size = number;
    }
    TRY(fox_cursor_check_reader(&pieces->tiff->cursor, err));
    TRY(fox_cursor_check_reader(&pieces->sizes_tiff.cursor, err));
    if (!fox_extent_is_inside(piece, pieces->tiff->cursor.end)) {
        return fox_sniff_corrupt(err, "truncated: piece %u of a TIFF lies past the file's end",
                                 index);
    }
    return PXF_OK;
}

static pxf_status check_page(struct fox_tiff *tiff, uint64_t directory, uint32_t *pieces_left,
                             pxf_error *err)
{
    struct pieces pieces;

    TRY(find_pieces(tiff, directory, &pieces, err));
    for (uint32_t i = 0; i < pieces.places.count; i++) {
        if (*pieces_left == 0) {
            return PXF_OK;
        }
        *pieces_left -= 1;
        TRY(check_piece(&pieces, i, err));
    }
    return PXF_OK;
}

static pxf_status tiff_check_end(struct fox_cursor *cursor, const struct fox_sniff *sniff,
                                 pxf_error *err)
{
    struct fox_tiff tiff;
    uint64_t directory = 0;
    uint32_t pieces_left = PIECE_LIMIT;

    (void)sniff;
    TRY(open_file(&tiff, cursor, &directory, err));
    for (int page = 0; page < PAGE_LIMIT && directory != 0; page++) {
        if (directory >= tiff.cursor.end) {
            return fox_sniff_corrupt(err, "truncated: page %d of a TIFF lies past the file's end",
                                     page + 1);
        }
        TRY(check_page(&tiff, directory, &pieces_left, err));
        directory = fox_tiff_next_directory(&tiff, directory);
    }
    return fox_cursor_check_reader(&tiff.cursor, err);
}

static pxf_status tiff_find_packets(struct fox_cursor *cursor, fox_packet_fn fn, void *ctx,
                                    pxf_error *err)
{
    const struct fox_packet packet = {.kind = FOX_PACKET_EXIF, .extent = {0, cursor->end}};

    return fn(ctx, &packet, err);
}

const struct fox_sniffer fox_tiff_sniffer = {
    .name = "TIFF",
    .read = tiff_read,
    .check_end = tiff_check_end,
    .find_packets = tiff_find_packets,
};
