/* SPDX-License-Identifier: MIT */
#ifndef MODEL_RESPONSE_H
#define MODEL_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/strbuf.h"
#include "model/entry.h"
#include "model/prices.h"
#include "model/usage.h"

/*
 * A response: one answer of the API, the atom of measured usage.
 *
 * The client writes an answer into its transcripts many times: one line for
 * each block of content, with counters that may still grow; again in the file
 * of a fork, of a side question, of a resumed session.  All lines of one
 * answer share `key`, and response_merge makes them one: counters are the
 * greatest ones (cache writes: as a whole, and of these the long-lived), and where
 * it belongs is said by the best witness.
 *
 * Strings are borrowed.  NULL is "not known".
 */
struct response {
	/* message.id, which is unique in the world; without one requestId, then
	 * uuid.  Calls inside an answer (advisor, compaction, iterations that are
	 * billed each on its own) are responses too: "<id>#<ordinal>". */
	const char *key;
	const char *session;	/* the Claude session that made the request */
	const char *model;	/* as reported; NULL unknown */
	const char *cwd;	/* absolute; NULL unknown */
	const char *git_branch; /* as the line says; NULL when absent, "" or "HEAD" */
	struct instant time;	/* of the witness */
	struct instant last_time;
	struct usage usage; /* unsplit is 0 */
	int64_t web_searches;
	bool is_copy;	/* seen only in the file of another session (a fork) */
	bool sidechain; /* made by a subagent, or replayed for a side question */
	bool fast;	/* usage.speed */
	bool geo_us;	/* usage.inference_geo */
	/* Its iterations are billed one by one, and stand as "<key>#<n>": this row
	 * counts as a request and adds no tokens.  Sticks once seen. */
	bool is_split;
	bool is_part;	/* one of those iterations: adds tokens and is no request */
	bool ends_turn; /* the client waits for the user then.  Sticks once seen. */
};

/*
 * Is a the better witness of where and when a response was made?  The line of
 * the session that made it before a copy, the main conversation before a
 * sidechain, then the earlier one, a time that is not known last; equally good ones
 * keep what is known, so the answer is false.
 */
bool response_is_better_witness(const struct response *a, const struct response *b);

/* Make `into` the union of both: strings of `from` are borrowed where it is the
 * better witness.  What the witness does not know is taken from the other. */
void response_merge(struct response *into, const struct response *from);

/* What it adds to a sum: nothing when its iterations are counted instead. */
struct usage response_counted(const struct response *r);
int64_t response_requests(const struct response *r);
/* Prompts of the user that were answered to the end: what the plans call messages. */
int64_t response_messages(const struct response *r);

/* "standard", or parts of "fast+us+long", by the prompt and the table's
 * threshold on that day. */
void response_price_class(
	struct strbuf *out, const struct response *r, const struct prices *prices, struct day day);

/* --- where it belongs ------------------------------------------------------- */

/* Why a response was counted for its branch.  Stored: append only. */
enum branch_reason {
	BRANCH_UNKNOWN = 0,
	BRANCH_BY_REFLOG = 1,	/* HEAD's reflog covers the time */
	BRANCH_BY_RECORD = 2,	/* the line's gitBranch: the reflog does not reach, or
				   switches in that very second */
	BRANCH_BY_SIGHTING = 3, /* seen by the hook at about that time */
	BRANCH_BY_HEAD = 4,	/* never switched since, as far as is known: HEAD now */
};
const char *branch_reason_name(enum branch_reason reason); /* "reflog", "record", ... */

enum { REPOSITORY_UNKNOWN = 0 };

/* What was decided about a response, once; kept until a better witness comes. */
struct placement {
	int64_t repository; /* in the usage index; 0: none, or not known */
	const char *branch; /* NULL unknown */
	enum branch_reason reason;
	struct day day; /* in the user's zone, when it was captured */
	const char *price_class;
};

/* A row of the usage index. */
struct usage_row {
	struct response response;
	struct placement placement;
	enum entry_kind kind; /* ENTRY_MEASURED or ENTRY_AUXILIARY */
	bool has_cost;	      /* auxiliary: what the client said it cost */
	int64_t cost_nano_usd;
};

#endif
