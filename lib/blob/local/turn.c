/* SPDX-License-Identifier: Apache-2.0 */
#include "blob/local/local.h"

/* Syncs for all who asked until now. Where it fails the others try with a descriptor of their own:
 * the kernel tells each descriptor of a lost write once. */
static pxf_status sync_locked(struct fox_local *local, struct fox_local_turn *turn,
                              const struct fox_fd *folder, pxf_error *err)
{
    const uint64_t covered = turn->asked;
    pxf_status status;

    turn->is_syncing = true;
    (void)pthread_mutex_unlock(&local->shared.lock);
    status = fox_file_sync_all(folder, err);
    (void)pthread_mutex_lock(&local->shared.lock);
    turn->is_syncing = false;
    if (status == PXF_OK) {
        turn->synced = covered;
    }
    (void)pthread_cond_broadcast(&turn->wake);
    return status;
}

static pxf_status wait_or_sync_locked(struct fox_local *local, struct fox_local_turn *turn,
                                      const struct fox_fd *folder, pxf_error *err)
{
    const uint64_t mine = ++turn->asked;
    pxf_status status = PXF_OK;

    while (status == PXF_OK && turn->synced < mine) {
        if (turn->is_syncing) {
            (void)pthread_cond_wait(&turn->wake, &local->shared.lock);
        } else {
            status = sync_locked(local, turn, folder, err);
        }
    }
    return status;
}

pxf_status fox_local_turn_sync(struct fox_local *local, const struct fox_file_stat *stat,
                               const struct fox_fd *folder, pxf_error *err)
{
    struct fox_local_turn *turn = &local->shared.turns[stat->inode % FOX_LOCAL_TURNS];
    pxf_status status;

    (void)pthread_mutex_lock(&local->shared.lock);
    if (turn->count > 0 && (turn->device != stat->device || turn->inode != stat->inode)) {
        (void)pthread_mutex_unlock(&local->shared.lock);
        return fox_file_sync_all(folder, err);
    }
    turn->device = stat->device;
    turn->inode = stat->inode;
    turn->count++;
    status = wait_or_sync_locked(local, turn, folder, err);
    turn->count--;
    (void)pthread_mutex_unlock(&local->shared.lock);
    return status;
}

void fox_local_turns_start(struct fox_local *local)
{
    for (size_t i = 0; i < FOX_LOCAL_TURNS; i++) {
        (void)pthread_cond_init(&local->shared.turns[i].wake, NULL);
    }
}

void fox_local_turns_end(struct fox_local *local)
{
    for (size_t i = 0; i < FOX_LOCAL_TURNS; i++) {
        (void)pthread_cond_destroy(&local->shared.turns[i].wake);
    }
}
