/* SPDX-License-Identifier: MIT */
#ifndef CLI_USAGE_REPORT_H
#define CLI_USAGE_REPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text_set.h"
#include "index/usage_index.h"
#include "model/prices.h"
#include "model/rollup.h"

/*
 * What one's own reports are made of: everything that the usage index knows, answers
 * and what was added by hand, whatever the repository, in groups.
 *
 * A block begins at the full hour (UTC) of its first answer, and ends five hours later, or
 * with a pause of five hours: as ccusage reckons it.
 *
 *	usage_rows_read -> the groups are totals->branches, a name for each group;
 *	usage_rows_find tells whose they are -> usage_rows_release
 */
enum usage_grouping {
	USAGE_BY_PROJECT, /* the main worktree's path; "(no repository)" */
	USAGE_BY_DAY,	  /* "2026-11-23" */
	USAGE_BY_WEEK,	  /* the day of its Monday, or Sunday */
	USAGE_BY_MONTH,	  /* "2026-11" */
	USAGE_BY_BRANCH,  /* "main", with several projects "main (app)" */
	USAGE_BY_MODEL,	  /* without date and vendor; "" where it is not known */
	USAGE_BY_BLOCK,	  /* "2026-11-23 10:00", local: see below */
	USAGE_BY_SESSION, /* USAGE_BY_HAND where there was none */
};
#define USAGE_BY_HAND "(added by hand)"

/* No name has it in it. */
#define USAGE_MODEL_MARK '\x1f'

/* Zeros and NULLs ask for no restriction. */
struct usage_query {
	enum usage_grouping by;
	bool has_since, has_until;
	struct day since, until; /* both are included */
	const char *project;	 /* the name, or the path, of a repository */
	const char *common_dir;	 /* or this one */
	const char *branch;
	const char *model;   /* as people say it: "opus" is in "claude-opus-4-5" */
	const char *session; /* how its id begins */
	bool with_model;     /* the group, USAGE_MODEL_MARK, and the model as it was reported */
	bool by_time;	     /* days of the process's zone, not of where it was used */
	bool from_sunday;    /* weeks begin then */
	bool without_cache;  /* as if all that the cache gave had been sent again */
	const struct prices *prices; /* borrowed, and in use until usage_rows_release */
};

struct usage_group {
	const char *name;
	const char *project, *branch; /* NULL: not known, or not one alone */
	struct instant last;	      /* when `project` and `branch` were last so */
};

struct usage_rows {
	struct rollup *totals;
	int64_t sessions; /* distinct ones */
	bool any_project; /* some project was the one that was asked for */
	struct usage_group_node *groups;
	struct text_set seen; /* sessions, of a group and of all */
	struct arena arena;
};
#define USAGE_ROWS_INIT \
	{               \
		0       \
	}

/* out is released by the caller, whatever the outcome. */
enum tt_code usage_rows_read(struct usage_rows *out, struct usage_index *index,
	const struct usage_query *query, struct tt_error *err);
void usage_rows_release(struct usage_rows *rows);
/* NULL: there is none of that name. */
const struct usage_group *usage_rows_find(const struct usage_rows *rows, const char *name);

/* The first day of its week, or month. */
struct day usage_week_of(struct day day, bool from_sunday);
struct day usage_month_of(struct day day);

/* What a repository is called: its main worktree, else where it lies. */
const char *usage_project_path(struct arena *arena, const char *common_dir);
/* The last part of a path. */
const char *usage_project_name(const char *path);
/* Is that its path, its remote (NULL: it has none), or the last part of either? */
bool usage_project_is_called(const char *path, const char *remote, const char *name);

#endif
