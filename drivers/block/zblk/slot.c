// SPDX-License-Identifier: GPL-2.0-only
/*
 * zblk: the slot table. See slot.h for what a slot is and how it is locked.
 *
 * Cost: 8 bytes for each sector of a leaf in use, and a pointer of 8 bytes for each leaf. A lookup
 * reads one node for each 9 bits of the leaf's number: two for a device of up to 64 GiB.
 */
#include <linux/bitfield.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "slot.h"

#define STATE		GENMASK_ULL(3, 1)
#define ALGORITHM	GENMASK_ULL(5, 4)
#define RAW		BIT_ULL(6)
#define HELD		BIT_ULL(7)
#define IDLE		BIT_ULL(8)
#define EXHAUSTED	BIT_ULL(9)
#define TIME		GENMASK_ULL(27, 10)
#define HANDLE		GENMASK_ULL(63, 28)
#define FILL		GENMASK_ULL(63, 4)
#define FILL_BITS	60

/* An element of zblk_slots.words: a long that o0_table wants, and the word. */
struct stored_word {
	unsigned long used;
	u64 word;
};

void zblk_slots_init(struct zblk_slots *slots)
{
	o0_tree_init(&slots->leaves, slots->near, ZBLK_SLOTS_NEAR);
	o0_chunks_init(&slots->chunks, ZBLK_SLOT_LEAF_BYTES);
	o0_table_init(&slots->words, sizeof(struct stored_word), BIT_ULL(32));
}

/* Frees the table; what objects the slots name is the caller's business. */
void zblk_slots_destroy(struct zblk_slots *slots)
{
	u64 leaf = 0;
	void *at;

	for (; (at = o0_tree_next(&slots->leaves, &leaf)); leaf++) {
		/* Fills are in here. */
		memset(at, 0, ZBLK_SLOT_LEAF_SLOTS * sizeof(u64));
		o0_chunk_free(&slots->chunks, at);
		cond_resched();
	}
	o0_tree_destroy(&slots->leaves);
	o0_table_destroy(&slots->words);
}

/* Pages held by the table. */
unsigned long zblk_slots_pages(struct zblk_slots *slots)
{
	return atomic_long_read(&slots->leaves.nr_pages) + READ_ONCE(slots->chunks.nr_pages) +
	       o0_table_nr_pages(&slots->words);
}

/**
 * zblk_slot_make() - the slot of a sector, made if need be
 * @slots: the table
 * @sector: which
 * @gfp: how to allocate
 *
 * Context: may sleep if @gfp may.
 * Return: the slot, NULL if memory ran out.
 */
u64 *zblk_slot_make(struct zblk_slots *slots, u64 sector, gfp_t gfp)
{
	u64 *slot = zblk_slot_get(slots, sector);
	u64 *leaf, *now;

	if (slot)
		return slot;
	leaf = o0_chunk_alloc(&slots->chunks, gfp);
	if (!leaf)
		return NULL;
	now = o0_tree_add(&slots->leaves, sector / ZBLK_SLOT_LEAF_SLOTS, leaf, gfp);
	if (now != leaf)
		o0_chunk_free(&slots->chunks, leaf);
	return now ? now + sector % ZBLK_SLOT_LEAF_SLOTS : NULL;
}

/**
 * zblk_slot_next() - walk the slots that exist
 * @slots: the table
 * @sector: in: where to look from; out: the slot's sector
 * @end: stop before this sector
 *
 * Return: the first slot whose leaf exists, NULL if there is none before @end.
 */
u64 *zblk_slot_next(struct zblk_slots *slots, u64 *sector, u64 end)
{
	u64 *slot;
	u64 leaf;

	if (*sector >= end)
		return NULL;
	slot = zblk_slot_get(slots, *sector);
	if (slot)
		return slot;
	leaf = *sector / ZBLK_SLOT_LEAF_SLOTS;
	slot = o0_tree_next(&slots->leaves, &leaf);
	if (!slot)
		return NULL;
	/* A leaf that has just come into being may be the very one that was absent above. */
	*sector = max_t(u64, *sector, leaf * ZBLK_SLOT_LEAF_SLOTS);
	return *sector < end ? slot + *sector % ZBLK_SLOT_LEAF_SLOTS : NULL;
}

/**
 * zblk_slots_each_object() - do something with each slot that holds an object
 * @slots: the table
 * @each: what; the slot is locked
 * @arg: for @each
 *
 * Context: may sleep.
 */
void zblk_slots_each_object(struct zblk_slots *slots, void (*each)(u64 *slot, unsigned long arg),
			    unsigned long arg)
{
	u64 sector = 0;
	u64 *slot;

	for (; (slot = zblk_slot_next(slots, &sector, U64_MAX)); sector++) {
		zblk_slot_lock(slot);
		if (zblk_slot_read(slot).state == ZBLK_SLOT_OBJECT)
			each(slot, arg);
		zblk_slot_unlock(slot);
		cond_resched();
	}
}

/* The time in the units of a slot; wraps after ZBLK_SLOT_TIME_WRAP seconds. */
static u64 now(void)
{
	return FIELD_PREP(TIME, (ktime_get_seconds() >> ZBLK_SLOT_TIME_SHIFT) & FIELD_MAX(TIME));
}

static unsigned int age(u64 word)
{
	u64 units = (FIELD_GET(TIME, now()) - FIELD_GET(TIME, word)) & FIELD_MAX(TIME);

	return units << ZBLK_SLOT_TIME_SHIFT;
}

static struct zblk_slot_value decode(u64 word)
{
	struct zblk_slot_value value = { .state = FIELD_GET(STATE, word) };

	if (zblk_slot_is_fill(&value)) {
		value.fill = FIELD_GET(FILL, word);
		return value;
	}
	if (value.state == ZBLK_SLOT_OBJECT)
		value.handle = FIELD_GET(HANDLE, word);
	else if (value.state == ZBLK_SLOT_BACKED)
		value.block = FIELD_GET(HANDLE, word);
	value.algorithm = FIELD_GET(ALGORITHM, word);
	value.raw = FIELD_GET(RAW, word);
	value.held = FIELD_GET(HELD, word);
	value.idle = FIELD_GET(IDLE, word);
	value.exhausted = FIELD_GET(EXHAUSTED, word);
	return value;
}

/* The word for a value, locked, with a time that is for the caller to add. */
static u64 encode(const struct zblk_slot_value *value)
{
	u64 word = FIELD_PREP(STATE, value->state) | BIT(0);

	if (zblk_slot_is_fill(value))
		return word | FIELD_PREP(FILL, value->fill);
	if (!zblk_slot_is_data(value))
		return word;
	return word | FIELD_PREP(HANDLE, value->state == ZBLK_SLOT_OBJECT ? value->handle :
									    value->block) |
	       FIELD_PREP(ALGORITHM, value->algorithm) | FIELD_PREP(RAW, value->raw) |
	       FIELD_PREP(HELD, value->held) | FIELD_PREP(IDLE, value->idle) |
	       FIELD_PREP(EXHAUSTED, value->exhausted);
}

/*
 * The word of a locked slot. Others that want the lock set a bit of it meanwhile, which is set
 * already: so its holder, too, reads and writes it as a whole.
 */
static u64 get_word(const u64 *slot)
{
	WARN_ON_ONCE(!zblk_slot_is_locked(slot));
	return READ_ONCE(*slot);
}

static void set_word(u64 *slot, u64 word)
{
	WRITE_ONCE(*slot, word);
}

/* What a slot holds; the slot is locked. */
struct zblk_slot_value zblk_slot_read(const u64 *slot)
{
	return decode(get_word(slot));
}

/*
 * What a slot held a moment ago: a hint whether it is worth locking. On 32-bit machines the halves
 * of the word may be of different moments.
 */
struct zblk_slot_value zblk_slot_peek(const u64 *slot)
{
	/* Not locked: whoever acts on it looks again under the lock. */
	return decode(data_race(*slot));
}

/* The object that a slot held a moment ago, 0 if none; as zblk_slot_peek(). */
unsigned long zblk_slot_peek_handle(const u64 *slot)
{
	/* Not locked: good for guesses only. */
	u64 word = data_race(*slot);

	return FIELD_GET(STATE, word) == ZBLK_SLOT_OBJECT ? FIELD_GET(HANDLE, word) : 0;
}

/* Seconds since what a locked slot holds, an object or a block, was last used. */
unsigned int zblk_slot_age(const u64 *slot)
{
	return age(get_word(slot));
}

/**
 * zblk_slot_replace() - store a value
 * @slot: a locked slot
 * @value: what it holds from now on
 *
 * Return: what it held before, for the caller to release.
 */
struct zblk_slot_value zblk_slot_replace(u64 *slot, const struct zblk_slot_value *value)
{
	struct zblk_slot_value old = zblk_slot_read(slot);

	set_word(slot, encode(value) | (zblk_slot_is_data(value) ? now() : 0));
	return old;
}

/**
 * zblk_slot_exchange() - store the same sector in another way
 * @slot: a locked slot that holds an object or a block
 * @value: an object or a block
 *
 * When it was last used remains.
 *
 * Return: what it held before, for the caller to release.
 */
struct zblk_slot_value zblk_slot_exchange(u64 *slot, const struct zblk_slot_value *value)
{
	u64 old = get_word(slot);

	set_word(slot, encode(value) | (old & TIME));
	return decode(old);
}

/* Notes that the object or block of a locked slot has been used. */
void zblk_slot_touch(u64 *slot)
{
	set_word(slot, (get_word(slot) & ~(TIME | IDLE)) | now());
}

static void set_flag(u64 *slot, u64 flag, bool on)
{
	u64 word = get_word(slot);

	set_word(slot, on ? word | flag : word & ~flag);
}

/* A background job begins or ends to work on a copy of a locked slot's object. */
void zblk_slot_set_held(u64 *slot, bool held)
{
	set_flag(slot, HELD, held);
}

/* Whether the object of a locked slot counts as idle; until it is used. */
void zblk_slot_set_idle(u64 *slot, bool idle)
{
	set_flag(slot, IDLE, idle);
}

/* Whether no algorithm is left that might make the object of a locked slot smaller. */
void zblk_slot_set_exhausted(u64 *slot, bool exhausted)
{
	set_flag(slot, EXHAUSTED, exhausted);
}

/* The object of a locked slot has another handle now; nothing else about it has changed. */
void zblk_slot_move(u64 *slot, unsigned long handle)
{
	set_word(slot, (get_word(slot) & ~HANDLE) | FIELD_PREP(HANDLE, (u64)handle));
}

/**
 * zblk_slot_make_fill() - a value for a sector that is one repeated word
 * @slots: the table
 * @word: the word
 * @gfp: how to allocate, for the few words that do not fit in a slot
 * @value: out: the value; released by zblk_slot_drop_fill()
 *
 * Return: 0 or -ENOMEM.
 */
int zblk_slot_make_fill(struct zblk_slots *slots, u64 word, gfp_t gfp,
			struct zblk_slot_value *value)
{
	struct stored_word *stored;
	u64 number;

	*value = (struct zblk_slot_value){};
	if (sign_extend64(word, FILL_BITS - 1) == (s64)word) {
		value->state = ZBLK_SLOT_FILL_SIGNED;
		value->fill = word & (FILL >> 4);
	} else if (!(word & 0xf)) {
		value->state = ZBLK_SLOT_FILL_SHIFTED;
		value->fill = word >> 4;
	} else if (upper_32_bits(word) == lower_32_bits(word)) {
		value->state = ZBLK_SLOT_FILL_TWICE;
		value->fill = lower_32_bits(word);
	} else {
		stored = o0_table_alloc(&slots->words, &number, gfp);
		if (!stored)
			return -ENOMEM;
		stored->word = word;
		value->state = ZBLK_SLOT_FILL_STORED;
		value->fill = number;
	}
	return 0;
}

/* The repeated word of a fill of which @kept is left. */
static u64 fill_word(struct zblk_slots *slots, enum zblk_slot_state state, u64 kept)
{
	struct stored_word *stored;

	switch (state) {
	case ZBLK_SLOT_FILL_SIGNED:
		return sign_extend64(kept, FILL_BITS - 1);
	case ZBLK_SLOT_FILL_SHIFTED:
		return kept << 4;
	case ZBLK_SLOT_FILL_TWICE:
		return kept << 32 | kept;
	default:
		stored = o0_table_get(&slots->words, kept);
		return stored->word;
	}
}

/* The repeated word of a fill, whose slot is locked. */
u64 zblk_slot_fill_word(struct zblk_slots *slots, const struct zblk_slot_value *value)
{
	return fill_word(slots, value->state, value->fill);
}

/**
 * zblk_slot_read_fill() - the repeated word of a slot that is a fill
 * @slots: the table
 * @slot: a locked slot
 * @fill: out: the word, if it is one
 *
 * A read of a fill takes little more time than the filling. A value, which is put together in
 * memory and read there in other pieces than it was written in, would have to wait until the
 * processor has written out all of the fill before it.
 *
 * Return: true if it is a fill.
 */
bool zblk_slot_read_fill(struct zblk_slots *slots, const u64 *slot, u64 *fill)
{
	u64 word = get_word(slot);
	struct zblk_slot_value value = { .state = FIELD_GET(STATE, word) };

	if (!zblk_slot_is_fill(&value))
		return false;
	*fill = fill_word(slots, value.state, FIELD_GET(FILL, word));
	return true;
}

/* Releases a fill that no slot holds any more. */
void zblk_slot_drop_fill(struct zblk_slots *slots, const struct zblk_slot_value *value)
{
	if (value->state == ZBLK_SLOT_FILL_STORED)
		o0_table_free(&slots->words, value->fill);
}
