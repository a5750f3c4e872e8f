/* SPDX-License-Identifier: MIT */
#include <dirent.h>

#include "fuzz.h"

/* Runs one fuzz target on the files of the given directories, in place of the
 * fuzzer: replay DIR... */

static void run_file(const char *path)
{
	_autofclose_ FILE *file = fopen(path, "rb");
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ uint8_t *exact = NULL;
	char block[4096];
	size_t n;

	must(file);
	while ((n = fread(block, 1, sizeof block, file)) > 0)
		strbuf_add(&text, block, n);
	/* An allocation of exactly this size: reading past it is caught. */
	exact = xmalloc(text.len);
	memcpy(exact, text.buf, text.len);
	(void)LLVMFuzzerTestOneInput(exact, text.len);
}

static int run_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *item;
	int count = 0;

	while (dir && (item = readdir(dir))) {
		_autofree_ char *name = xasprintf("%s/%s", path, item->d_name);

		if (item->d_name[0] == '.')
			continue;
		run_file(name);
		count++;
	}
	if (dir)
		(void)closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int count = 0;

	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		count += run_directory(argv[i]);
	printf("%s: %d inputs\n", argv[0], count);
	return count > 0 ? 0 : 1;
}
