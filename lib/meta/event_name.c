/* SPDX-License-Identifier: Apache-2.0 */
#include "meta/event.h"

const char *fox_event_name(enum fox_event event)
{
    switch (event) {
    case FOX_EVENT_IMAGE_UPLOADED:
        return "image_uploaded";
    case FOX_EVENT_IMAGE_PROCESSED:
        return "image_processed";
    case FOX_EVENT_IMAGE_FAILED:
        return "image_failed";
    case FOX_EVENT_IMAGE_DELETED:
        return "image_deleted";
    case FOX_EVENT_IMAGE_REMOVED:
        return "image_removed";
    case FOX_EVENT_POOL_FULL:
        return "pool_full";
    case FOX_EVENT_POOL_UNAVAILABLE:
        return "pool_unavailable";
    case FOX_EVENT_POOL_AVAILABLE:
        return "pool_available";
    case FOX_EVENT_JOB_DEAD:
        return "job_dead";
    case FOX_EVENT_SETTING_CHANGED:
        return "setting_changed";
    case FOX_EVENT_VERIFY_FINISHED:
        return "verify_finished";
    }
    return "unknown";
}
