/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_CRYPT_SHA256_H
#define FOX_CRYPT_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

/* SHA-256 (FIPS 180-4) by OpenSSL, in pieces. One at a time. */
enum { FOX_SHA256_BYTES = 32, FOX_SHA256_TEXT_BYTES = 65 };

struct fox_sha256;

struct fox_digest {
    uint8_t bytes[FOX_SHA256_BYTES];
};

pxf_status fox_sha256_new(struct fox_sha256 **ret_sha256, pxf_error *err);
pxf_status fox_sha256_add(struct fox_sha256 *sha256, const void *data, size_t size, pxf_error *err);

/* The digest of what was added so far; more may be added afterwards. */
pxf_status fox_sha256_get(const struct fox_sha256 *sha256, struct fox_digest *ret_digest,
                          pxf_error *err);

void fox_sha256_free(struct fox_sha256 *sha256);

static inline void fox_sha256_let_go(struct fox_sha256 **sha256)
{
    fox_sha256_free(*sha256);
}

/* The digest of bytes in memory. */
pxf_status fox_sha256_of(const void *data, size_t size, struct fox_digest *ret_digest,
                         pxf_error *err);

#endif
