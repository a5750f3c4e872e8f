/* SPDX-License-Identifier: MIT */
/*
 * A bad line between a client and a PostgreSQL server, both on Unix sockets.
 *
 *	delay_proxy [-d MS] [-s BYTES] [-x BYTES] [-k] [-1] [-l LOG] LISTEN SERVER
 *
 * -d  deliver everything MS late, in both directions
 * -s  go silent after BYTES from the client: nothing passes, nothing closes
 * -x  break the connection after BYTES from the client
 * -k  let a COMMIT through and break the connection before its answer
 * -1  only the first connection is treated so
 * -l  append "ROUND_TRIPS CLIENT_BYTES" for every connection that ended
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct options {
	int delay_ms;
	long silent_after, break_after; /* -1: never */
	bool lose_commit, first_only;
	const char *log;
};

struct chunk {
	struct chunk *next;
	int64_t due;
	size_t len;
	char data[];
};

struct way { /* one direction */
	int from, to;
	struct chunk *head, **tail;
	long bytes;
};

static int64_t ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* False at the end of the stream. */
static bool take(struct way *w, int delay_ms)
{
	char buf[65536];
	ssize_t n = read(w->from, buf, sizeof buf);
	struct chunk *c;

	if (n <= 0)
		return false;
	c = malloc(sizeof *c + (size_t)n);
	if (!c)
		abort();
	c->next = NULL;
	c->due = ticks() + delay_ms;
	c->len = (size_t)n;
	memcpy(c->data, buf, (size_t)n);
	*w->tail = c;
	w->tail = &c->next;
	w->bytes += n;
	return true;
}

static bool deliver(struct way *w)
{
	while (w->head && w->head->due <= ticks()) {
		struct chunk *c = w->head;

		for (size_t done = 0; done < c->len;) {
			ssize_t n = write(w->to, c->data + done, c->len - done);

			if (n < 0 && errno != EINTR)
				return false;
			done += n > 0 ? (size_t)n : 0;
		}
		w->head = c->next;
		if (!w->head)
			w->tail = &w->head;
		free(c);
	}
	return true;
}

static bool says_commit(const struct way *w)
{
	for (const struct chunk *c = w->head; c; c = c->next)
		if (memmem(c->data, c->len, "COMMIT\0", 7))
			return true;
	return false;
}

static int wait_time(const struct way *up, const struct way *down)
{
	int64_t due = -1;

	if (up->head)
		due = up->head->due;
	if (down->head && (due < 0 || down->head->due < due))
		due = down->head->due;
	if (due < 0)
		return -1;
	return due > ticks() ? (int)(due - ticks()) : 0;
}

static void serve(int client, int server, const struct options *o)
{
	struct way up = { .from = client, .to = server, .tail = &up.head };
	struct way down = { .from = server, .to = client, .tail = &down.head };
	struct pollfd fds[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	long round_trips = 0;
	bool answered = true;
	FILE *log;

	for (;;) {
		if (poll(fds, 2, wait_time(&up, &down)) < 0)
			break;
		if (fds[0].revents) {
			if (!take(&up, o->delay_ms))
				break;
			round_trips += answered;
			answered = false;
		}
		if (fds[1].revents) {
			if (!take(&down, o->delay_ms))
				break;
			answered = true;
		}
		if (o->silent_after >= 0 && up.bytes > o->silent_after) {
			while (take(&up, 0))
				;
			break;
		}
		if (o->break_after >= 0 && up.bytes > o->break_after)
			break;
		if (o->lose_commit && says_commit(&up)) {
			(void)deliver(&up);
			(void)poll(&fds[1], 1, 5000); /* it is done when it answers */
			break;
		}
		if (!deliver(&up) || !deliver(&down))
			break;
	}
	/* What the server said last still arrives. */
	while (!o->lose_commit && down.head && deliver(&down))
		(void)poll(NULL, 0, 1);
	log = o->log ? fopen(o->log, "a") : NULL;
	if (log) {
		fprintf(log, "%ld %ld\n", round_trips, up.bytes);
		fclose(log);
	}
}

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	return a;
}

static int connect_to(const char *path)
{
	struct sockaddr_un a = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static int listen_on(const char *path)
{
	struct sockaddr_un a = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 16) != 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	struct options o = { .silent_after = -1, .break_after = -1 };
	static const struct options plain = { .silent_after = -1, .break_after = -1 };
	int listener, client;

	for (int c; (c = getopt(argc, argv, "d:s:x:k1l:")) != -1;) {
		switch (c) {
		case 'd':
			o.delay_ms = atoi(optarg);
			break;
		case 's':
			o.silent_after = atol(optarg);
			break;
		case 'x':
			o.break_after = atol(optarg);
			break;
		case 'k':
			o.lose_commit = true;
			break;
		case '1':
			o.first_only = true;
			break;
		case 'l':
			o.log = optarg;
			break;
		default:
			return 64;
		}
	}
	if (argc - optind != 2)
		return 64;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	listener = listen_on(argv[optind]);
	for (int n = 0; (client = accept(listener, NULL, NULL)) >= 0; n++) {
		if (fork() == 0) {
			int server = connect_to(argv[optind + 1]);

			close(listener);
			if (server >= 0)
				serve(client, server, o.first_only && n > 0 ? &plain : &o);
			_exit(0);
		}
		close(client);
	}
	return 0;
}
