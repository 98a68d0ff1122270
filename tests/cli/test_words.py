# SPDX-License-Identifier: Apache-2.0
"""How the words of the command line are read, and what the program says about itself."""
import re
import subprocess

import pytest

from conftest import PROGRAM, environment

COMMANDS = ["init", "put", "work", "show", "list", "get", "delete", "verify", "pool add", "pool list",
            "pool show", "pool set", "pool remove", "pool test", "pool adopt", "settings list",
            "settings get", "settings set", "jobs list", "jobs show", "jobs retry", "jobs cancel",
            "jobs pause", "jobs resume", "jobs top", "render", "metrics", "events", "completion", "man"]
LATER = ["pool drain", "backup run", "backup status", "restore", "move", "import"]
SCREEN_LINES, SCREEN_COLUMNS = 24, 80


def fits_a_screen(text):
    return (len(text.splitlines()) <= SCREEN_LINES and
            all(len(line) <= SCREEN_COLUMNS for line in text.splitlines()))


@pytest.mark.parametrize("word", ["-h", "--help", "help"])
def test_the_overview_names_every_command_and_fits_a_screen(bare, word):
    text = bare(word).out
    assert fits_a_screen(text)
    for command in COMMANDS:
        assert all(word in text for word in command.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_usage_examples_and_fits_a_screen(bare, command):
    text = bare("help", *command.split()).out
    assert text.startswith(f"Usage: pixelfox {command}")
    assert "\nExamples:\n  pixelfox " in text
    assert fits_a_screen(text)
    assert bare(*command.split(), "--help").out == text
    assert bare(*command.split(), "-h").out == text


@pytest.mark.parametrize("group", ["pool", "settings", "jobs", "backup"])
def test_a_group_has_a_help_of_its_own(bare, group):
    text = bare("help", group).out
    assert text == bare(group, "--help").out
    assert f"pixelfox {group} COMMAND" in text
    for command in COMMANDS:
        if command.startswith(group + " "):
            assert f"  {command.split()[1]} " in text


def test_without_a_command_the_overview_stands_on_standard_error(bare):
    run = bare(code=2)
    assert run.out == ""
    assert "Usage: pixelfox" in run.err


@pytest.mark.parametrize("command", LATER)
def test_a_part_that_is_not_there_yet_says_so(bare, command):
    run = bare("--json", *command.split(), code=2)
    assert "not there yet" in run.err
    assert run.object["error"]["status"] == "UNSUPPORTED"
    assert "not there yet" in bare("help", *command.split()).out


@pytest.mark.parametrize("words, nearest", [
    (["putt"], "'put'"),
    (["lsit"], "'list'"),
    (["wrok"], "'work'"),
    (["help", "verfy"], "'verify'"),
    (["pool", "lst"], "'pool list'"),
    (["jobs", "retyr"], "'jobs retry'"),
    (["--stor", "x", "list"], "'--store'"),
    (["list", "--limt", "3"], "'--limit'"),
    (["list", "--jsn"], "'--json'"),
    (["list", "--state", "redy"], "'ready'"),
    (["jobs", "list", "--state", "daed"], "'dead'"),
    (["pool", "add", "x", "--tier", "hott"], "'hot'"),
    (["render", "x", "--format", "wepb"], "'webp'"),
    (["settings", "get", "render.webp_qualty"], "'render.webp_quality'"),
    (["settings", "set", "worker.thread", "2"], "'worker.threads'"),
    (["--set", "worker.thraeds=2", "list"], "'worker.threads'"),
])
def test_a_typo_gets_the_nearest(bare, words, nearest):
    run = bare(*words, code=2)
    assert "did you mean " + nearest in run.err


@pytest.mark.parametrize("words, reason", [
    (["frobnicate"], "no command 'frobnicate'"),
    (["backup"], "'backup' needs a command"),
    (["put"], "'put' needs PATH"),
    (["show"], "'show' needs ID"),
    (["show", "a", "b"], "'b'"),
    (["list", "extra"], "'extra'"),
    (["list", "--limit"], "needs a value"),
    (["list", "--limit", "0"], "1 to "),
    (["list", "--limit", "3x"], "not '3x'"),
    (["list", "--json=yes"], "takes no value"),
    (["list", "--xyzzy"], "no option '--xyzzy'"),
    (["list", "-limit"], "-limit"),
    (["put", "--jobs", "65", "x"], "1 to 64"),
    (["put", "--title", "t", "a", "b"], "--title"),
    (["work", "--threads", "257"], "1 to 256"),
    (["delete"], "--owner"),
    (["delete", "x", "--owner", "y"], "--owner"),
    (["jobs", "retry"], "--dead"),
    (["completion", "tcsh"], "bash, zsh and fish"),
    (["verify", "--backups"], "not there yet"),
    (["pool", "add", "x", "--type", "s3", "--bucket", "b"], "not there yet"),
    (["pool", "add", "x"], "--path"),
    (["pool", "add", "Bad Name", "--path", "."], "name"),
    (["settings", "set", "worker.threads"], "--default"),
    (["settings", "set", "store.create", "never"], "--set"),
    (["--set", "worker.threads", "list"], "NAME=VALUE"),
    (["--set", "worker.threads=0", "list"], "1 to 256"),
    (["render", "a/x.jpg", "b/x.png"], "same names"),
    (["render", "x.jpg", "--recipe", "webp", "--width", "3"], "--recipe"),
    (["--store", "a", "init", "b"], "twice"),
    (["put", "--owner", "", "x"], "--owner is empty: it needs OWNER"),
    (["list", "--owner="], "--owner is empty"),
    (["delete", "--owner", ""], "--owner is empty"),
    (["--store", "", "list"], "--store is empty"),
    (["get", "x", "-o", ""], "--output is empty"),
    (["list", "--after", ""], "--after is empty"),
])
def test_wrong_use_names_the_thing_and_the_rule(bare, words, reason):
    run = bare(*words, code=2)
    assert run.out == "" or "not there yet" in reason
    assert reason in run.err
    assert run.err.startswith("pixelfox: ") and run.err.count("\n") == 1


@pytest.mark.parametrize("words", [
    ["list", "--limit", "1"], ["list", "--limit=1"], ["list", "-n", "1"], ["list", "-n1"], ["list", "-n=1"],
])
def test_an_option_may_be_written_in_several_ways(cli, photo, pictures, words):
    cli("put", photo, pictures / "square.png")
    assert len(cli("--json", *words).objects) == 1
    assert len(cli(*words, "--json").objects) == 1


def test_options_of_all_commands_may_stand_anywhere(cli):
    for words in (["--json", "jobs", "list"], ["jobs", "--json", "list"], ["jobs", "list", "--json"],
                  ["jobs", "--json"], ["jobs"], ["jobs", "--limit", "1"]):
        cli(*words)


def test_behind_two_lines_all_are_arguments(cli, photo, tmp_path):
    (tmp_path / "--wait").write_bytes(photo.read_bytes())
    assert "--wait" in cli("put", "--", "--wait").out


def test_one_line_alone_is_an_argument(cli, photo):
    assert cli("--json", "put", "-", input=photo.read_bytes()).object["path"] == "-"
    assert cli("--json", "put", "--", "-", input=photo.read_bytes()).object["duplicate"]
    assert "'-'" in cli("show", "-", code=1).err


def test_help_takes_the_options_of_all_commands(bare):
    assert bare("help", "--json", "put").out == bare("help", "put").out
    assert bare("help", "--help").out == bare("--help").out


def test_an_environment_variable_sets_a_setting(cli):
    env = {"PIXELFOX_WORKER_THREADS": "3"}
    assert cli("settings", "get", "worker.threads", env=env).out == "3\n"
    run = cli("--set", "worker.threads=4", "settings", "get", "worker.threads", env=env)
    assert run.out == "4\n"


def test_a_bad_environment_variable_is_named(cli):
    run = cli("list", code=2, env={"PIXELFOX_WORKER_THREADS": "many"})
    assert "PIXELFOX_WORKER_THREADS" in run.err


def test_the_version_names_library_helper_codecs_and_sqlite(bare):
    lines = dict(line.split(" ", 1) for line in bare("--version").out.splitlines())
    assert re.fullmatch(r"\d+\.\d+\.\d+", lines["pixelfox"])
    assert lines["library"] == lines["pixelfox"]
    assert lines["helper"].startswith(lines["library"])
    for codec in ("libvips", "libheif", "libwebp", "libjpeg"):
        assert codec in lines["helper"]
    assert re.fullmatch(r"3\.\d+\.\d+", lines["SQLite"])


def test_the_manual_page_has_every_command_and_option(bare):
    page = bare("man").out
    assert page.isascii()
    assert page.startswith(".TH PIXELFOX 1")
    for command in COMMANDS:
        assert f'.SS "{command}' in page
        for option in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", bare("help", *command.split()).out, re.M):
            assert "\\-\\-" + option.replace("-", "\\-") in page


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command(bare, shell):
    script = bare("completion", shell).out
    for command in COMMANDS:
        assert all(word in script for word in command.split())


def complete(tmp_path, script, line):
    """What bash offers behind `line`."""
    ask = (f'. "$1"\nCOMP_WORDS=({line})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n_pixelfox\n'
           'printf "%s\\n" "${COMPREPLY[@]}"\n')
    done = subprocess.run(["bash", "-c", ask, "bash", script], cwd=tmp_path, capture_output=True,
                          text=True, env=environment(), timeout=20)
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes_commands_options_and_values(bare, tmp_path):
    script = tmp_path / "pixelfox.bash"
    script.write_text(bare("completion", "bash").out)
    (tmp_path / "photo.jpg").write_text("")
    (tmp_path / "folder").mkdir()

    def offers(line):
        return complete(tmp_path, script, line)

    assert "put" in offers("pixelfox ''") and "pool" in offers("pixelfox ''")
    assert offers("pixelfox ver") == ["verify"]
    assert offers("pixelfox --store x ver") == ["verify"]
    assert set(offers("pixelfox pool ''")) == {"add", "list", "show", "set", "remove", "test", "adopt"}
    assert offers("pixelfox list --li") == ["--limit"]
    assert "--json" in offers("pixelfox list --")
    assert offers("pixelfox list --state re") == ["ready"]
    assert offers("pixelfox pool add x --tier co") == ["cold"]
    assert offers("pixelfox put ph") == ["photo.jpg"]
    assert offers("pixelfox init f") == ["folder"]
    assert offers("pixelfox settings get render.webp_q") == ["render.webp_quality"]
    assert offers("pixelfox jobs pause image_p") == ["image_processing"]
    assert offers("pixelfox completion z") == ["zsh"]
    assert offers("pixelfox get x -o ph") == ["photo.jpg"]


def test_help_of_a_closed_reader_ends_quietly(bare):
    done = subprocess.run(["bash", "-c", 'exec "$0" help put | true; exit ${PIPESTATUS[0]}', PROGRAM],
                          capture_output=True, env=environment(), timeout=20)
    assert (done.returncode, done.stderr) == (0, b"")
