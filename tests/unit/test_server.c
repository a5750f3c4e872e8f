/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/server.h"
#include "base/cleanup.h"

/* What containers are called, by what the kernel tells inside of them. */

static void assert_name(const char *cgroups, const char *mounts, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	assert_int_equal(server_name_of_container(&name, cgroups, mounts), expected[0] != '\0');
	assert_string_equal(name.buf, expected);
}

static void container__is_named_by_its_control_group(void **state)
{
	(void)state;
	assert_name("12:cpu:/lxc/115\n11:memory:/lxc/115\n", "", "LXC115");
	assert_name("1:name=systemd:/lxc/116/init.scope\n", "", "LXC116");
	assert_name("0::/lxc.payload.117/user.slice\n", "", "LXC117");
	assert_name("0::/lxc.payload/118\n", "", "LXC118");
	assert_name("0::/lxc/web-1\n", "", "web-1");
}

static void container__is_named_by_the_disk_that_proxmox_gave_it(void **state)
{
	(void)state;
	assert_name("0::/\n", "rpool/data/subvol-115-disk-0 / zfs rw 0 0\nproc /proc proc rw 0 0\n",
		"LXC115");
	assert_name("0::/\n", "/dev/mapper/pve-vm--116--disk--0 / ext4 rw 0 0\n", "LXC116");
	assert_name("0::/\n", "/dev/zvol/tank/vm-117-disk-1 / ext4 rw 0 0\n", "LXC117");
	assert_name(
		"0::/\n", "rootfs / rootfs rw 0 0\nrpool/subvol-118-disk-0 / zfs rw 0 0", "LXC118");
}

static void container__is_none_where_nothing_says_so(void **state)
{
	(void)state;
	assert_name("", "", "");
	assert_name("0::/user.slice/user-1000.slice\n", "/dev/sda1 / ext4 rw 0 0\n", "");
	assert_name("0::/docker/0123456789ab\n", "overlay / overlay rw 0 0\n", "");
	assert_name("0::/\n", "rpool/data/subvol-115-disk-0 /mnt zfs rw 0 0\n", "");
	assert_name("0::/\n", "/dev/mapper/pve-root / ext4 rw 0 0\n", "");
	assert_name("0::/lxc/\n", "/dev/vm--disk / ext4 rw 0 0\n", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(container__is_named_by_its_control_group),
		cmocka_unit_test(container__is_named_by_the_disk_that_proxmox_gave_it),
		cmocka_unit_test(container__is_none_where_nothing_says_so),
	};

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
