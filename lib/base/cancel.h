/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_BASE_CANCEL_H
#define FOX_BASE_CANCEL_H

#include <stdbool.h>

#include "base/fail.h"

/* A token that any thread may trip, once and for good. Shared: each owner frees it. */
struct fox_cancel;

struct fox_cancel *fox_cancel_new(pxf_error *err);

/* A token that is also tripped when `above` is (NULL: a plain one); tripping it leaves `above`
 * alone. Holds a share of `above`. */
struct fox_cancel *fox_cancel_new_below(struct fox_cancel *above, pxf_error *err);

struct fox_cancel *fox_cancel_share(struct fox_cancel *cancel);
void fox_cancel_trip(struct fox_cancel *cancel);

/* NULL is never tripped. */
bool fox_cancel_is_tripped(const struct fox_cancel *cancel);

/* CANCELLED if tripped. */
pxf_status fox_cancel_check(const struct fox_cancel *cancel, pxf_error *err);

/* A descriptor that is readable once the token is tripped, lent; -1 for NULL. */
int fox_cancel_fd(const struct fox_cancel *cancel);

void fox_cancel_free(struct fox_cancel *cancel);

static inline void fox_cancel_let_go(struct fox_cancel **cancel)
{
    fox_cancel_free(*cancel);
}

#endif
