/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "model/names.h"
#include "queue/driver.h"

enum { ANNOUNCE_EVERY_MS = 20 * FOX_SECOND_MS, KIND_LIMIT = 256 };

static bool knows_locked(const struct fox_queue *queue, const char *kind)
{
    for (size_t i = 0; i < queue->shared.kind_count; i++) {
        if (strcmp(queue->shared.kinds[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

/* Remembers a kind; tells whether it is new. */
static bool learn_locked(struct fox_queue *queue, const char *kind)
{
    const size_t count = queue->shared.kind_count;

    if (knows_locked(queue, kind) || fox_name_check_kind(kind, NULL) != PXF_OK) {
        return false;
    }
    if (count >= KIND_LIMIT || fox_mem_grow(&queue->shared.kinds, &queue->shared.kind_capacity,
                                            count + 1, FOX_KIND_NAME_BYTES, NULL) != PXF_OK) {
        return false;
    }
    memcpy(queue->shared.kinds[count], kind, strlen(kind) + 1);
    queue->shared.kind_count++;
    return true;
}

/* Claims the announcement for this thread where one is due. */
static bool is_due_locked(struct fox_queue *queue, const char *const *kinds, size_t count)
{
    const int64_t now_ms = fox_env_monotonic_ms(queue->env);
    bool is_due =
        queue->shared.announced_ms == 0 || now_ms - queue->shared.announced_ms >= ANNOUNCE_EVERY_MS;

    for (size_t i = 0; i < count; i++) {
        is_due = learn_locked(queue, kinds[i]) || is_due;
    }
    if (is_due) {
        queue->shared.announced_ms = now_ms > 0 ? now_ms : 1;
    }
    return is_due && queue->shared.kind_count > 0;
}

/* Copies the names behind an array that points to them, all one piece of memory. */
static const char **copy_locked(const struct fox_queue *queue, size_t *ret_count)
{
    const size_t count = queue->shared.kind_count;
    const char **names = fox_mem_new(count, sizeof *names + FOX_KIND_NAME_BYTES, NULL);
    char(*texts)[FOX_KIND_NAME_BYTES];

    if (!names) {
        return NULL;
    }
    texts = (char(*)[FOX_KIND_NAME_BYTES])(names + count);
    memcpy(texts, queue->shared.kinds, count * FOX_KIND_NAME_BYTES);
    for (size_t i = 0; i < count; i++) {
        names[i] = texts[i];
    }
    *ret_count = count;
    return names;
}

void fox_queue_announce(struct fox_queue *queue, const char *const *kinds, size_t count)
{
    const char **names = NULL;
    size_t name_count = 0;

    pthread_mutex_lock(&queue->shared.lock);
    if (is_due_locked(queue, kinds, count)) {
        names = copy_locked(queue, &name_count);
    }
    pthread_mutex_unlock(&queue->shared.lock);
    if (names && queue->driver->announce(queue, names, name_count, NULL) != PXF_OK) {
        pthread_mutex_lock(&queue->shared.lock);
        queue->shared.announced_ms = 0;
        pthread_mutex_unlock(&queue->shared.lock);
    }
    free(names);
}
