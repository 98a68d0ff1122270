#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns numbered .sql files into C, so that the library carries its schema.

    embed.py OUTPUT.c NAME 0001.sql 0002.sql ...

writes what lib/sql/sql.h's fox_sql_migrate() takes, to be declared by whoever uses it:

    extern const struct fox_sql_migration NAME[];
    extern const size_t NAME_count;

A file's name is its number, without a gap from 1. A line `-- min_reader: N` in it names the oldest
version of the program that may go on with the changed schema; without one it is the file's own
number. In meson:

    embed_sql = find_program('../sql/embed.py')
    queue_schema = custom_target('queue-schema', output: 'queue_schema.c',
      input: ['schema/sqlite/0001.sql'],
      command: [embed_sql, '@OUTPUT@', 'fox_queue_schema', '@INPUT@'])
"""
import os
import re
import sys

ROW = 20


def fail(message):
    sys.exit('embed.py: ' + message)


def number_of(path):
    match = re.fullmatch(r'(\d{4})\.sql', os.path.basename(path))
    if not match:
        fail("'%s' is not named NNNN.sql" % path)
    return int(match.group(1))


def min_reader_of(text, number):
    match = re.search(r'^-- min_reader: (\d+)$', text, re.MULTILINE)
    return int(match.group(1)) if match else number


def read(path):
    with open(path, encoding='ascii', errors='strict') as file:
        return file.read()


def bytes_of(text):
    """A list of numbers: ISO C promises string literals of 4095 characters only."""
    numbers = [str(ord(letter)) for letter in text] + ['0']
    rows = [', '.join(numbers[i:i + ROW]) for i in range(0, len(numbers), ROW)]
    return ',\n    '.join(rows)


def main(output, name, paths):
    texts, steps = [], []
    for expected, path in enumerate(paths, start=1):
        number = number_of(path)
        if number != expected:
            fail("'%s' stands where number %d should" % (path, expected))
        text = read(path)
        texts.append('static const char step_%d[] = {\n    %s,\n};\n' % (number, bytes_of(text)))
        steps.append('    {.number = %d, .min_reader = %d, .sql = step_%d},\n'
                     % (number, min_reader_of(text, number), number))
    with open(output, 'w', encoding='ascii') as file:
        file.write('/* Made by lib/sql/embed.py. */\n#include "sql/sql.h"\n\n')
        file.write('extern const struct fox_sql_migration %s[];\n' % name)
        file.write('extern const size_t %s_count;\n\n' % name)
        file.write('\n'.join(texts))
        file.write('\nconst struct fox_sql_migration %s[] = {\n%s};\n' % (name, ''.join(steps)))
        file.write('const size_t %s_count = sizeof %s / sizeof %s[0];\n' % (name, name, name))


if __name__ == '__main__':
    if len(sys.argv) < 4:
        fail('usage: embed.py OUTPUT.c NAME NNNN.sql...')
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
