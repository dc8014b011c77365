// SPDX-License-Identifier: GPL-2.0-only
/*
 * uevent.c - run a command and see that the kernel announces something about a device meanwhile
 *
 *	uevent DEVNAME KEY=VALUE[,KEY=VALUE...] COMMAND [ARGUMENT...]
 *
 * Listens for kernel uevents from before COMMAND starts. Exit status: 0 one event of DEVNAME with
 * all the pairs came (it is printed), and the device could be opened then; 1 it could not, or none
 * came within a minute after COMMAND ended; 2 bad arguments; otherwise COMMAND's own.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define MOMENT_MS 100
#define EXIT_USAGE 2
#define RECEIVE_BYTES (1 << 20)

static int listen_to_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int room = RECEIVE_BYTES;
	int fd;

	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
	if (fd < 0)
		err(EXIT_USAGE, "no uevent socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(EXIT_USAGE, "cannot bind the uevent socket");
	return fd;
}

/* An event is a header and then KEY=VALUE strings, each ended by a zero byte. */
static int event_has(const char *event, size_t length, const char *pair, size_t pair_length)
{
	const char *at = event;

	while (at < event + length) {
		size_t size = strnlen(at, event + length - at);

		if (size == pair_length && !memcmp(at, pair, size))
			return 1;
		at += size + 1;
	}
	return 0;
}

static int event_matches(const char *event, size_t length, const char *name, const char *pairs)
{
	char device[256];
	int size = snprintf(device, sizeof(device), "DEVNAME=%s", name);

	if (!event_has(event, length, device, size))
		return 0;
	while (*pairs) {
		size_t pair = strcspn(pairs, ",");

		if (!event_has(event, length, pairs, pair))
			return 0;
		pairs += pair + (pairs[pair] == ',');
	}
	return 1;
}

static void print_event(const char *event, size_t length)
{
	const char *at = event;

	while (at < event + length) {
		printf("%s ", at);
		at += strnlen(at, event + length - at) + 1;
	}
	putchar('\n');
}

/* Whoever hears of a change looks at the device at once. */
static int can_be_opened(const char *name)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		warn("%s, of which there is an event", path);
		return 0;
	}
	close(fd);
	return 1;
}

/* Looks at the events that are there or come in a moment; returns whether it was among them. */
static int event_came(int fd, const char *name, const char *pairs)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char event[16384];

	while (poll(&poll_fd, 1, MOMENT_MS) > 0) {
		ssize_t length = recv(fd, event, sizeof(event) - 1, 0);

		if (length < 0 && errno == ENOBUFS)
			continue;
		if (length < 0)
			err(EXIT_USAGE, "cannot receive");
		event[length] = 0;
		if (event_matches(event, length, name, pairs)) {
			print_event(event, length);
			return 1;
		}
	}
	return 0;
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	int status = 0, ended = 0, quiet_ms = 0;
	pid_t child;
	int fd;

	if (argc < 4) {
		fprintf(stderr, "usage: uevent DEVNAME KEY=VALUE[,...] COMMAND [ARGUMENT...]\n");
		return EXIT_USAGE;
	}
	fd = listen_to_kernel();

	child = fork();
	if (child < 0)
		err(EXIT_USAGE, "fork");
	if (!child) {
		execvp(argv[3], argv + 3);
		err(127, "cannot run %s", argv[3]);
	}
	while (!event_came(fd, argv[1], argv[2])) {
		if (!ended)
			ended = waitpid(child, &status, WNOHANG) == child;
		if (ended && exit_status(status))
			return exit_status(status);
		if (ended)
			quiet_ms += MOMENT_MS;
		if (quiet_ms >= PATIENCE_MS) {
			fprintf(stderr, "uevent: no event of %s with %s\n", argv[1], argv[2]);
			return 1;
		}
	}
	if (!can_be_opened(argv[1]))
		return 1;
	if (!ended && waitpid(child, &status, 0) < 0)
		err(EXIT_USAGE, "waitpid");
	return exit_status(status);
}
