/* SPDX-License-Identifier: Apache-2.0 */
#include "model/settings.h"

#include "base/time.h"
#include "model/setting_text.h"

#define TIB (INT64_C(1) << 40)
#define MEGAPIXEL INT64_C(1000000)

enum { DAY_MIN = 1440 };

static const struct fox_setting settings[FOX_SETTING_COUNT] = {
    [FOX_SETTING_STORE_CREATE] =
        {
            .name = "store.create",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "if_empty",
            .choices = "never|if_empty",
            .help = "Whether opening makes a store where the folder is absent or empty and "
                    "its parent exists.",
        },
    [FOX_SETTING_STORE_SPOOL_PATH] =
        {
            .name = "store.spool_path",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "",
            .choices = "",
            .help = "Folder for bytes on their way to pools that cannot rename; empty is "
                    "`spool` in the store.",
            .check = fox_setting_text_path,
        },
    [FOX_SETTING_STORE_CLEAN_UP_AGE_MIN] =
        {
            .name = "store.clean_up_age_min",
            .kind = FOX_SETTING_NUMBER,
            .unit = "min",
            .standard = "60",
            .min = 1,
            .max = 30 * DAY_MIN,
            .choices = "",
            .is_live = true,
            .help = "Age from which a temporary file that nobody holds is removed.",
        },
    [FOX_SETTING_STORE_ORPHAN_SHARE_PCT] =
        {
            .name = "store.orphan_share_pct",
            .kind = FOX_SETTING_NUMBER,
            .unit = "%",
            .standard = "25",
            .min = 0,
            .max = 100,
            .choices = "",
            .is_live = true,
            .help = "Share of a pool's files above which a repair sets no orphans aside: then a "
                    "person shall look first.",
        },
    [FOX_SETTING_STORE_PUBLIC_ORIGINALS] =
        {
            .name = "store.public_originals",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "stripped",
            .choices = "stripped|raw",
            .is_live = true,
            .help = "How an original is read for others than its owner: `stripped` leaves out "
                    "where it was taken.",
        },
    [FOX_SETTING_STORE_EVENT_KEEP_DAYS] =
        {
            .name = "store.event_keep_days",
            .kind = FOX_SETTING_NUMBER,
            .unit = "days",
            .standard = "30",
            .min = 1,
            .max = 3650,
            .choices = "",
            .is_live = true,
            .help = "How long events can be read.",
        },
    [FOX_SETTING_STORE_NODE] =
        {
            .name = "store.node",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "",
            .choices = "",
            .help = "Name of this host among others, as pools name it; empty where there is "
                    "one host.",
            .check = fox_setting_text_node,
        },
    [FOX_SETTING_STORE_REGION] =
        {
            .name = "store.region",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "",
            .choices = "",
            .help = "Region of this host; pools of the same region are chosen first.",
            .check = fox_setting_text_node,
        },
    [FOX_SETTING_INGEST_MAX_BYTES] =
        {
            .name = "ingest.max_bytes",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bytes",
            .standard = "104857600",
            .min = 1,
            .max = TIB,
            .choices = "",
            .is_live = true,
            .help = "Largest file that is taken.",
        },
    [FOX_SETTING_INGEST_MAX_PIXELS] =
        {
            .name = "ingest.max_pixels",
            .kind = FOX_SETTING_NUMBER,
            .unit = "pixels",
            .standard = "50000000",
            .min = 1,
            .max = 1000 * MEGAPIXEL,
            .choices = "",
            .is_live = true,
            .help = "Most pixels of one frame.",
        },
    [FOX_SETTING_INGEST_MAX_ALL_PIXELS] =
        {
            .name = "ingest.max_all_pixels",
            .kind = FOX_SETTING_NUMBER,
            .unit = "pixels",
            .standard = "500000000",
            .min = 1,
            .max = 100000 * MEGAPIXEL,
            .choices = "",
            .is_live = true,
            .help = "Most pixels of all frames together.",
        },
    [FOX_SETTING_INGEST_MAX_FRAMES] =
        {
            .name = "ingest.max_frames",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "1000",
            .min = 1,
            .max = 100000,
            .choices = "",
            .is_live = true,
            .help = "Most frames of an animation.",
        },
    [FOX_SETTING_INGEST_MAX_SIDE_PX] =
        {
            .name = "ingest.max_side_px",
            .kind = FOX_SETTING_NUMBER,
            .unit = "px",
            .standard = "65535",
            .min = 1,
            .max = 65535,
            .choices = "",
            .is_live = true,
            .help = "Longest side of a picture.",
        },
    [FOX_SETTING_INGEST_MAX_DEPTH_BITS] =
        {
            .name = "ingest.max_depth_bits",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bits",
            .standard = "16",
            .min = 1,
            .max = 64,
            .choices = "",
            .is_live = true,
            .help = "Most bits of one colour channel.",
        },
    [FOX_SETTING_INGEST_MAX_OWNER_BYTES] =
        {
            .name = "ingest.max_owner_bytes",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bytes",
            .standard = "0",
            .min = 0,
            .max = 1024 * 1024 * TIB,
            .choices = "",
            .is_live = true,
            .help = "Room that one owner may take, variants included; 0 is no limit.",
        },
    [FOX_SETTING_INGEST_TRUNCATED] =
        {
            .name = "ingest.truncated",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "refuse",
            .choices = "refuse|keep",
            .is_live = true,
            .help = "What becomes of a picture whose file ends too early: `keep` makes "
                    "variants of what is there.",
        },
    [FOX_SETTING_INGEST_TITLE_MAX_BYTES] =
        {
            .name = "ingest.title_max_bytes",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bytes",
            .standard = "255",
            .min = 16,
            .max = 1024,
            .choices = "",
            .is_live = true,
            .help = "Longest title; a longer one is cut at a character.",
        },
    [FOX_SETTING_RENDER_HELPER] =
        {
            .name = "render.helper",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "",
            .choices = "",
            .help = "Path of the program `pixelfox-helper`; empty looks beside the library, "
                    "then in libexecdir.",
            .check = fox_setting_text_path,
        },
    [FOX_SETTING_RENDER_WEBP_ENABLED] =
        {
            .name = "render.webp_enabled",
            .kind = FOX_SETTING_FLAG,
            .unit = "",
            .standard = "true",
            .choices = "",
            .is_live = true,
            .help = "Whether variants in WebP are made.",
        },
    [FOX_SETTING_RENDER_AVIF_ENABLED] =
        {
            .name = "render.avif_enabled",
            .kind = FOX_SETTING_FLAG,
            .unit = "",
            .standard = "true",
            .choices = "",
            .is_live = true,
            .help = "Whether variants in AVIF are made.",
        },
    [FOX_SETTING_RENDER_ORIGINAL_ENABLED] =
        {
            .name = "render.original_enabled",
            .kind = FOX_SETTING_FLAG,
            .unit = "",
            .standard = "true",
            .choices = "",
            .is_live = true,
            .help = "Whether thumbnails in the original's format are made.",
        },
    [FOX_SETTING_RENDER_WEBP_QUALITY] =
        {
            .name = "render.webp_quality",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "85",
            .min = 1,
            .max = 100,
            .choices = "",
            .is_live = true,
            .help = "Quality of the WebP variants; higher is better.",
        },
    [FOX_SETTING_RENDER_AVIF_CRF] =
        {
            .name = "render.avif_crf",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "35",
            .min = 0,
            .max = 63,
            .choices = "",
            .is_live = true,
            .help = "Quality of the AVIF variants, as a CRF; lower is better.",
        },
    [FOX_SETTING_RENDER_ORIGINAL_QUALITY] =
        {
            .name = "render.original_quality",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "90",
            .min = 1,
            .max = 100,
            .choices = "",
            .is_live = true,
            .help = "Quality of thumbnails in JPEG; higher is better.",
        },
    [FOX_SETTING_RENDER_RECIPES] =
        {
            .name = "render.recipes",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "",
            .choices = "",
            .is_live = true,
            .help = "Variants beside the eight: name=output,fit,WIDTHxHEIGHT,quality, separated by "
                    "';'.",
            .check = fox_setting_text_recipes,
        },
    [FOX_SETTING_RENDER_PRESET] =
        {
            .name = "render.preset",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "balanced",
            .choices = "fast|balanced|small",
            .is_live = true,
            .help = "What to spend: processor time (`small`) or bytes (`fast`).",
        },
    [FOX_SETTING_RENDER_FLATTEN] =
        {
            .name = "render.flatten",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "#ffffff",
            .choices = "",
            .is_live = true,
            .help = "Colour behind transparent pixels where a format has none, as #rrggbb.",
            .check = fox_setting_text_colour,
        },
    [FOX_SETTING_RENDER_TIMEOUT_S] =
        {
            .name = "render.timeout_s",
            .kind = FOX_SETTING_NUMBER,
            .unit = "s",
            .standard = "120",
            .min = 1,
            .max = 3600,
            .choices = "",
            .is_live = true,
            .help = "Time that one picture may take in a helper before that is killed.",
        },
    [FOX_SETTING_RENDER_MEMORY_BYTES] =
        {
            .name = "render.memory_bytes",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bytes",
            .standard = "2147483648",
            .min = 0,
            .max = TIB,
            .choices = "",
            .is_live = true,
            .help = "Memory that one helper may take beyond its start; 0 is no limit.",
        },
    [FOX_SETTING_RENDER_MAX_HELPERS] =
        {
            .name = "render.max_helpers",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "0",
            .min = 0,
            .max = 256,
            .choices = "",
            .help = "Most helper processes of this process; 0 is one for each processor.",
        },
    [FOX_SETTING_RENDER_THREADS] =
        {
            .name = "render.threads",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "0",
            .min = 0,
            .max = 64,
            .choices = "",
            .is_live = true,
            .help = "Threads of a helper for one picture; 0 follows the load.",
        },
    [FOX_SETTING_QUEUE_URL] =
        {
            .name = "queue.url",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "sqlite:",
            .choices = "",
            .help = "Where jobs wait: `sqlite:` in the catalog's file, or `memory:` for trials.",
            .check = fox_setting_text_queue,
        },
    [FOX_SETTING_QUEUE_ATTEMPTS] =
        {
            .name = "queue.attempts",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "5",
            .min = 1,
            .max = 100,
            .choices = "",
            .is_live = true,
            .help = "How often the processing of an image is tried in all; crashes are "
                    "counted apart.",
        },
    [FOX_SETTING_QUEUE_DONE_KEEP_H] =
        {
            .name = "queue.done_keep_h",
            .kind = FOX_SETTING_NUMBER,
            .unit = "h",
            .standard = "24",
            .min = 0,
            .max = 8760,
            .choices = "",
            .is_live = true,
            .help = "How long a job that ended well or was cancelled can be looked at.",
        },
    [FOX_SETTING_WORKER_THREADS] =
        {
            .name = "worker.threads",
            .kind = FOX_SETTING_NUMBER,
            .unit = "",
            .standard = "5",
            .min = 1,
            .max = 256,
            .choices = "",
            .is_live = true,
            .help = "Jobs that one process works on at once.",
        },
    [FOX_SETTING_WORKER_LEASE_MS] =
        {
            .name = "worker.lease_ms",
            .kind = FOX_SETTING_NUMBER,
            .unit = "ms",
            .standard = "15000",
            .min = 1000,
            .max = 600000,
            .choices = "",
            .is_live = true,
            .help = "How long a job stays with a worker of which nothing is heard.",
        },
    [FOX_SETTING_WORKER_DRAIN_MS] =
        {
            .name = "worker.drain_ms",
            .kind = FOX_SETTING_NUMBER,
            .unit = "ms",
            .standard = "8000",
            .min = 0,
            .max = 600000,
            .choices = "",
            .is_live = true,
            .help = "How long a stop waits for running jobs before it hands them back.",
        },
    [FOX_SETTING_POOL_POLICY] =
        {
            .name = "pool.policy",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "two_choices",
            .choices = "two_choices|fill|round_robin|weighted|least_used",
            .is_live = true,
            .help = "How one pool is chosen among those of the same tier and priority.",
        },
    [FOX_SETTING_POOL_FILE_MODE] =
        {
            .name = "pool.file_mode",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "0644",
            .choices = "",
            .is_live = true,
            .help = "Mode of files in local pools, in octal, whatever the umask says.",
            .check = fox_setting_text_file_mode,
        },
    [FOX_SETTING_POOL_FOLDER_MODE] =
        {
            .name = "pool.folder_mode",
            .kind = FOX_SETTING_TEXT,
            .unit = "",
            .standard = "0755",
            .choices = "",
            .is_live = true,
            .help = "Mode of folders in local pools, in octal, whatever the umask says.",
            .check = fox_setting_text_folder_mode,
        },
    [FOX_SETTING_POOL_RESERVE_BYTES] =
        {
            .name = "pool.reserve_bytes",
            .kind = FOX_SETTING_NUMBER,
            .unit = "bytes",
            .standard = "0",
            .min = 0,
            .max = 1024 * TIB,
            .choices = "",
            .is_live = true,
            .help = "Room that stays free on the disk of each pool; the larger of this and "
                    "`pool.reserve_pct` counts.",
        },
    [FOX_SETTING_POOL_RESERVE_PCT] =
        {
            .name = "pool.reserve_pct",
            .kind = FOX_SETTING_NUMBER,
            .unit = "%",
            .standard = "1",
            .min = 0,
            .max = 90,
            .choices = "",
            .is_live = true,
            .help = "Share of the disk of each pool that stays free.",
        },
    [FOX_SETTING_POOL_HEALTH_MS] =
        {
            .name = "pool.health_ms",
            .kind = FOX_SETTING_NUMBER,
            .unit = "ms",
            .standard = "1000",
            .min = 100,
            .max = 600000,
            .choices = "",
            .is_live = true,
            .help = "How old a pool's last health check may be when it is chosen.",
        },
    [FOX_SETTING_LOG_LEVEL] =
        {
            .name = "log.level",
            .kind = FOX_SETTING_CHOICE,
            .unit = "",
            .standard = "info",
            .choices = "debug|info|warn|error",
            .help = "Least grave kind of log line that is handed to the host.",
        },
};

const struct fox_setting *fox_setting_at(size_t index)
{
    return index < FOX_SETTING_COUNT ? &settings[index] : NULL;
}
