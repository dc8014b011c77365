/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * zblk: the slot table, eight bytes a sector.
 *
 * A slot says what a sector holds. It is one 64-bit word:
 *
 *	bit  0		lock, a bit spinlock
 *	bits 1-3	enum zblk_slot_state
 *	bits 4-63	a state that is a fill: what remains of the repeated word
 *	others:
 *	bits 4-5	which algorithm compressed it
 *	bit  6		what is stored is the sector as it is: it did not compress
 *	bit  7		a background job works on a copy; whatever changes the slot takes it away
 *	bit  8		idle: marked so, and not used since
 *	bit  9		no algorithm of the device makes it smaller
 *	bits 10-27	when it was last used, in units of four seconds
 *	bits 28-63	handle of the object, or block on the backing device
 *
 * Leaves of 64 slots come into being when something is stored in them, and an absent leaf reads as
 * empty slots, so a device costs what has been stored in it and not what could be. They stay as
 * long as the table, so that looking one up takes no lock. The table knows no allocator of objects
 * and no codec: it keeps values and gives back what they replace.
 *
 * Locking: a slot's word is read and written under its own lock, by zblk_slot_lock(). The lock is
 * held while an object is mapped, so that it cannot be freed under the mapping; it does not sleep
 * and nothing that may reclaim memory is done under it. Order: swap's locks and zsmalloc's
 * reclaim_lock, slot, then zsmalloc's others and the backing device's.
 */
#ifndef _ZBLK_SLOT_H
#define _ZBLK_SLOT_H

#include <linux/processor.h>
#include <linux/bit_spinlock.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#include <order0.h>

/**
 * enum zblk_slot_state - what a sector holds
 * @ZBLK_SLOT_EMPTY: nothing; reads as zeroes
 * @ZBLK_SLOT_OBJECT: an object of the allocator
 * @ZBLK_SLOT_FILL_SIGNED: one repeated word that is its low 60 bits, sign-extended
 * @ZBLK_SLOT_FILL_SHIFTED: one repeated word whose low 4 bits are zero, without them
 * @ZBLK_SLOT_FILL_TWICE: one repeated word whose halves are the same, one of them
 * @ZBLK_SLOT_FILL_STORED: any other repeated word, as a number in zblk_slots.words
 * @ZBLK_SLOT_BACKED: a block of the backing device
 */
enum zblk_slot_state {
	ZBLK_SLOT_EMPTY,
	ZBLK_SLOT_OBJECT,
	ZBLK_SLOT_FILL_SIGNED,
	ZBLK_SLOT_FILL_SHIFTED,
	ZBLK_SLOT_FILL_TWICE,
	ZBLK_SLOT_FILL_STORED,
	ZBLK_SLOT_BACKED,
};

/* Bits of a slot for the number of a block on the backing device. */
#define ZBLK_SLOT_BLOCK_BITS	36

/* The unit of a slot's time, and the seconds after which the time starts again. */
#define ZBLK_SLOT_TIME_SHIFT	2
#define ZBLK_SLOT_TIME_BITS	18
#define ZBLK_SLOT_TIME_WRAP	(1U << (ZBLK_SLOT_TIME_SHIFT + ZBLK_SLOT_TIME_BITS))

/**
 * struct zblk_slot_value - a slot's word taken apart
 * @state: which of the others mean anything
 * @handle: ZBLK_SLOT_OBJECT: the object
 * @block: ZBLK_SLOT_BACKED: the block
 * @fill: the fills: what the word keeps of the repeated word
 *	Of an object or a block:
 * @algorithm: what compressed it, 0 to 3
 * @raw: nothing did, it is the sector itself
 * @held: a background job works on a copy
 * @idle: it was marked as idle and has not been used since
 * @exhausted: the device has no algorithm that would make it smaller than it is
 */
struct zblk_slot_value {
	enum zblk_slot_state state;
	union {
		unsigned long handle;
		u64 block;
		u64 fill;
	};
	u8 algorithm;
	bool raw;
	bool held;
	bool idle;
	bool exhausted;
};

/* Leaves that are found without a tree: those of a device of 16 MiB. */
#define ZBLK_SLOTS_NEAR	64

/**
 * struct zblk_slots - the table
 * @leaves: sector / slots in a leaf -> leaf
 * @near: the first of them
 * @chunks: where leaves come from
 * @words: repeated words that do not fit in a slot
 */
struct zblk_slots {
	struct o0_tree leaves;
	void *near[ZBLK_SLOTS_NEAR];
	struct o0_chunks chunks;
	struct o0_table words;
};

/* 64 slots, or more where a page would hold more leaves than fit in the mask of o0_chunks. */
#define ZBLK_SLOT_LEAF_BYTES	max(512UL, PAGE_SIZE / BITS_PER_LONG)
#define ZBLK_SLOT_LEAF_SLOTS	(ZBLK_SLOT_LEAF_BYTES / sizeof(u64))

/* The slot of a sector, NULL while its leaf does not exist. Takes no lock. */
static inline u64 *zblk_slot_get(struct zblk_slots *slots, u64 sector)
{
	u64 *leaf = o0_tree_get(&slots->leaves, sector / ZBLK_SLOT_LEAF_SLOTS);

	return leaf ? leaf + sector % ZBLK_SLOT_LEAF_SLOTS : NULL;
}

void zblk_slots_init(struct zblk_slots *slots);
void zblk_slots_destroy(struct zblk_slots *slots);
u64 *zblk_slot_make(struct zblk_slots *slots, u64 sector, gfp_t gfp);
u64 *zblk_slot_next(struct zblk_slots *slots, u64 *sector, u64 end);
void zblk_slots_each_object(struct zblk_slots *slots, void (*each)(u64 *slot, unsigned long arg),
			    unsigned long arg);
unsigned long zblk_slots_pages(struct zblk_slots *slots);

struct zblk_slot_value zblk_slot_read(const u64 *slot);
bool zblk_slot_read_fill(struct zblk_slots *slots, const u64 *slot, u64 *fill);
struct zblk_slot_value zblk_slot_peek(const u64 *slot);
unsigned long zblk_slot_peek_handle(const u64 *slot);
struct zblk_slot_value zblk_slot_replace(u64 *slot, const struct zblk_slot_value *value);
unsigned int zblk_slot_age(const u64 *slot);
struct zblk_slot_value zblk_slot_exchange(u64 *slot, const struct zblk_slot_value *value);
void zblk_slot_touch(u64 *slot);
void zblk_slot_move(u64 *slot, unsigned long handle);
void zblk_slot_set_held(u64 *slot, bool held);
void zblk_slot_set_idle(u64 *slot, bool idle);
void zblk_slot_set_exhausted(u64 *slot, bool exhausted);

int zblk_slot_make_fill(struct zblk_slots *slots, u64 word, gfp_t gfp,
			struct zblk_slot_value *value);
u64 zblk_slot_fill_word(struct zblk_slots *slots, const struct zblk_slot_value *value);
void zblk_slot_drop_fill(struct zblk_slots *slots, const struct zblk_slot_value *value);

static inline bool zblk_slot_is_fill(const struct zblk_slot_value *value)
{
	return value->state >= ZBLK_SLOT_FILL_SIGNED && value->state <= ZBLK_SLOT_FILL_STORED;
}

/* Whether a value is an object, wherever that is, rather than empty or a fill. */
static inline bool zblk_slot_is_data(const struct zblk_slot_value *value)
{
	return value->state == ZBLK_SLOT_OBJECT || value->state == ZBLK_SLOT_BACKED;
}

/* Whether recompression has tried an object or block in vain, and with all that there is. */
static inline bool zblk_slot_is_incompressible(const struct zblk_slot_value *value)
{
	return value->exhausted && !value->algorithm;
}

/* A bit spinlock turns preemption off, and what is done under it takes locks that sleep there. */
static_assert(!IS_ENABLED(CONFIG_PREEMPT_RT), "zblk does not support PREEMPT_RT");

/* The long that has bit 0 of the word in its own bit 0, whatever the byte order and size. */
static inline unsigned long *zblk_slot_lock_word(u64 *slot)
{
	bool second = BITS_PER_LONG == 32 && IS_ENABLED(CONFIG_CPU_BIG_ENDIAN);

	return (unsigned long *)slot + second;
}

static inline void zblk_slot_lock(u64 *slot)
{
	bit_spin_lock(0, zblk_slot_lock_word(slot));
}

static inline void zblk_slot_unlock(u64 *slot)
{
	bit_spin_unlock(0, zblk_slot_lock_word(slot));
}

/* Whether somebody, hopefully the caller, holds the lock. */
static inline bool zblk_slot_is_locked(const u64 *slot)
{
	return bit_spin_is_locked(0, zblk_slot_lock_word((u64 *)slot));
}

#endif
