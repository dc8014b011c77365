// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs zctl with command lines that nobody would write, and checks what must hold for any: it ends
 * by itself with a documented exit code, and it says something on stderr, beginning with its name,
 * exactly when that code is not 0.
 *
 * Some are made of words that mean something to zctl and of noise. Most are an earlier one with a
 * few words changed, of those which took edges in zctl that none before them did; to begin with,
 * of lines as users write them. fake/coverage.c tells of the edges.
 *
 * usage: fuzz-arguments ZCTL ROUNDS SEED      (FAKE_ROOT and FAKE_COVERAGE are set)
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler.h"

#define MAX_ARGS	12
/* So many of the words are verbs; they come first. */
#define NR_VERBS	14

static const char *const words[] = {
	"create", "remove", "resize", "set", "list", "stats", "classes", "compact", "reset", "help",
	"idle", "recompress", "writeback", "train",
	"--help", "-h", "--version", "-V", "--size", "-s", "4G", "64M", "-1", "0", "16E", "1.5G",
	"",
	"--swap", "--fs", "ext4", "../x", "--mount", "/", "/nonexistent", "--priority", "-p", "5",
	"32768", "--algorithm", "zstd", "lz4", "none\n", "--level", "-3", "99", "--mem-limit", "-d",
	"--detach", "--force", "-f", "-J", "--json", "-o", "NAME", "+PEAK", "name,,name", ",", "-n",
	"-r", "-b", "-O", "-a", "--output=LOST", "--swap=yes", "zblk0", "zblk1", "/dev/zblk0",
	"/dev/../dev/zblk0", "zblk65536", "zblk00", "65535", "zblk", "zblk-1", "sda", "level=3",
	"mem-limit=1G", "mem_limit=x", "algorithm=", "=", "a=b", "mem-used-max=0", "initstate=1",
	"--age", "60", "--type", "idle", "huge_idle", "--threshold", "3000", "--max-pages",
	"--pages", "0-5", "9-", "--limit", "1M", "--secondary", "zstd:9", "2:lz4hc", "--dict",
	"/dev/null", "--backing-dev", "none", "--compressed-writeback", "no", "--samples", "256",
	"--seed", "--apply", "secondary=zstd", "dict=/", "writeback-limit=1M", "backing-dev=",
	"writeback-batch=x", "compressed-writeback=yes", "disk", "first", "mnt", "dict=first",
	"backing-dev=disk",
	"--", "-", "--s", "-xyz", "-9", "-5G", "--options", "ro", "-v", "\xff\xfe", "%s%n",
};

/*
 * Each option and operand once. There are the devices zblk0 and zblk1, and in the working directory
 * the files "disk", to write back to, and "first", a dictionary.
 */
static const char *const beginnings[] = {
	"create --size 64M --algorithm lz4hc --level 9 --mem-limit 1G --wipe -v",
	"create --size 1M --algorithm zstd --dict first --secondary zstd:9 --secondary 3:lz4hc",
	"create --swap --priority 5", "create -s 64M --fs ext4 --mount mnt --options ro",
	"create --size 64M --backing-dev disk --compressed-writeback no", "remove zblk1",
	"remove --detach zblk0", "resize zblk0 128M", "resize --force zblk0 32M",
	"set zblk0 mem-limit=1G mem-used-max=0", "set zblk1 algorithm=zstd level=3",
	"set zblk1 secondary=2:zstd:9 backing-dev=disk writeback-limit=1M",
	"list", "list -J -b -o NAME,DISKSIZE,USED-AS", "list --output-all -n -r zblk0",
	"stats zblk0", "stats --json", "classes zblk0", "classes --json zblk0", "compact zblk0",
	"reset zblk0", "idle zblk0", "idle --age 60 zblk0",
	"recompress --type huge_idle --threshold 3000 --max-pages 9 --priority 1 zblk0",
	"recompress --algorithm zstd zblk0", "writeback --type idle --limit 1M zblk0",
	"writeback --pages 0-5 --pages 9 zblk0", "train --size 64K --samples 256 --seed 1 zblk0",
	"train --apply --json --level 3 --force --output dict zblk0", "help create",
};

/* Makes each device again, whatever has become of it. */
static const char *const devices[][2] = {
	{ "remove --detach zblk0",
	  "create --size 64M --secondary zstd:9 --backing-dev disk zblk0" },
	{ "remove --detach zblk1", "create --size 1M --algorithm zstd zblk1" },
};

static const int known_codes[] = { 0, 1, 2, 4, 16, 32, 64 };

static void random_word(char *word, size_t size)
{
	size_t len = (size_t)(random() % (long)size);

	for (size_t i = 0; i < len; i++)
		word[i] = (char)(1 + random() % 255);
	word[len < size ? len : size - 1] = '\0';
}

static pid_t start(char *const argv[], int said)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, said, 2);
	error = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		errx(2, "%s: %s", argv[0], strerror(error));
	return pid;
}

static bool is_known(int code)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_codes); i++)
		if (known_codes[i] == code)
			return true;
	return false;
}

/* What is wrong with how zctl ended, or NULL. */
static const char *judge(int status, const char *said)
{
	if (!WIFEXITED(status))
		return "it was killed";
	if (!is_known(WEXITSTATUS(status)))
		return "its exit code is not documented";
	if (WEXITSTATUS(status) && strncmp(said, "zctl: ", 6))
		return "it failed without a word";
	if (!WEXITSTATUS(status) && *said && strncmp(said, "zctl: ", 6))
		return "it complained and succeeded";
	return NULL;
}

static bool round_is_good(char *const argv[])
{
	int said = memfd_create("said", MFD_CLOEXEC);
	char text[2048] = "";
	const char *wrong;
	int status;

	if (said < 0)
		err(2, "memfd_create");
	if (waitpid(start(argv, said), &status, 0) < 0)
		err(2, "waitpid");
	if (pread(said, text, sizeof(text) - 1, 0) < 0)
		err(2, "pread");
	close(said);
	wrong = judge(status, text);
	if (!wrong)
		return true;
	printf("# %s (status 0x%x):", wrong, (unsigned int)status);
	for (char *const *arg = argv + 1; *arg; arg++)
		printf(" '%s'", *arg);
	printf("\n# %s\n", text);
	return false;
}

/* --- lines ------------------------------------------------------------------------------------ */

#define WORD_SIZE	64
#define MAX_KEPT	1024

/* A command line without zctl's name. */
struct line {
	int nr;
	char words[MAX_ARGS][WORD_SIZE];
};

static struct line kept[MAX_KEPT];
static size_t nr_kept;

static void keep(const struct line *line)
{
	if (nr_kept < MAX_KEPT)
		kept[nr_kept++] = *line;
}

static long below(size_t n)
{
	return random() % (long)n;
}

static void set_word(struct line *line, int at, const char *word)
{
	snprintf(line->words[at], WORD_SIZE, "%s", word);
}

static void parse_line(struct line *line, const char *text)
{
	char copy[256];
	char *rest = copy, *word;

	line->nr = 0;
	snprintf(copy, sizeof(copy), "%s", text);
	while ((word = strsep(&rest, " "))) {
		if (line->nr == MAX_ARGS)
			errx(2, "'%s' has too many words", text);
		set_word(line, line->nr++, word);
	}
}

static void choose_word(struct line *line, int at)
{
	char noise[16];

	if (below(16)) {
		set_word(line, at, words[below(ARRAY_SIZE(words))]);
	} else {
		random_word(noise, sizeof(noise));
		set_word(line, at, noise);
	}
}

/* Lines that start with a verb get further. */
static void make_line(struct line *line)
{
	line->nr = (int)below(MAX_ARGS + 1);
	for (int i = 0; i < line->nr; i++)
		choose_word(line, i);
	if (line->nr && below(8))
		set_word(line, 0, words[below(NR_VERBS)]);
}

/* Another byte somewhere in the word, or one less. */
static void spoil_word(char *word)
{
	size_t length = strlen(word);
	size_t at = (size_t)below(length + 1);

	if (below(2) && at < length)
		memmove(word + at, word + at + 1, length - at);
	else if (at < length)
		word[at] = (char)(1 + below(255));
}

/* Makes room for words; returns for how many there is. */
static int make_room(struct line *line, int at, int nr)
{
	if (nr > MAX_ARGS - line->nr)
		nr = MAX_ARGS - line->nr;
	memmove(line->words[at + nr], line->words[at], (size_t)(line->nr - at) * WORD_SIZE);
	line->nr += nr;
	return nr;
}

static void insert_word(struct line *line, int at)
{
	if (make_room(line, at, 1))
		choose_word(line, at);
}

/* One that was kept, of the same verb if some tries find one. */
static const struct line *another_like(const struct line *line)
{
	const struct line *other = NULL;

	for (int tries = 0; tries < 50; tries++) {
		other = &kept[below(nr_kept)];
		if (line->nr && other->nr && !strcmp(other->words[0], line->words[0]))
			break;
	}
	return other;
}

/* An option with its value, often, or the operands. */
static void insert_words_of_another(struct line *line, int at)
{
	const struct line *other = another_like(line);
	int from, nr;

	if (!other->nr)
		return;
	from = (int)below((size_t)other->nr);
	nr = 1 + (int)below(3);
	if (nr > other->nr - from)
		nr = other->nr - from;
	nr = make_room(line, at, nr);
	memcpy(line->words[at], other->words[from], (size_t)nr * WORD_SIZE);
}

static void remove_word(struct line *line, int at)
{
	line->nr--;
	memmove(line->words[at], line->words[at + 1], (size_t)(line->nr - at) * WORD_SIZE);
}

static void change_line(struct line *line)
{
	int at = (int)below((size_t)line->nr + 1);
	/* The last three need a word. */
	long change = below(at < line->nr ? 6 : 3);

	switch (change) {
	case 0:
		insert_word(line, at);
		break;
	case 1:
	case 2:
		insert_words_of_another(line, at);
		break;
	case 3:
		remove_word(line, at);
		break;
	case 4:
		choose_word(line, at);
		break;
	case 5:
		spoil_word(line->words[at]);
		break;
	}
}

static void next_line(struct line *line)
{
	if (!below(4)) {
		make_line(line);
		return;
	}
	*line = kept[below(nr_kept)];
	for (long changes = below(4); changes >= 0; changes--)
		change_line(line);
}

/* How many edges have been taken so far. */
static size_t count_edges(void)
{
	const char *name = getenv("FAKE_COVERAGE");
	static uint8_t taken[1 << 16];
	size_t sum = 0;
	ssize_t size;
	int fd;

	fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return 0;
	size = read(fd, taken, sizeof(taken));
	close(fd);
	for (ssize_t i = 0; i < size; i++)
		sum += taken[i];
	return sum;
}

static bool try_line(const char *zctl, struct line *line)
{
	static size_t edges;
	char *argv[MAX_ARGS + 2] = { (char *)zctl };
	size_t now;

	for (int i = 0; i < line->nr; i++)
		argv[1 + i] = line->words[i];
	if (!round_is_good(argv))
		return false;
	now = count_edges();
	if (now > edges)
		keep(line);
	edges = now;
	return true;
}

static bool try_text(const char *zctl, const char *text)
{
	struct line line;

	parse_line(&line, text);
	return try_line(zctl, &line);
}

/* Whether a device has a size. */
static bool stands(size_t device)
{
	char name[512], size[32] = "";
	int fd;

	snprintf(name, sizeof(name), "%s/sys/block/zblk%zu/disksize", getenv("FAKE_ROOT"), device);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, size, sizeof(size) - 1) < 0)
		err(2, "%s", name);
	close(fd);
	return strtoull(size, NULL, 10);
}

/* Lines do not get far without a device. */
static bool set_up(const char *zctl)
{
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (!stands(i) &&
		    !(try_text(zctl, devices[i][0]) && try_text(zctl, devices[i][1])))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct line line;
	long rounds;

	if (argc != 4)
		errx(2, "usage: fuzz-arguments ZCTL ROUNDS SEED");
	rounds = strtol(argv[2], NULL, 10);
	srandom((unsigned int)strtoul(argv[3], NULL, 10));
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++) {
		parse_line(&line, beginnings[i]);
		keep(&line);
		if (!set_up(argv[1]) || !try_line(argv[1], &line))
			return 1;
	}
	for (long i = 0; i < rounds; i++) {
		next_line(&line);
		if (!set_up(argv[1]) || !try_line(argv[1], &line))
			return 1;
	}
	return 0;
}
