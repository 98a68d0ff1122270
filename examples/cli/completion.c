/* SPDX-License-Identifier: Apache-2.0 */
#include "cli.h"

#include <string.h>

/* Completion for three shells, printed from the table. Each command is one case: its options, what
 * may stand behind them, and what its arguments are. */

static const char shells[] = "bash zsh fish";

/* Words of a command's arguments that are known beforehand; printed between blanks. */
static void print_words(const struct command *command)
{
    switch (command->takes) {
    case TAKES_SETTINGS:
        for (size_t i = 0; i < pxf_setting_count(); i++) {
            printf("%s%s", i > 0 ? " " : "", pxf_setting_name(i));
        }
        break;
    case TAKES_KINDS:
        for (size_t i = 0; pxf_job_kind_name(i); i++) {
            printf("%s%s", i > 0 ? " " : "", pxf_job_kind_name(i));
        }
        break;
    case TAKES_SHELLS:
        fputs(shells, stdout);
        break;
    case TAKES_FILES:
    case TAKES_FOLDERS:
    case TAKES_WORDS:
        break;
    }
}

static void print_choices(const struct option_row *row)
{
    for (const char *at = row->choices; *at; at++) {
        (void)fputc(*at == '|' ? ' ' : *at, stdout);
    }
}

/* Whether what stands behind an option is a file or a folder. */
static bool is_path(const struct option_row *row)
{
    return row->value && (strcmp(row->value, "FILE") == 0 || strcmp(row->value, "DIR") == 0);
}

static void print_option_names(const struct option_row *rows, size_t limit)
{
    for (size_t i = 0; i < limit && rows[i].name; i++) {
        printf(" --%s", rows[i].name);
    }
}

static bool is_first_of(size_t place)
{
    const size_t size = strcspn(commands[place].name, " ");

    for (size_t i = 0; i < place; i++) {
        if (strncmp(commands[i].name, commands[place].name, size) == 0 &&
            strcspn(commands[i].name, " ") == size) {
            return false;
        }
    }
    return commands[place].run;
}

/* The commands' first words, and help. */
static void print_first_words(void)
{
    for (size_t i = 0; i < command_count; i++) {
        if (is_first_of(i)) {
            printf("%.*s ", (int)strcspn(commands[i].name, " "), commands[i].name);
        }
    }
    fputs("help", stdout);
}

/* The second words of the group that a command begins. */
static void print_second_words(const char *group)
{
    const size_t size = strcspn(group, " ");

    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].run && strncmp(commands[i].name, group, size + 1) == 0) {
            printf("%s ", commands[i].name + size + 1);
        }
    }
}

static void print_bash_values(const char *name, const struct option_row *row)
{
    if (!row->value) {
        return;
    }
    printf("    '%s --%s'", name, row->name);
    if (row->letter) {
        printf(" | '%s -%c'", name, row->letter);
    }
    if (row->choices) {
        fputs(") COMPREPLY=($(compgen -W '", stdout);
        print_choices(row);
        fputs("' -- \"$word\")); return ;;\n", stdout);
    } else if (is_path(row)) {
        fputs(") COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", stdout);
    } else {
        fputs(") return ;;\n", stdout);
    }
}

static void print_bash_command(const struct command *command)
{
    printf("    '%s')\n        words='", command->name);
    print_words(command);
    fputs("'\n        options='", stdout);
    print_option_names(command->options, OPTION_LIMIT);
    printf("'\n        files=%d ;;\n", command->takes == TAKES_FILES     ? 1
                                       : command->takes == TAKES_FOLDERS ? 2
                                                                         : 0);
}

static void print_bash_groups(void)
{
    for (size_t i = 0; i < command_count; i++) {
        const int size = (int)strcspn(commands[i].name, " ");

        if (is_first_of(i) && commands[i].name[size]) {
            printf("    %.*s) COMPREPLY=($(compgen -W '", size, commands[i].name);
            print_second_words(commands[i].name);
            fputs("' -- \"$word\")); return ;;\n", stdout);
        }
    }
}

/* Finds the command among the words typed so far: one word, or two of a group. */
static const char bash_begin[] =
    "# pixelfox: completion for bash, made by `pixelfox completion bash`\n"
    "_pixelfox() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
    "    local command= words= options= files=0 i\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        case ${COMP_WORDS[i]} in\n"
    "        --store | --set) ((i++)) ;;\n"
    "        -*) ;;\n"
    "        *)\n"
    "            command=${command:+$command }${COMP_WORDS[i]}\n"
    "            case \" $groups \" in\n"
    "            *\" $command \"*) ;;\n"
    "            *) break ;;\n"
    "            esac ;;\n"
    "        esac\n"
    "    done\n"
    "    case $before in\n"
    "    --store) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
    "    esac\n";

static void print_bash_groups_line(void)
{
    fputs("    local groups='", stdout);
    for (size_t i = 0; i < command_count; i++) {
        const int size = (int)strcspn(commands[i].name, " ");

        if (is_first_of(i) && commands[i].name[size]) {
            printf("%.*s ", size, commands[i].name);
        }
    }
    fputs("'\n", stdout);
}

static void print_bash_body(void)
{
    fputs("    case \"$command $before\" in\n", stdout);
    for (size_t i = 0; i < command_count; i++) {
        for (size_t j = 0; j < OPTION_LIMIT && commands[i].options[j].name; j++) {
            print_bash_values(commands[i].name, &commands[i].options[j]);
        }
    }
    fputs("    esac\n    case $command in\n    '') words='", stdout);
    print_first_words();
    fputs("' ;;\n", stdout);
    print_bash_groups();
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].run) {
            print_bash_command(&commands[i]);
        }
    }
    fputs("    esac\n    case $word in\n    -*) words=\"$options", stdout);
    print_option_names(global_options, global_option_count);
    fputs("\" files=0 ;;\n    esac\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "    [ $files != 1 ] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
          "    [ $files != 2 ] || COMPREPLY+=($(compgen -d -- \"$word\"))\n"
          "}\n",
          stdout);
}

static void print_bash(void)
{
    const char *split = strstr(bash_begin, "    COMPREPLY=()\n");

    (void)fwrite(bash_begin, 1, (size_t)(split - bash_begin), stdout);
    print_bash_groups_line();
    fputs(split, stdout);
    print_bash_body();
    fputs("complete -o filenames -F _pixelfox pixelfox\n", stdout);
}

/* zsh runs the same function, with its own `complete`. */
static void print_zsh(void)
{
    fputs("#compdef pixelfox\n"
          "# pixelfox: completion for zsh, made by `pixelfox completion zsh`\n"
          "autoload -U +X bashcompinit && bashcompinit\n",
          stdout);
    print_bash();
    fputs("[ \"$funcstack[1]\" != _pixelfox ] || _bash_complete -o filenames -F _pixelfox\n",
          stdout);
}

static void print_fish_quoted(const char *text)
{
    (void)fputc('\'', stdout);
    for (; *text; text++) {
        printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    (void)fputc('\'', stdout);
}

static void print_fish_option(const char *condition, const struct option_row *row)
{
    printf("complete -c pixelfox%s -l %s", condition, row->name);
    if (row->letter) {
        printf(" -s %c", row->letter);
    }
    if (row->choices) {
        fputs(" -xa '", stdout);
        print_choices(row);
        fputs("'", stdout);
    } else if (row->value) {
        fputs(is_path(row) ? " -rF" : " -x", stdout);
    }
    fputs(" -d ", stdout);
    print_fish_quoted(row->help);
    (void)fputc('\n', stdout);
}

/* The condition under which a command's own words are completed. */
static void make_condition(char condition[160], const struct command *command)
{
    const char *space = strchr(command->name, ' ');

    if (!space) {
        (void)snprintf(condition, 160, " -n '__fish_seen_subcommand_from %s'", command->name);
        return;
    }
    (void)snprintf(condition, 160,
                   " -n '__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s'",
                   (int)(space - command->name), command->name, space + 1);
}

static void print_fish_command(const struct command *command)
{
    char condition[160];

    make_condition(condition, command);
    for (size_t i = 0; i < OPTION_LIMIT && command->options[i].name; i++) {
        print_fish_option(condition, &command->options[i]);
    }
    if (command->takes == TAKES_FILES || command->takes == TAKES_FOLDERS) {
        printf("complete -c pixelfox%s -F\n", condition);
    } else if (command->takes != TAKES_WORDS) {
        printf("complete -c pixelfox%s -a '", condition);
        print_words(command);
        fputs("'\n", stdout);
    }
}

static void print_fish_names(size_t place)
{
    const struct command *command = &commands[place];
    const char *space = strchr(command->name, ' ');

    if (!space) {
        printf("complete -c pixelfox -n __fish_use_subcommand -a %s -d ", command->name);
    } else {
        if (is_first_of(place)) {
            printf("complete -c pixelfox -n __fish_use_subcommand -a %.*s\n",
                   (int)(space - command->name), command->name);
        }
        printf("complete -c pixelfox -n '__fish_seen_subcommand_from %.*s' -a %s -d ",
               (int)(space - command->name), command->name, space + 1);
    }
    print_fish_quoted(command->summary);
    (void)fputc('\n', stdout);
}

static void print_fish(void)
{
    fputs("# pixelfox: completion for fish, made by `pixelfox completion fish`\n"
          "complete -c pixelfox -f\n"
          "complete -c pixelfox -n __fish_use_subcommand -a help -d 'help of a command'\n",
          stdout);
    for (size_t i = 0; i < global_option_count; i++) {
        print_fish_option("", &global_options[i]);
    }
    for (size_t i = 0; i < command_count; i++) {
        if (commands[i].run) {
            print_fish_names(i);
            print_fish_command(&commands[i]);
        }
    }
}

int run_completion(struct cli *cli)
{
    const char *shell = cli->arguments[0];

    if (strcmp(shell, "bash") == 0) {
        print_bash();
    } else if (strcmp(shell, "zsh") == 0) {
        print_zsh();
    } else if (strcmp(shell, "fish") == 0) {
        print_fish();
    } else {
        return usage(cli, "completion is for bash, zsh and fish, not '%s'", shell);
    }
    return EXIT_DONE;
}
