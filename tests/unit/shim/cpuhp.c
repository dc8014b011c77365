// SPDX-License-Identifier: GPL-2.0-only
/*
 * shim: CPUs that come and go, and who wants to hear of it.
 */
#include <linux/bug.h>
#include <linux/cpuhotplug.h>
#include <linux/errno.h>

#include "internal.h"

#define STATES		8
#define INSTANCES	64

struct state {
	int (*startup)(unsigned int cpu, struct hlist_node *node);
	int (*teardown)(unsigned int cpu, struct hlist_node *node);
	struct hlist_node *instances[INSTANCES];
};

static struct state states[STATES];
static bool offline[NR_CPUS];

bool cpu_online(unsigned int cpu)
{
	return cpu < nr_cpu_ids && !offline[cpu];
}

/* The first CPU at or after one that is online; nr_cpu_ids if there is none. */
unsigned int shim_next_online(unsigned int cpu)
{
	while (cpu < nr_cpu_ids && offline[cpu])
		cpu++;
	return cpu;
}

unsigned int num_online_cpus(void)
{
	unsigned int cpu, n = 0;

	for_each_online_cpu(cpu)
		n++;
	return n;
}

int cpuhp_setup_state_multi(enum cpuhp_state wanted, const char *name,
			    int (*startup)(unsigned int cpu, struct hlist_node *node),
			    int (*teardown)(unsigned int cpu, struct hlist_node *node))
{
	unsigned int i;

	/* Found states are numbered above those that the kernel names. */
	for (i = 0; i < STATES; i++) {
		if (!states[i].startup) {
			states[i] = (struct state){ .startup = startup, .teardown = teardown };
			return CPUHP_AP_ONLINE_DYN + 1 + i;
		}
	}
	return -ENOSPC;
}

static struct state *state_of(enum cpuhp_state number)
{
	unsigned int i = number - CPUHP_AP_ONLINE_DYN - 1;

	shim_require(i < STATES && states[i].startup, "no such CPU hotplug state");
	return &states[i];
}

void cpuhp_remove_multi_state(enum cpuhp_state number)
{
	struct state *state = state_of(number);
	unsigned int i;

	for (i = 0; i < INSTANCES; i++)
		shim_require(!state->instances[i], "CPU hotplug state has instances left");
	*state = (struct state){};
}

static struct hlist_node **place_of(struct state *state, struct hlist_node *node)
{
	unsigned int i;

	for (i = 0; i < INSTANCES; i++)
		if (state->instances[i] == node)
			return &state->instances[i];
	shim_die(__FILE__, __LINE__, "no such instance of a CPU hotplug state", "or no room");
}

int cpuhp_state_add_instance(enum cpuhp_state number, struct hlist_node *node)
{
	struct state *state = state_of(number);
	unsigned int cpu, done;
	int error;

	for_each_online_cpu(cpu) {
		error = state->startup(cpu, node);
		if (!error)
			continue;
		for (done = 0; done < cpu; done++)
			if (cpu_online(done))
				state->teardown(done, node);
		return error;
	}
	*place_of(state, NULL) = node;
	return 0;
}

int cpuhp_state_remove_instance(enum cpuhp_state number, struct hlist_node *node)
{
	struct state *state = state_of(number);
	unsigned int cpu;

	*place_of(state, node) = NULL;
	for_each_online_cpu(cpu)
		state->teardown(cpu, node);
	return 0;
}

/* Takes a CPU down; no thread may be on it. */
void shim_cpu_down(unsigned int cpu)
{
	unsigned int s, i;

	shim_require(cpu_online(cpu), "CPU is down already");
	offline[cpu] = true;
	for (s = 0; s < STATES; s++)
		for (i = 0; i < INSTANCES; i++)
			if (states[s].instances[i])
				states[s].teardown(cpu, states[s].instances[i]);
}

static void undo_up(unsigned int cpu, unsigned int s, unsigned int i)
{
	unsigned int t, j;

	for (t = 0; t <= s; t++)
		for (j = 0; j < (t == s ? i : INSTANCES); j++)
			if (states[t].instances[j])
				states[t].teardown(cpu, states[t].instances[j]);
}

/* Brings a CPU up; it stays down if somebody cannot prepare for it, whose error is returned. */
int shim_cpu_up(unsigned int cpu)
{
	unsigned int s, i;
	int error;

	shim_require(!cpu_online(cpu), "CPU is up already");
	for (s = 0; s < STATES; s++) {
		for (i = 0; i < INSTANCES; i++) {
			if (!states[s].instances[i])
				continue;
			error = states[s].startup(cpu, states[s].instances[i]);
			if (error) {
				undo_up(cpu, s, i);
				return error;
			}
		}
	}
	offline[cpu] = false;
	return 0;
}
