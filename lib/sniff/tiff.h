/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FOX_SNIFF_TIFF_H
#define FOX_SNIFF_TIFF_H

#include "sniff/cursor.h"

/* The directories of a TIFF structure (TIFF 6.0, section 2): a TIFF file, or EXIF in another. */

struct fox_tiff {
    struct fox_cursor cursor;
    uint64_t base; /* offsets in the structure count from here */
};

/* No directory of a picture or a camera has more entries. */
enum { FOX_TIFF_ENTRY_LIMIT = 1000 };

struct fox_tiff_entry {
    uint16_t type;
    uint32_t count;
    uint64_t offset; /* of the value, in the file */
};

/* Types of values. */
enum fox_tiff_type {
    FOX_TIFF_BYTE = 1,
    FOX_TIFF_ASCII = 2,
    FOX_TIFF_SHORT = 3,
    FOX_TIFF_LONG = 4,
    FOX_TIFF_RATIONAL = 5,
    FOX_TIFF_UNDEFINED = 7,
    FOX_TIFF_SIGNED_RATIONAL = 10,
    FOX_TIFF_DIRECTORY = 13, /* a LONG that points to a directory */
    FOX_TIFF_UTF8 = 129      /* of EXIF 3.0 */
};

/* Opens the structure at the extent, which may begin with EXIF's "Exif\0\0", and says where its
 * first directory is; false if it is none. The reader outlives it. */
bool fox_tiff_open(struct fox_tiff *tiff, const struct fox_reader *reader, struct fox_extent extent,
                   uint64_t *ret_directory);

/* Finds a directory's first entry of that tag whose value lies inside the structure. A directory
 * at 0 is an absent one. Short cursors are forgotten: nonsense is absent. */
bool fox_tiff_find(struct fox_tiff *tiff, uint64_t directory, uint16_t tag,
                   struct fox_tiff_entry *ret_entry);

/* How many entries a directory has; at most FOX_TIFF_ENTRY_LIMIT. */
unsigned fox_tiff_entry_count(struct fox_tiff *tiff, uint64_t directory);

/* The entry at a place of a directory and where its value lies; false for one that cannot be read,
 * or whose value does not lie inside. */
bool fox_tiff_entry_at(struct fox_tiff *tiff, uint64_t directory, unsigned index,
                       struct fox_tiff_entry *ret_entry, struct fox_extent *ret_value);

/* The directory behind this one; 0 if it is the last. */
uint64_t fox_tiff_next_directory(struct fox_tiff *tiff, uint64_t directory);

/* The directory that an entry points to; 0 if there is no such entry. */
uint64_t fox_tiff_sub_directory(struct fox_tiff *tiff, uint64_t directory, uint16_t tag);

/* Reads one of an entry's whole numbers (BYTE, SHORT, LONG, DIRECTORY); false if it is of another
 * type or has not so many. */
bool fox_tiff_get_number(struct fox_tiff *tiff, const struct fox_tiff_entry *entry, uint32_t index,
                         uint32_t *ret_number);

/* A tag's first number, or `absent`. */
uint32_t fox_tiff_number(struct fox_tiff *tiff, uint64_t directory, uint16_t tag, uint32_t absent);

/* A number of two parts. */
struct fox_fraction {
    int64_t numerator, denominator; /* the denominator is positive, each below 2^32 */
};

/* A tag's fraction at `index`, or a whole number as one; false if it is absent or divides by 0. */
bool fox_tiff_fraction(struct fox_tiff *tiff, const struct fox_tiff_entry *entry, uint32_t index,
                       struct fox_fraction *ret_fraction);

/* A tag's text as clean UTF-8: what is not UTF-8 is taken for Latin-1, controls become spaces, no
 * spaces stand at its ends, it is cut at a character. Returns its length; 0 and "" if absent. */
size_t fox_tiff_text(struct fox_tiff *tiff, uint64_t directory, uint16_t tag, char *text,
                     size_t capacity);

#endif
