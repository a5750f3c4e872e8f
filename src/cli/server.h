/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVER_H
#define CLI_SERVER_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * What this machine is called among the user's servers: track-tokens.server of the
 * user's git configuration; else, in an LXC container, its number ("LXC115"); else the
 * host name.
 */
enum tt_code server_name(struct strbuf *out, struct tt_error *err);

/*
 * The container that a process is in, as /proc/self/cgroup and /proc/self/mounts tell.
 * LXC names its control group "lxc/<name>" or "lxc.payload.<name>"; where a container sees
 * only its own groups, Proxmox still names the disk below "/" by the number of the
 * container ("subvol-115-disk-0", "vm--115--disk--0").  A name of digits becomes "LXC115".
 */
bool server_name_of_container(struct strbuf *out, const char *cgroups, const char *mounts);

#endif
