/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/sha256.h"

#include <stdbool.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/mem.h"

struct fox_sha256 {
    EVP_MD_CTX *context;
};

/* OpenSSL keeps a queue of errors for each thread of the host: it stays as the host left it, so
 * each call sets a mark and ends here. */
static pxf_status end(bool is_done, pxf_error *err)
{
    (void)ERR_pop_to_mark();
    return is_done ? PXF_OK : fox_fail(err, PXF_NO_MEMORY, "no memory for a sha-256");
}

pxf_status fox_sha256_new(struct fox_sha256 **ret_sha256, pxf_error *err)
{
    AUTO(fox_sha256) *sha256 = fox_mem_new(1, sizeof *sha256, err);

    if (!sha256) {
        return PXF_NO_MEMORY;
    }
    (void)ERR_set_mark();
    sha256->context = EVP_MD_CTX_new();
    TRY(end(sha256->context && EVP_DigestInit_ex(sha256->context, EVP_sha256(), NULL) == 1, err));
    *ret_sha256 = GIVE(sha256);
    return PXF_OK;
}

pxf_status fox_sha256_add(struct fox_sha256 *sha256, const void *data, size_t size, pxf_error *err)
{
    (void)ERR_set_mark();
    return end(EVP_DigestUpdate(sha256->context, data, size) == 1, err);
}

pxf_status fox_sha256_get(const struct fox_sha256 *sha256, struct fox_digest *ret_digest,
                          pxf_error *err)
{
    struct fox_digest digest;
    EVP_MD_CTX *copy;
    bool is_done;

    (void)ERR_set_mark();
    copy = EVP_MD_CTX_new();
    is_done = copy && EVP_MD_CTX_copy_ex(copy, sha256->context) == 1 &&
              EVP_DigestFinal_ex(copy, digest.bytes, NULL) == 1;
    EVP_MD_CTX_free(copy);
    TRY(end(is_done, err));
    *ret_digest = digest;
    return PXF_OK;
}

void fox_sha256_free(struct fox_sha256 *sha256)
{
    if (sha256) {
        EVP_MD_CTX_free(sha256->context);
        free(sha256);
    }
}

pxf_status fox_sha256_of(const void *data, size_t size, struct fox_digest *ret_digest,
                         pxf_error *err)
{
    AUTO(fox_sha256) *sha256 = NULL;

    TRY(fox_sha256_new(&sha256, err));
    TRY(fox_sha256_add(sha256, data, size, err));
    return fox_sha256_get(sha256, ret_digest, err);
}
