# SPDX-License-Identifier: Apache-2.0
"""doc/cli.md says what the program does."""
import pathlib
import re

from test_words import COMMANDS, LATER

PAGE = (pathlib.Path(__file__).parents[2] / "doc" / "cli.md").read_text()
ROW = re.compile(r"^\| `([^`]+)` \|(.*?)\| [^|]+ \|$", re.M)


def described():
    """The page's table of commands: what stands behind `pixelfox`, and the options."""
    table = PAGE.split("## Commands")[1].split("### put")[0]
    return {words.replace("\\|", "|"): set(re.findall(r"--[a-z-]+", options))
            for words, options in ROW.findall(table)}


def printed(bare, command):
    text = bare("help", *command.split()).out
    usage = text.splitlines()[0].replace("Usage: pixelfox ", "").replace(" [options]", "")
    own = text.split("\nOf all commands:")[0]
    return usage, set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", own, re.M))


def test_the_page_has_every_command_with_its_options_and_no_other(bare):
    assert described() == dict(printed(bare, command) for command in COMMANDS)


def test_the_page_has_the_options_of_all_commands(bare):
    listed = set(re.findall(r"--[a-z-]+", bare("--help").out.split("Of all commands:")[1]
                            .split("Example")[0]))
    table = PAGE.split("## Of all commands")[1].split("## Commands")[0]
    assert set(re.findall(r"^\| `(--[a-z-]+)", table, re.M)) == listed


def test_the_page_names_what_is_not_there_yet():
    line = next(line for line in PAGE.splitlines() if line.startswith("Not there yet"))
    assert re.findall(r"`([^`]+)`", line) == LATER
