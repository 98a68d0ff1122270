/* SPDX-License-Identifier: Apache-2.0 */
#include "sniff/redact.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sniff/sniffer.h"
#include "sniff/tags.h"
#include "sniff/tiff.h"

/* Directories of one structure, patches of one file, bytes of one value: more are nonsense. */
enum { DIRECTORY_LIMIT = 100, PATCH_LIMIT = 20000, VALUE_LIMIT = 64 << 10 };
enum { DIRECTORY_HEAD_BYTES = 2, ENTRY_BYTES = 12, NEXT_BYTES = 4, INLINE_BYTES = 4 };
enum { CRC_BYTES = 4, CRC_READ_BYTES = 4096, TAG_XMP = 700 };

static const char comment[] = "tEXtComment"; /* and a zero: a chunk that says nothing */

struct search {
    const struct fox_reader *reader;
    struct fox_redaction *redaction;
};

pxf_status fox_redaction_add(struct fox_redaction *redaction, const struct fox_patch *patch,
                             pxf_error *err)
{
    if (patch->size == 0 || redaction->count >= PATCH_LIMIT) {
        return PXF_OK;
    }
    TRY(fox_mem_grow(&redaction->patches, &redaction->capacity, redaction->count + 1,
                     sizeof *redaction->patches, err));
    redaction->patches[redaction->count++] = *patch;
    return PXF_OK;
}

void fox_redaction_let_go(struct fox_redaction *redaction)
{
    free(redaction->patches);
    *redaction = (struct fox_redaction){0};
}

static uint8_t byte_of(const struct fox_patch *patch, uint64_t at)
{
    return at < patch->head_size ? patch->head[at] : patch->fill;
}

static void apply_one(const struct fox_patch *patch, uint64_t offset, uint8_t *data, size_t size)
{
    const uint64_t begin = patch->offset > offset ? patch->offset : offset;
    const uint64_t patch_end = patch->offset + patch->size;
    const uint64_t end = patch_end < offset + size ? patch_end : offset + size;

    for (uint64_t at = begin; at < end; at++) {
        data[at - offset] = byte_of(patch, at - patch->offset);
    }
}

void fox_redaction_apply(const struct fox_redaction *redaction, uint64_t offset, void *data,
                         size_t size)
{
    for (size_t i = 0; i < redaction->count; i++) {
        apply_one(&redaction->patches[i], offset, data, size);
    }
}

static pxf_status read_redacted(void *ctx, uint64_t offset, void *data, size_t size,
                                size_t *ret_size, pxf_error *err)
{
    const struct fox_redacted *redacted = ctx;

    TRY(fox_reader_read(redacted->reader, offset, data, size, ret_size, err));
    fox_redaction_apply(redacted->redaction, offset, data, *ret_size);
    return PXF_OK;
}

struct fox_reader fox_redaction_reader(struct fox_redacted *redacted)
{
    return (struct fox_reader){
        .ctx = redacted, .size = redacted->reader->size, .read = read_redacted};
}

static pxf_status fill(struct search *search, struct fox_extent extent, uint8_t byte,
                       pxf_error *err)
{
    const struct fox_patch patch = {.offset = extent.offset, .size = extent.size, .fill = byte};

    return fox_redaction_add(search->redaction, &patch, err);
}

/* A directory of places becomes one without entries, and so do the values that lie elsewhere. */
static pxf_status empty_directory(struct search *search, struct fox_tiff *tiff, uint64_t directory,
                                  pxf_error *err)
{
    const unsigned count = fox_tiff_entry_count(tiff, directory);
    struct fox_extent whole = {directory, DIRECTORY_HEAD_BYTES + NEXT_BYTES};

    if (directory == 0) {
        return PXF_OK;
    }
    for (unsigned i = 0; i < count; i++) {
        struct fox_tiff_entry entry;
        struct fox_extent value;

        if (fox_tiff_entry_at(tiff, directory, i, &entry, &value) && value.size > INLINE_BYTES &&
            value.size <= VALUE_LIMIT) {
            TRY(fill(search, value, 0, err));
        }
    }
    whole.size += (uint64_t)count * ENTRY_BYTES;
    if (whole.offset >= tiff->cursor.end) {
        return PXF_OK;
    }
    if (whole.size > tiff->cursor.end - whole.offset) {
        whole.size = tiff->cursor.end - whole.offset;
    }
    return fill(search, whole, 0, err);
}

static pxf_status search_directory(struct search *search, struct fox_tiff *tiff, uint64_t directory,
                                   pxf_error *err)
{
    const uint64_t exif = fox_tiff_sub_directory(tiff, directory, FOX_TAG_EXIF_DIRECTORY);
    struct fox_tiff_entry xmp;

    TRY(empty_directory(search, tiff,
                        fox_tiff_sub_directory(tiff, directory, FOX_TAG_GPS_DIRECTORY), err));
    TRY(empty_directory(search, tiff, fox_tiff_sub_directory(tiff, exif, FOX_TAG_GPS_DIRECTORY),
                        err));
    return fox_tiff_find(tiff, directory, TAG_XMP, &xmp)
               ? fox_redaction_find_xmp(search->redaction, search->reader, xmp.offset, xmp.count,
                                        err)
               : PXF_OK;
}

static pxf_status search_exif(struct search *search, struct fox_extent extent, pxf_error *err)
{
    struct fox_tiff tiff;
    uint64_t directory = 0;
    const bool is_tiff = fox_tiff_open(&tiff, search->reader, extent, &directory);

    for (int i = 0; is_tiff && directory != 0 && i < DIRECTORY_LIMIT; i++) {
        TRY(search_directory(search, &tiff, directory, err));
        directory = fox_tiff_next_directory(&tiff, directory);
    }
    return fox_cursor_check_reader(&tiff.cursor, err);
}

/* A chunk of PNG turns into a comment of spaces; anything else into spaces. */
static pxf_status blank(struct search *search, const struct fox_packet *packet, pxf_error *err)
{
    struct fox_patch patch = {.offset = packet->chunk.offset,
                              .size = packet->chunk.size,
                              .head_size = sizeof comment,
                              .fill = ' '};

    if (packet->chunk.size < sizeof comment) {
        return fill(search, packet->extent, ' ', err);
    }
    memcpy(patch.head, comment, sizeof comment);
    return fox_redaction_add(search->redaction, &patch, err);
}

/* The check of ISO 3309 and PNG, annex D. */
static uint32_t crc_add(uint32_t crc, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
        }
    }
    return crc;
}

/* The sum of a chunk as it will be read. */
static pxf_status put_check_sum(struct search *search, struct fox_extent chunk, pxf_error *err)
{
    struct fox_patch patch = {
        .offset = chunk.offset + chunk.size, .size = CRC_BYTES, .head_size = CRC_BYTES};
    uint8_t data[CRC_READ_BYTES];
    uint32_t crc = UINT32_MAX;
    size_t size = 1;

    for (uint64_t at = 0; at < chunk.size && size > 0; at += size) {
        const uint64_t left = chunk.size - at;

        TRY(fox_reader_read(search->reader, chunk.offset + at, data,
                            left < sizeof data ? (size_t)left : sizeof data, &size, err));
        fox_redaction_apply(search->redaction, chunk.offset + at, data, size);
        crc = crc_add(crc, data, size);
    }
    for (int i = 0; i < CRC_BYTES; i++) {
        patch.head[i] = (uint8_t)(~crc >> (24 - 8 * i));
    }
    return fox_redaction_add(search->redaction, &patch, err);
}

static pxf_status search_packet(struct search *search, const struct fox_packet *packet,
                                pxf_error *err)
{
    switch (packet->kind) {
    case FOX_PACKET_EXIF:
        return search_exif(search, packet->extent, err);
    case FOX_PACKET_XMP:
        return fox_redaction_find_xmp(search->redaction, search->reader, packet->extent.offset,
                                      packet->extent.size, err);
    case FOX_PACKET_SEALED:
        return blank(search, packet, err);
    }
    return PXF_OK;
}

static pxf_status note_packet(void *ctx, const struct fox_packet *packet, pxf_error *err)
{
    struct search *search = ctx;
    const size_t before = search->redaction->count;

    TRY(search_packet(search, packet, err));
    return packet->chunk.size > 0 && search->redaction->count > before
               ? put_check_sum(search, packet->chunk, err)
               : PXF_OK;
}

pxf_status fox_redaction_find(struct fox_redaction *ret_redaction, const struct fox_reader *reader,
                              pxf_format format, pxf_error *err)
{
    const struct fox_sniffer *sniffer = fox_sniffer_of(format);
    AUTO(fox_redaction) redaction = {0};
    struct search search = {.reader = reader, .redaction = &redaction};
    struct fox_cursor cursor;

    if (sniffer && sniffer->find_packets) {
        fox_cursor_set(&cursor, reader);
        TRY(sniffer->find_packets(&cursor, note_packet, &search, err));
        TRY(fox_cursor_check_reader(&cursor, err));
    }
    *ret_redaction = redaction;
    redaction = (struct fox_redaction){0};
    return PXF_OK;
}
