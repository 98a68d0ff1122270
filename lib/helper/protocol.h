/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_HELPER_PROTOCOL_H
#define FOX_HELPER_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "helper/helper.h"

/* What a host and its helpers say to each other (doc/helper.md): one flat struct per message, over
 * a socket that keeps messages whole. Both ends are built from this file; `build` in the first
 * message says so, and a helper of another build is not spoken to. Neither side believes a number
 * or a text that it has not checked. */

enum {
    FOX_WIRE_MAGIC = 0x70666878,
    FOX_WIRE_VERSION = 1,
    FOX_WIRE_SOCKET_FD = 3, /* in the helper */
    FOX_WIRE_HOST_FD = 4,   /* the host's pidfd */
    FOX_WIRE_BUILD_BYTES = 64,
    FOX_WIRE_CODECS_BYTES = 192,
    FOX_WIRE_RULE_BYTES = 32
};

/* More than this no variant has, whatever the picture. */
#define FOX_WIRE_VARIANT_BYTES (UINT64_C(1) << 30)

enum fox_wire_kind {
    FOX_WIRE_HELLO = 1,     /* helper: once, with a pidfd of itself */
    FOX_WIRE_REQUEST = 2,   /* host: with the original */
    FOX_WIRE_VARIANT = 3,   /* helper: with a sealed memory file, or without one if skipped */
    FOX_WIRE_END = 4,       /* helper: all variants are sent, or why there are no more */
    FOX_WIRE_LAST_WORDS = 5 /* helper: memory ran out, or a signal kills it: it ends now */
};

struct fox_wire_head {
    uint32_t magic;
    uint16_t version;
    uint16_t kind;
    uint32_t size;    /* of the whole message */
    uint32_t picture; /* counts the requests of this helper; 0 in HELLO */
};

struct fox_wire_hello {
    struct fox_wire_head head;
    char build[FOX_WIRE_BUILD_BYTES];
    char codecs[FOX_WIRE_CODECS_BYTES];
    char trouble[PXF_MESSAGE_BYTES]; /* why it cannot work; "" if it can */
};

struct fox_wire_recipe {
    char kind[FOX_KIND_BYTES];
    uint32_t output;
    uint32_t fit;
    uint32_t width_px, height_px;
    int32_t quality;
};

struct fox_wire_request {
    struct fox_wire_head head;
    uint64_t memory_bytes;
    uint64_t variant_bytes; /* a larger variant is not sent */
    uint32_t format;
    uint32_t width_px, height_px;
    uint32_t frame_count;
    uint32_t bit_depth;
    uint32_t channel_count;
    uint32_t orientation;
    uint32_t preset;
    uint32_t thread_count;
    uint8_t has_alpha, has_profile, is_cmyk, keep_truncated; /* 0 or 1 */
    uint8_t flatten_rgb[4];
    uint32_t recipe_count;
    struct fox_wire_recipe recipes[FOX_RECIPE_LIMIT];
};

struct fox_wire_variant {
    struct fox_wire_head head;
    uint32_t index; /* in the request's recipes */
    uint32_t skip;
    uint32_t format; /* this and the size are 0 if skipped */
    uint32_t width_px, height_px;
    uint32_t zero;
    int64_t render_ms;
    uint64_t bytes;
};

struct fox_wire_end {
    struct fox_wire_head head;
    uint64_t resident_bytes; /* of the helper, after it let go of the picture */
    uint32_t status;         /* a pxf_status */
    uint32_t zero;
    char rule[FOX_WIRE_RULE_BYTES]; /* of model/kinds.h; "" with OK and where none fits */
    char message[PXF_MESSAGE_BYTES];
};

struct fox_wire_last_words {
    struct fox_wire_head head;
    int32_t signal;         /* 0 where memory ran out */
    uint32_t memory_failed; /* 1 where it did */
};

/* Any message; what a receiver reads into. */
union fox_wire_message {
    struct fox_wire_head head;
    struct fox_wire_hello hello;
    struct fox_wire_request request;
    struct fox_wire_variant variant;
    struct fox_wire_end end;
    struct fox_wire_last_words last_words;
};

/* The project's version and a digest of the protocol: "0.1.0 3f9a…". Static. */
const char *fox_wire_build(void);

/* The project's version alone. Static. */
const char *fox_wire_release(void);

/* The size of a message of that kind; 0 for any other number. */
size_t fox_wire_size(uint32_t kind);

/* The head of a message of that kind. */
struct fox_wire_head fox_wire_head_of(enum fox_wire_kind kind, uint32_t picture);

/* CORRUPT unless `size` bytes are one whole message of that picture. */
pxf_status fox_wire_check(const union fox_wire_message *message, size_t size, uint32_t picture,
                          pxf_error *err);

/* Copies `text` into a field of `size` bytes, cut at a character; the rest is zeros. */
void fox_wire_set_text(char *field, size_t size, const char *text);

/* True if the field is ended and holds clean UTF-8. */
bool fox_wire_is_text(const char *field, size_t size);

/* A request as a message, and back. `recipes` has room for FOX_RECIPE_LIMIT and is what the
 * request points to; the descriptor and the time are not part of the message. INVALID, naming what
 * is wrong, for values that no host sends. */
void fox_wire_write_request(struct fox_wire_request *wire, const struct fox_helper_request *request,
                            uint32_t picture);
pxf_status fox_wire_read_request(struct fox_helper_request *ret_request,
                                 struct fox_recipe recipes[FOX_RECIPE_LIMIT],
                                 const struct fox_wire_request *wire, pxf_error *err);

#endif
