/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_CONFIG_H
#define PIXELFOX_CONFIG_H

/** @file config.h
 * Settings to open a store with, and the table of all settings. A setting is named
 * `<area>.<thing>[_unit]`; doc/settings.md is printed from the same table. */

#include <stddef.h>

#include <pixelfox/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Settings for pxf_store_open(), pxf_render_new() or pxf_helper_version(), which copy them: it may
 * be changed, used again or freed at once. One at a time. */
typedef struct pxf_config pxf_config;

/** How grave a log line is. */
typedef enum pxf_level {
    PXF_LEVEL_DEBUG = 1, /**< For whoever looks for a defect. */
    PXF_LEVEL_INFO = 2,  /**< Something that happens now and then. */
    PXF_LEVEL_WARN = 3,  /**< Something a person should look at some day. */
    PXF_LEVEL_ERROR = 4  /**< Something a person should look at now. */
} pxf_level;

/** Receives log lines: UTF-8 without newline, lent for the call, never a secret. Called with no
 * lock held from whichever thread has something to tell, yours or the library's, and from several
 * at once; it must not call the library. */
typedef void (*pxf_log_fn)(void *user, pxf_level level, const char *message);

/** Makes settings that are all at their defaults.
 * @return yours; NULL on failure (NO_MEMORY). */
PXF_API pxf_config *pxf_config_new(pxf_error *err);

/** Sets any setting from its text, as a person would write it ("small", "100 MiB", "true"); for
 * sizes KiB, MiB, GiB, TiB. What is set here holds in this process against what the store keeps,
 * and does not change while the store is open.
 * @param value NULL for the default again
 * @return NOT_FOUND with the nearest name for an unknown setting; INVALID naming the bounds. */
PXF_API pxf_status pxf_config_set_text(pxf_config *config, const char *name, const char *value,
                                       pxf_error *err);

/** Sets a number, in the setting's unit (pxf_setting_unit()). As pxf_config_set_text(). */
PXF_API pxf_status pxf_config_set_number(pxf_config *config, const char *name, int64_t value,
                                         pxf_error *err);

/** Sets a switch. As pxf_config_set_text(). */
PXF_API pxf_status pxf_config_set_flag(pxf_config *config, const char *name, bool value,
                                       pxf_error *err);

/** Says where log lines go, from the level of the setting `log.level` on; NULL, the default, drops
 * them. `user` is handed to `log`, and both must live as long as the store or renderer. */
PXF_API void pxf_config_set_log(pxf_config *config, pxf_log_fn log, void *user);

/** Frees it; NULL is fine. */
PXF_API void pxf_config_free(pxf_config *config);

/** How many settings there are; their indexes are 0 to one less. For an index out of range the
 * functions below give NULL, 0 or false. */
PXF_API size_t pxf_setting_count(void);

/** The name of a setting. Static text, as with all of these. */
PXF_API const char *pxf_setting_name(size_t index);

/** "text", "number", "flag" or "choice". */
PXF_API const char *pxf_setting_kind(size_t index);

/** The unit of a number ("bytes", "ms", "s", "px", "%" …); "" without one. */
PXF_API const char *pxf_setting_unit(size_t index);

/** The default, as text. */
PXF_API const char *pxf_setting_default(size_t index);

/** The smallest number allowed; 0 for other kinds. */
PXF_API int64_t pxf_setting_min(size_t index);

/** The largest number allowed; 0 for other kinds. */
PXF_API int64_t pxf_setting_max(size_t index);

/** The values of a choice, separated by "|"; "" for other kinds. */
PXF_API const char *pxf_setting_choices(size_t index);

/** A sentence that says what it does. */
PXF_API const char *pxf_setting_help(size_t index);

/** Whether it can be changed in an open store (pxf_store_set_text()), for all its processes. */
PXF_API bool pxf_setting_is_live(size_t index);

#ifdef __cplusplus
}
#endif

#endif
