/* SPDX-License-Identifier: MIT */
/*
 * Transcripts like those that Claude Code leaves behind, and the truth about them.
 *
 *	transcript_corpus [--mb N] [--files N] [--days N] [--seed N] DIR
 *	transcript_corpus --into FILE --cwd DIR [--kb N] [--seed N]
 *
 * The first form writes DIR/projects, the working directories DIR/repos/N that
 * are named in it, and DIR/truth.tsv: tokens, requests, searches and cost by working
 * directory, branch (empty: not told), UTC day, model, session and kind.  The second
 * form appends one session's lines to FILE, and prints the same table.  Equal
 * arguments give equal bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "corpus_lines.h"

enum { REPOSITORIES = 12, BRANCHES = 6, REMEMBERED = 60 };
static const int64_t last_ms = INT64_C(1795132800000); /* 2026-11-20T00:00:00Z */
static const char *const branches[BRANCHES] = { "main", "feature/login", "fix/\xc3\xbcmlaut-42",
	"release/1.x", "HEAD", "" };

struct session {
	char id[40];
	const char *cwd, *branch;
	char *file;		       /* the main conversation's */
	int64_t first_ms, ms, main_ms; /* main_ms: of the last answer in its file */
	struct sums models[MODELS];
	struct answer answers[REMEMBERED]; /* the first ones, for copies */
	int known;
};

/* What is being written */
static struct {
	const char *dir;
	int64_t days;
	char *cwds[REPOSITORIES * 2];
	uint64_t answers, sessions;
	int fd;
	int64_t written;
	struct strbuf out;
} corpus = { .out = STRBUF_INIT };

_Noreturn static void give_up(const char *path)
{
	perror(path);
	exit(1);
}

static void flush(void)
{
	size_t done = 0;

	while (done < corpus.out.len) {
		ssize_t n = write(corpus.fd, corpus.out.buf + done, corpus.out.len - done);

		if (n < 0)
			give_up("write");
		done += (size_t)n;
	}
	corpus.written += (int64_t)done;
	strbuf_reset(&corpus.out);
}

static int64_t size_so_far(void)
{
	if (corpus.out.len > 1 << 20)
		flush();
	return corpus.written + (int64_t)corpus.out.len;
}

static void make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			give_up(path);
		*slash = '/';
	}
}

static void file_open(char *path)
{
	make_parents(path);
	corpus.fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (corpus.fd < 0)
		give_up(path);
	corpus.written = 0;
	line_end = "\n";
}

static void file_close(void)
{
	flush();
	(void)close(corpus.fd);
}

/* --- answers ------------------------------------------------------------------ */

/* Of those that there were at the time */
static int choose_model(int64_t ms)
{
	static const unsigned char of_twenty[20] = { OPUS, OPUS, OPUS, OPUS, OPUS, OPUS, SONNET,
		SONNET, SONNET, SONNET, SONNET, HAIKU, HAIKU, HAIKU, FABLE, FABLE, OLD_OPUS,
		OLD_OPUS, OLD_HAIKU, OLD_HAIKU };
	int model = random_one_in(120) ? UNPRICED : of_twenty[random_between(0, 19)];
	const char *released = corpus_models[model].released;
	char day[DAY_TEXT];

	day_format(day, instant_utc_day((struct instant){ ms }));
	return released && strcmp(day, released) < 0 ? OLD_OPUS : model;
}

static const char *choose_branch(void)
{
	int64_t dice = random_between(0, 99);

	return branches[dice < 96 ? dice % 4 : dice % 2 ? 4 : 5];
}

static void choose_tokens(struct sums *s)
{
	bool hour = random_between(0, 9) < 3;
	int64_t written = random_between(0, 3) ? random_between(0, 9000) : 0;

	s->tokens[INPUT] = random_between(1, 2000);
	s->tokens[OUTPUT] = random_between(2, 4000);
	s->tokens[CACHE_READ] = random_one_in(10) ? 0 : random_between(0, 160000);
	s->tokens[hour ? CACHE_1H : CACHE_5M] = written;
	if (hour && random_one_in(5))
		s->tokens[CACHE_5M] = random_between(1, 500);
	s->requests = 1;
}

/* The flat counter is the sum there, and without a split it is all 5-minute. */
static struct answer make_answer(const struct session *s)
{
	struct answer a = { .serial = random_mix(++corpus.answers * 2 + 1), .ms = s->ms };

	a.branch = s->branch;
	a.model = choose_model(s->ms);
	a.blocks = (int)random_between(1, 3);
	choose_tokens(&a.sums);
	if (a.model == OPUS) {
		a.fast = random_one_in(40);
		a.us = random_one_in(40);
	}
	if (a.model != UNPRICED && random_one_in(60))
		a.sums.web_searches = random_between(1, 3);
	if (a.model == SONNET && random_one_in(50)) {
		a.advisor = true;
		choose_tokens(&a.advice);
	}
	return a;
}

static void count(struct session *s, struct answer *a)
{
	const char *branch = strcmp(a->branch, "HEAD") == 0 ? "" : a->branch;
	char day[DAY_TEXT];
	struct truth_place at = { s->cwd, branch, day, s->id, "measured" };

	day_format(day, instant_utc_day((struct instant){ a->ms }));
	a->sums.nano_usd = corpus_price(a->model, &a->sums, day, a->fast, a->us);
	a->advice.nano_usd = corpus_price(OPUS, &a->advice, day, a->fast, a->us);
	truth_add(&at, a->model, &a->sums);
	sums_add(&s->models[a->model], &a->sums);
	if (a->advisor) {
		truth_add(&at, OPUS, &a->advice);
		sums_add(&s->models[OPUS], &a->advice);
	}
}

static void write_answer(const struct answer *a, const struct envelope *e)
{
	for (int block = 0; block < a->blocks; block++) {
		add_block(&corpus.out, a, block, e);
		if (block > 0 || random_one_in(3))
			add_tool_result(&corpus.out, a, e, random_one_in(25));
	}
	if (random_one_in(1000))
		add_damage(&corpus.out, e, a->ms);
	if (random_one_in(400))
		add_synthetic(&corpus.out, e, a->ms);
}

/* New answers until the file has this size */
static void write_conversation(struct session *s, int64_t size, bool sidechain)
{
	while (size_so_far() < size) {
		struct answer a;
		struct envelope e = { .cwd = s->cwd, .session = s->id, .sidechain = sidechain };

		s->ms += random_between(2000, 60000);
		if (!sidechain && random_one_in(60))
			s->branch = choose_branch();
		a = make_answer(s);
		a.sidechain = sidechain;
		e.branch = a.branch;
		count(s, &a);
		write_answer(&a, &e);
		if (sidechain)
			continue;
		s->main_ms = a.ms + (a.blocks - 1) * 700;
		if (s->known < REMEMBERED)
			s->answers[s->known++] = a;
	}
}

/* --- sessions ----------------------------------------------------------------- */

/* In the client's way: what is neither letter nor digit becomes a dash. */
static char *slug_of(const char *cwd)
{
	char *slug = xstrdup(cwd);

	for (char *p = slug; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *p))
			*p = '-';
	return slug;
}

static char *path_of(const struct session *s, const char *name)
{
	_autofree_ char *slug = slug_of(s->cwd);

	return xasprintf("%s/projects/%s/%s", corpus.dir, slug, name);
}

/* Ids rise, so that of two sessions the elder one sorts first. */
static void session_begin(struct session *s, const char *cwd)
{
	struct strbuf name = STRBUF_INIT;
	int64_t span = corpus.days * 86400000;

	free(s->file);
	*s = (struct session){ .cwd = cwd, .branch = choose_branch() };
	add_uuid(&name, random_next());
	(void)snprintf(s->id, sizeof s->id, "%08llx%s", (unsigned long long)++corpus.sessions,
		name.buf + 8);
	s->first_ms = s->ms = last_ms - span + random_between(0, span);
	strbuf_reset(&name);
	strbuf_addf(&name, "%s.jsonl", s->id);
	s->file = path_of(s, name.buf);
	strbuf_release(&name);
}

/* A call that is in no transcript: only the client's total tells of it, which is taken
 * to be as old as the answer before it. */
static void count_title(struct session *s)
{
	struct sums title = { .tokens = { 350, 20 } };
	char day[DAY_TEXT];
	struct truth_place at = { s->cwd, strcmp(s->branch, "HEAD") ? s->branch : "", day, s->id,
		"auxiliary" };

	day_format(day, instant_utc_day((struct instant){ s->main_ms }));
	title.nano_usd = corpus_price(OLD_HAIKU, &title, day, false, false);
	truth_add(&at, OLD_HAIKU, &title);
	sums_add(&s->models[OLD_HAIKU], &title);
}

/* The client's own total has no time: what stands before it tells. */
static void write_cost_state(struct session *s)
{
	struct envelope e = { .cwd = s->cwd, .session = s->id, .branch = s->branch };
	const char *between = "";
	int64_t total = 0;
	struct strbuf *out = &corpus.out;

	for (int m = 0; m < MODELS; m++)
		total += s->models[m].nano_usd;
	strbuf_addstr(out, "{\"type\":\"system\",\"subtype\":\"turn_duration\",");
	add_end(out, &e, random_next(), s->ms);
	strbuf_addf(out,
		"{\"type\":\"cost-state\",\"sessionId\":\"%s\",\"totalCostUSD\":%" PRId64
		".%09" PRId64 ",\"totalAPIDuration\":80,\"modelUsage\":{",
		s->id, total / 1000000000, total % 1000000000);
	for (int m = 0; m < MODELS; m++) {
		if (s->models[m].tokens[INPUT] == 0)
			continue;
		strbuf_addstr(out, between);
		add_client_total(out, m, &s->models[m]);
		between = ",";
	}
	strbuf_addf(out, "},\"hasUnknownModelCost\":%s}\n",
		s->models[UNPRICED].tokens[INPUT] ? "true" : "false");
}

static void session_end(struct session *s)
{
	if (!s->file || s->known == 0 || corpus.sessions % 3)
		return;
	file_open(s->file);
	if (corpus.sessions % 2 == 0)
		count_title(s);
	write_cost_state(s);
	file_close();
}

/* --- files -------------------------------------------------------------------- */

static void write_main(struct session *s, int64_t size)
{
	session_end(s);
	session_begin(s, corpus.cwds[random_between(0, REPOSITORIES * 2 - 1)]);
	file_open(s->file);
	if (corpus.sessions % 40 == 1)
		line_end = "\r\n";
	if (corpus.sessions % 50 == 2)
		strbuf_addstr(&corpus.out, "\xef\xbb\xbf");
	write_conversation(s, size, false);
	file_close();
}

/* Subagents lie in one of three places. */
static void write_subagent(struct session *s, int64_t size)
{
	unsigned long long agent = random_next();
	int64_t place = random_between(0, 2), now = s->ms;
	_autofree_ char *name = NULL;
	_autofree_ char *path = NULL;

	if (place == 0)
		name = xasprintf("%s/subagents/agent-%llx.jsonl", s->id, agent);
	else if (place == 1)
		name = xasprintf(
			"%s/subagents/workflows/wf_0123abcd-e42/agent-%llx.jsonl", s->id, agent);
	else
		name = xasprintf("agent-%llx.jsonl", agent);
	path = path_of(s, name);
	s->ms = s->first_ms;
	file_open(path);
	write_conversation(s, size, true);
	file_close();
	s->ms = s->ms > now ? s->ms : now;
}

/* The file of a session that begins with another one's: with --fork-session the
 * copies say who made the request; when an old client resumed, they did not. */
static void write_copy(const struct session *of, int64_t size, bool fork)
{
	struct session *s = xcalloc(1, sizeof *s);
	struct envelope e = { .made_by = fork ? of->id : NULL };

	session_begin(s, of->cwd);
	s->ms = of->ms + 60000;
	e.cwd = s->cwd;
	e.session = s->id;
	file_open(s->file);
	for (int i = 0; i < of->known && size_so_far() < size; i++) {
		e.branch = fork ? s->branch : of->answers[i].branch;
		write_answer(&of->answers[i], &e);
	}
	write_conversation(s, size, false);
	file_close();
	free(s->file);
	free(s);
}

/* A side question replays the conversation, each answer as another request. */
static void write_side_question(const struct session *of)
{
	struct envelope e = { .cwd = of->cwd, .session = of->id };
	_autofree_ char *name = xasprintf(
		"%s/subagents/agent-aside_%llx.jsonl", of->id, (unsigned long long)random_next());
	_autofree_ char *path = path_of(of, name);

	e.sidechain = e.other_request = true;
	file_open(path);
	for (int i = 0; i < of->known; i++) {
		e.branch = of->answers[i].branch;
		write_answer(&of->answers[i], &e);
	}
	file_close();
}

static void write_file(struct session *s, int64_t size)
{
	int64_t dice = random_between(0, 99);

	if (s->known == 0 || dice < 52 || size > 20000000)
		write_main(s, size);
	else if (dice < 88)
		write_subagent(s, size);
	else if (dice < 97)
		write_copy(s, size, dice < 93);
	else
		write_side_question(s);
}

/* --- the collection ----------------------------------------------------------- */

static void make_directories(void)
{
	for (int i = 0; i < REPOSITORIES * 2; i++) {
		_autofree_ char *inside = xasprintf("%s/repos/%d/src/", corpus.dir, i / 2);

		make_parents(inside);
		inside[strlen(inside) - (i % 2 ? 1 : 5)] = '\0';
		corpus.cwds[i] = xstrdup(inside);
	}
}

static void write_corpus(int64_t files, int64_t mb)
{
	_autofree_ int64_t *sizes = choose_sizes(files, mb);
	_autofree_ struct session *s = xcalloc(1, sizeof *s);
	_autofree_ char *path = xasprintf("%s/truth.tsv", corpus.dir);
	FILE *out;

	make_directories();
	for (int64_t i = 0; i < files; i++)
		write_file(s, sizes[i]);
	session_end(s);
	free(s->file);
	out = fopen(path, "w");
	if (!out)
		give_up(path);
	truth_write(out);
	if (fclose(out) != 0)
		give_up(path);
}

static void append_session(char *path, const char *cwd, int64_t kb)
{
	_autofree_ struct session *s = xcalloc(1, sizeof *s);
	const char *name = strrchr(path, '/');

	session_begin(s, cwd);
	(void)snprintf(s->id, sizeof s->id, "%.36s", name ? name + 1 : path);
	free(s->file);
	s->ms = last_ms;
	s->branch = "main";
	file_open(path);
	write_conversation(s, kb * 1000, false);
	file_close();
	truth_write(stdout);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "mb", 1, NULL, 'm' }, { "files", 1, NULL, 'f' },
		{ "days", 1, NULL, 'd' }, { "seed", 1, NULL, 's' }, { "into", 1, NULL, 'i' },
		{ "cwd", 1, NULL, 'c' }, { "kb", 1, NULL, 'k' }, { 0 } };
	int64_t numbers[128] = { ['m'] = 100, ['f'] = 270, ['d'] = 60, ['s'] = 1, ['k'] = 50 };
	char *words[128] = { NULL };
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) > 0 && option < 128) {
		words[option] = optarg;
		numbers[option] = strtoll(optarg, NULL, 10);
	}
	if (optind != argc - !words['i'])
		return 64;
	random_state = (uint64_t)numbers['s'] * UINT64_C(1000003);
	corpus.answers = (uint64_t)numbers['s'] << 32;
	corpus.days = numbers['d'];
	prose_init();
	if (words['i']) {
		append_session(words['i'], words['c'] ? words['c'] : "/nowhere", numbers['k']);
		return 0;
	}
	if (mkdir(argv[optind], 0700) != 0 && errno != EEXIST)
		give_up(argv[optind]);
	corpus.dir = realpath(argv[optind], NULL);
	if (!corpus.dir)
		give_up(argv[optind]);
	write_corpus(numbers['f'], numbers['m']);
	return 0;
}
