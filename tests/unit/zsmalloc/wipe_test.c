// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests that a pool which wipes leaves nothing of an object in a page that it gives back.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <shim.h>

#include "../lib/test.h"
#include "pool.h"

#define SECRET		0x5e
#define SECRET_RUN	16

/* What a pool that wipes must not leave in a page. */
static void find_secret(const void *bytes)
{
	const unsigned char *at = bytes;
	unsigned int run = 0, i;

	for (i = 0; i < PAGE_SIZE; i++) {
		run = at[i] == SECRET ? run + 1 : 0;
		check(run < SECRET_RUN);
	}
}

static bool secret_seen;

static void look_for_secret(const void *bytes)
{
	const unsigned char *at = bytes;
	unsigned int run = 0, i;

	for (i = 0; i < PAGE_SIZE && run < SECRET_RUN; i++)
		run = at[i] == SECRET ? run + 1 : 0;
	secret_seen |= run == SECRET_RUN;
}

#define SECRETS	3000

/* Every other object is a secret; the rest have handles in @others. */
static void store_secrets(struct zs_pool *pool, unsigned long *secrets, unsigned long *others,
			  u64 *state)
{
	unsigned int i, size;

	for (i = 0; i < 2 * SECRETS; i++) {
		unsigned long *handle = i % 2 ? &secrets[i / 2] : &others[i / 2];

		size = SECRET_RUN + rnd(state, ZS_MAX_SIZE - SECRET_RUN + 1);
		*handle = zs_malloc(pool, size, GFP_KERNEL);
		check(!IS_ERR_VALUE(*handle));
		memset(zs_map_object(pool, *handle, ZS_MM_WO), i % 2 ? SECRET : 0x11, size);
		zs_unmap_object(pool, *handle);
	}
}

/* With and without: that the watch can see anything is part of what is tested. */
static void wiping(bool wipe)
{
	static unsigned long secrets[SECRETS], others[SECRETS];
	u64 state = test_seed();
	struct zs_pool *pool;
	unsigned int i;

	check(!zs_init());
	pool = zs_create_pool("wipe");
	zs_set_wipe(pool, wipe);
	secret_seen = false;
	shim_watch_frees(wipe ? find_secret : look_for_secret);
	store_secrets(pool, secrets, others, &state);
	shim_migrate(100, &state);
	for (i = 0; i < SECRETS; i++)
		if (i % 3)
			zs_free(pool, secrets[i]);
	zs_compact(pool);
	shim_migrate(50, &state);
	for (i = 0; i < SECRETS; i += 3)
		zs_free(pool, secrets[i]);
	shim_run_work();
	if (wipe) {
		zs_wipe_sync(pool);
		check(zs_pool_validate(pool));
		shim_look_at_pages(find_secret);
		for (i = 0; i < SECRETS; i++) {
			unsigned int size, at;
			unsigned char *bytes = zs_map_sized(pool, others[i], ZS_MM_RO, &size);

			for (at = 0; at < size && bytes[at] == 0x11; at++)
				;
			check(at == size);
			zs_unmap_object(pool, others[i]);
		}
	}
	store_secrets(pool, secrets, others, &state);
	zs_destroy_pool(pool);
	check(secret_seen != wipe);
	shim_watch_frees(NULL);
	zs_exit();
}

static void nothing_is_left_behind(void)
{
	wiping(true);
}

static void without_wipe_much_is(void)
{
	wiping(false);
}

static struct zs_pool *pool_of_secrets;
static unsigned long *secrets_of_pool;

/* With @secrets_of_pool freed there is none left, whatever is being moved. */
static void free_and_look(void)
{
	unsigned int i;

	for (i = 0; i < SECRETS; i++)
		zs_free(pool_of_secrets, secrets_of_pool[i]);
	zs_wipe_sync(pool_of_secrets);
	shim_look_at_pages(find_secret);
}

/* Objects are freed as soon as their page has been moved; the old page is still being looked at. */
static void nothing_is_left_by_migration(void)
{
	static unsigned long secrets[SECRETS], others[SECRETS];
	u64 state = test_seed();
	unsigned int i;

	check(!zs_init());
	pool_of_secrets = zs_create_pool("wipe");
	secrets_of_pool = secrets;
	zs_set_wipe(pool_of_secrets, true);
	store_secrets(pool_of_secrets, secrets, others, &state);
	/* The first page that moves has a secret: there is nothing else. */
	for (i = 0; i < SECRETS; i++)
		zs_free(pool_of_secrets, others[i]);
	shim_after_reading(free_and_look);
	check(shim_migrate(100, &state));
	check(zs_pool_validate(pool_of_secrets));
	zs_destroy_pool(pool_of_secrets);
	zs_exit();
}

static const struct test tests[] = {
	{ "nothing-is-left-behind", nothing_is_left_behind },
	{ "nothing-is-left-by-migration", nothing_is_left_by_migration },
	{ "without-wipe-much-is", without_wipe_much_is },
	{}
};

int main(int argc, char **argv)
{
	return test_main(argc, argv, tests);
}
