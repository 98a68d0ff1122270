/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_IMAGE_REEL_H
#define FOX_IMAGE_REEL_H

#include "image/decode.h"
#include "image/vips.h"

struct WebPAnimDecoder;

/* The frames of an animated GIF or WebP, one after the other, each as a viewer shows it. */
struct fox_reel {
    struct fox_picture frame; /* RGB or RGBA */
    int duration_ms;          /* of that frame */
    uint32_t loop_count;      /* 0: for ever */
    uint32_t frame_count, next;
    struct fox_vips gif; /* all frames below one another */
    int *delays_ms;
    int delay_count;
    struct WebPAnimDecoder *webp;
    int time_ms;
};

/* Whether there is anything to move, and it can be read frame by frame. */
bool fox_reel_fits(const struct fox_sniff *sniff);

pxf_status fox_reel_open(struct fox_reel *reel, const struct fox_source *source, pxf_error *err);

/* Reads the next frame; `ret_is_there` false at the end. */
pxf_status fox_reel_next(struct fox_reel *reel, bool *ret_is_there, pxf_error *err);

void fox_reel_let_go(struct fox_reel *reel);

#endif
