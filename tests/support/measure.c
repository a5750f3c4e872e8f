/* SPDX-License-Identifier: MIT */
/*
 * measure COMMAND...: runs it with its output thrown away, and prints how long
 * it took in milliseconds, its peak memory in KiB, and the milliseconds of
 * processor time.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double milliseconds(struct timeval t)
{
	return (double)t.tv_sec * 1000 + (double)t.tv_usec / 1000;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	double began = now();
	struct rusage used;
	int status;
	pid_t child;

	if (argc < 2)
		return 64;
	child = fork();
	if (child == 0) {
		if (dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO) >= 0)
			execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 70;
	printf("%.1f %ld %.1f\n", now() - began, used.ru_maxrss,
		milliseconds(used.ru_utime) + milliseconds(used.ru_stime));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
