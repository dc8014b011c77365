// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs zctl with random command lines, made of words that mean something to it and of noise, and
 * checks what must hold for any: it ends by itself with a documented exit code, and it says
 * something on stderr, beginning with its name, exactly when that code is not 0.
 *
 * usage: fuzz-arguments ZCTL ROUNDS SEED      (FAKE_ROOT is set)
 */
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler.h"

#define MAX_ARGS	8
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
	"writeback-batch=x", "compressed-writeback=yes",
	"--", "-", "--s", "-xyz", "-9", "-5G", "--options", "ro", "-v", "\xff\xfe", "%s%n",
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

int main(int argc, char **argv)
{
	char noise[MAX_ARGS][16];
	char *args[MAX_ARGS + 2];
	long rounds;

	if (argc != 4)
		errx(2, "usage: fuzz-arguments ZCTL ROUNDS SEED");
	rounds = strtol(argv[2], NULL, 10);
	srandom((unsigned int)strtoul(argv[3], NULL, 10));
	args[0] = argv[1];
	for (long i = 0; i < rounds; i++) {
		int nr = (int)(random() % (MAX_ARGS + 1));

		for (int j = 0; j < nr; j++) {
			/* Lines that start with a verb get further. */
			size_t range = j || random() % 8 ? ARRAY_SIZE(words) : 0;

			if (!j && range)
				range = NR_VERBS;
			args[1 + j] = range ? (char *)words[random() % (long)range] : noise[j];
			if (!range || !(random() % 16)) {
				random_word(noise[j], sizeof(noise[j]));
				args[1 + j] = noise[j];
			}
		}
		args[1 + nr] = NULL;
		if (!round_is_good(args))
			return 1;
	}
	return 0;
}
