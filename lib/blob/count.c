/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/meter.h"
#include "base/time.h"
#include "blob/driver.h"

void fox_blob_set_name(struct fox_blob *blob, const char *name)
{
    (void)snprintf(blob->name, sizeof blob->name, "%s", name);
}

void fox_blob_count(const struct fox_blob *blob, const char *operation, int64_t began_ms)
{
    struct fox_meters *meters = blob->env->meters;
    const int64_t spent_ms = fox_env_monotonic_ms(blob->env) - began_ms;

    if (*blob->name) {
        fox_meter_add(meters, FOX_METER_POOL_OPERATIONS, blob->name, operation, 1);
        fox_meter_observe(meters, FOX_METER_POOL_SECONDS, blob->name, operation,
                          (double)spent_ms / FOX_SECOND_MS);
    }
}
