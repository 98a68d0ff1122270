/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_TESTS_PICTURE_H
#define FOX_TESTS_PICTURE_H

#include <stddef.h>
#include <stdint.h>

/* A real PNG of 24-bit colour, made without any library: each seed gives other pixels, and so other
 * bytes. It ends the test if there is no memory. */
struct fox_picture_file {
    uint8_t *data;
    size_t size;
};

struct fox_picture_file fox_picture_png(uint32_t width_px, uint32_t height_px, uint32_t seed);
void fox_picture_file_let_go(struct fox_picture_file *file);

#endif
