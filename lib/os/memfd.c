/* SPDX-License-Identifier: Apache-2.0 */
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* since Linux 6.3 */
#endif

enum { SEALS = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL };

pxf_status fox_memfd_new(struct fox_fd *ret_memfd, const char *name, pxf_origin origin,
                         pxf_error *err)
{
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int number = memfd_create(name, flags | MFD_NOEXEC_SEAL);

    if (number < 0 && errno == EINVAL) {
        number = memfd_create(name, flags);
    }
    if (number < 0) {
        return fox_fail_errno(err, origin, errno, "cannot make the memory file '%s'", name);
    }
    *ret_memfd = fox_fd_of(number, origin);
    return PXF_OK;
}

pxf_status fox_memfd_seal(const struct fox_fd *memfd, pxf_error *err)
{
    if (fcntl(fox_fd_number(memfd), F_ADD_SEALS, SEALS) != 0) {
        return fox_fail_errno(err, memfd->origin, errno, "cannot seal a memory file");
    }
    return PXF_OK;
}

pxf_status fox_memfd_check(const struct fox_fd *memfd, uint64_t max_bytes, uint64_t *ret_size,
                           pxf_error *err)
{
    const int seals = fcntl(fox_fd_number(memfd), F_GET_SEALS);
    struct fox_file_stat stat;

    if (seals < 0 || (seals & SEALS) != SEALS) {
        return fox_fail_from(err, PXF_CORRUPT, memfd->origin, 0,
                             "a descriptor is not a sealed memory file");
    }
    TRY(fox_file_stat(&stat, memfd, err));
    if (stat.size > max_bytes) {
        return fox_fail_from(err, PXF_CORRUPT, memfd->origin, 0,
                             "a memory file has %" PRIu64 " bytes where %" PRIu64 " are allowed",
                             stat.size, max_bytes);
    }
    *ret_size = stat.size;
    return PXF_OK;
}

struct fox_bytes *fox_memfd_map(const struct fox_fd *memfd, uint64_t max_bytes, pxf_error *err)
{
    uint64_t size;
    void *data;

    if (fox_memfd_check(memfd, max_bytes, &size, err) != PXF_OK) {
        return NULL;
    }
    if (size == 0) {
        (void)fox_fail_from(err, PXF_CORRUPT, memfd->origin, 0, "a memory file is empty");
        return NULL;
    }
    data = mmap(NULL, size, PROT_READ, MAP_SHARED, fox_fd_number(memfd), 0);
    if (data == MAP_FAILED) {
        (void)fox_fail_errno(err, memfd->origin, errno, "cannot map %" PRIu64 " bytes", size);
        return NULL;
    }
    return fox_bytes_take_mapping(data, size, err);
}
