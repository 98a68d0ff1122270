/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIXELFOX_TYPES_H
#define PIXELFOX_TYPES_H

/** @file types.h
 * The words that several headers share. The numbers are fixed for good and never reused. */

#ifdef __cplusplus
extern "C" {
#endif

/** How dear and how near a pool's storage is. */
typedef enum pxf_tier {
    PXF_TIER_HOT = 1,    /**< Fast and dear: new pictures. */
    PXF_TIER_WARM = 2,   /**< Where pictures go that are seldom looked at. */
    PXF_TIER_COLD = 3,   /**< Cheap. */
    PXF_TIER_ARCHIVE = 4 /**< Cheapest; reading may take hours. */
} pxf_tier;

/** What a pool's storage is. */
typedef enum pxf_pool_type {
    PXF_POOL_LOCAL = 1, /**< A folder on a disk of this host. */
    PXF_POOL_NFS = 2,   /**< A folder on an NFS mount. */
    PXF_POOL_S3 = 3,    /**< A bucket of an S3 service. */
    PXF_POOL_MEMORY = 4 /**< This process's memory: for tests and trials. */
} pxf_pool_type;

/** What may be done with a pool. */
typedef enum pxf_pool_state {
    PXF_POOL_ACTIVE = 1,    /**< Read, written, chosen for new pictures. */
    PXF_POOL_READ_ONLY = 2, /**< Read; nothing is added or removed. */
    PXF_POOL_DRAINING = 3,  /**< Read and emptied; nothing is added. */
    PXF_POOL_OFFLINE = 4    /**< Left alone. */
} pxf_pool_state;

/** How one pool is chosen among several of the same tier and priority. */
typedef enum pxf_pick_policy {
    PXF_PICK_TWO_CHOICES = 1, /**< The one with the larger free share of two taken at random. */
    PXF_PICK_FILL = 2,        /**< The first by name until it is full. */
    PXF_PICK_ROUND_ROBIN = 3, /**< One after the other. */
    PXF_PICK_WEIGHTED = 4,    /**< At random, in proportion to the weights. */
    PXF_PICK_LEAST_USED = 5   /**< The one with the largest free share. */
} pxf_pick_policy;

/** A picture file's format, known from its content. */
typedef enum pxf_format {
    PXF_FORMAT_JPEG = 1, /**< image/jpeg, .jpg */
    PXF_FORMAT_PNG = 2,  /**< image/png, .png */
    PXF_FORMAT_GIF = 3,  /**< image/gif, .gif */
    PXF_FORMAT_WEBP = 4, /**< image/webp, .webp */
    PXF_FORMAT_AVIF = 5, /**< image/avif, .avif */
    PXF_FORMAT_HEIC = 6, /**< image/heic, .heic (HEIF with HEVC inside) */
    PXF_FORMAT_TIFF = 7, /**< image/tiff, .tiff */
    PXF_FORMAT_BMP = 8   /**< image/bmp, .bmp */
} pxf_format;

/** Where an image is in its life. */
typedef enum pxf_image_state {
    PXF_IMAGE_PENDING = 1,    /**< Stored; its job waits. */
    PXF_IMAGE_PROCESSING = 2, /**< A worker makes its variants. */
    PXF_IMAGE_READY = 3,      /**< All variants are there, or skipped for a reason. */
    PXF_IMAGE_FAILED = 4,     /**< No variants can be made; the failure says why. */
    PXF_IMAGE_DELETED = 5     /**< Hidden; its files are being removed. */
} pxf_image_state;

/** Who may see an image. The library keeps it; the host obeys it. */
typedef enum pxf_visibility {
    PXF_VISIBILITY_PRIVATE = 1,  /**< The owner. */
    PXF_VISIBILITY_UNLISTED = 2, /**< Who knows its link. */
    PXF_VISIBILITY_PUBLIC = 3    /**< Everybody. */
} pxf_visibility;

/** Where a job is in its life. */
typedef enum pxf_job_state {
    PXF_JOB_SCHEDULED = 1, /**< Waits for its time. */
    PXF_JOB_READY = 2,     /**< Waits for a worker. */
    PXF_JOB_RUNNING = 3,   /**< A worker holds its lease. */
    PXF_JOB_DONE = 4,      /**< Ended well. */
    PXF_JOB_DEAD = 5,      /**< Out of attempts, or failed for good; waits for a person. */
    PXF_JOB_CANCELLED = 6, /**< Cancelled before it ended. */
    PXF_JOB_PAUSED = 7,    /**< Its kind is paused. */
    PXF_JOB_STRANDED = 8   /**< No worker knows its kind. */
} pxf_job_state;

/** For whom an original's bytes are read. */
typedef enum pxf_reader {
    PXF_FOR_OWNER = 1, /**< As it was put, bit for bit. */
    PXF_FOR_PUBLIC = 2 /**< Without its place (GPS), losslessly. */
} pxf_reader;

/** How an output's size follows from a picture's. Nothing is ever scaled up. */
typedef enum pxf_fit {
    PXF_FIT_FULL = 1,  /**< The picture's own size. */
    PXF_FIT_WIDTH = 2, /**< The given width; the height follows, up to four times the width. */
    PXF_FIT_BOX = 3,   /**< Inside the given width and height. */
    PXF_FIT_COVER = 4, /**< Covers the given box; what stands out is cut off, centred. */
    PXF_FIT_CROP = 5   /**< The given box cut out of the middle, not scaled. */
} pxf_fit;

#ifdef __cplusplus
}
#endif

#endif
