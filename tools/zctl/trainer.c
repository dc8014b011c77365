// SPDX-License-Identifier: GPL-2.0-only
/*
 * Training with libzstd. See trainer.h.
 *
 * Of libzstd's three trainers this takes "cover" and lets it choose the length of its segments. On
 * up to 3072 sectors of programs and texts its dictionaries left 1 % less than those of
 * ZDICT_trainFromBuffer(), which is "fast cover" with less of a choice: as much as made the
 * difference between a dictionary that is of use there and one that is not. It takes ten seconds
 * for that in place of one, and ten times the samples' memory. Segments are found by six bytes that
 * samples have in common: where both six and eight were tried it took six each time.
 */
#define ZDICT_STATIC_LINKING_ONLY
#include "trainer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <zdict.h>
#include <zstd.h>

#include "alloc.h"

#define SECTOR		((size_t)ZBLK_SECTOR_SIZE)
#define COVER_D		6
#define COVER_STEPS	4

/* A frame begins with its magic number and a byte that says what else there is. */
#define MAGIC_BYTES	4

enum exit_code dictionary_train(const struct samples *samples, size_t size, int level,
				struct dictionary *dictionary)
{
	ZDICT_cover_params_t params = {
		.d = COVER_D,
		.steps = COVER_STEPS,
		.nbThreads = 1,
		.zParams.compressionLevel = level,
	};
	size_t *sizes = xreallocarray(NULL, samples->nr, sizeof(*sizes));
	size_t length;

	for (size_t i = 0; i < samples->nr; i++)
		sizes[i] = SECTOR;
	dictionary->bytes = xreallocarray(NULL, size, 1);
	length = ZDICT_optimizeTrainFromBuffer_cover(dictionary->bytes, size, samples->bytes,
						     sizes, (unsigned int)samples->nr, &params);
	free(sizes);
	if (!ZDICT_isError(length)) {
		dictionary->length = length;
		return ZCTL_OK;
	}
	dictionary_free(dictionary);
	return fail(ZCTL_FAILED,
		    "libzstd makes no dictionary from these samples: %s: try more --samples, or a smaller --size",
		    ZDICT_getErrorName(length));
}

void dictionary_free(struct dictionary *dictionary)
{
	free(dictionary->bytes);
	*dictionary = (struct dictionary){ 0 };
}

/* The length of a frame's header (RFC 8878, "Frame_Header"), which the driver does not store. */
static size_t header_bytes(const uint8_t *frame)
{
	static const uint8_t id_bytes[] = { 0, 1, 2, 4 };
	static const uint8_t size_bytes[] = { 0, 2, 4, 8 };
	uint8_t descriptor = frame[MAGIC_BYTES];
	bool single = descriptor >> 5 & 1;
	size_t size = size_bytes[descriptor >> 6];

	if (single && !size)
		size = 1;
	return MAGIC_BYTES + 1 + !single + id_bytes[descriptor & 3] + size;
}

static size_t measure_one(ZSTD_CCtx *cctx, const uint8_t *sector)
{
	uint8_t frame[ZSTD_COMPRESSBOUND(ZBLK_SECTOR_SIZE)];
	size_t length = ZSTD_compress2(cctx, frame, sizeof(frame), sector, SECTOR);

	if (ZSTD_isError(length))
		return SECTOR;
	length -= header_bytes(frame);
	return length > COMPRESSED_MAX ? SECTOR : length;
}

enum exit_code dictionary_measure(const struct samples *samples, int level,
				  const struct dictionary *dictionary, uint64_t *bytes)
{
	ZSTD_CCtx *cctx = ZSTD_createCCtx();
	size_t result = 0;

	*bytes = 0;
	if (!cctx)
		return fail(ZCTL_FAILED, "not enough memory to try a dictionary");
	result = ZSTD_CCtx_setParameter(cctx, ZSTD_c_compressionLevel, level);
	if (!ZSTD_isError(result) && dictionary)
		result = ZSTD_CCtx_loadDictionary(cctx, dictionary->bytes, dictionary->length);
	for (size_t i = 0; i < samples->nr && !ZSTD_isError(result); i++)
		*bytes += measure_one(cctx, samples->bytes + i * SECTOR);
	ZSTD_freeCCtx(cctx);
	if (ZSTD_isError(result))
		return fail(ZCTL_FAILED, "cannot try the dictionary: %s",
			    ZSTD_getErrorName(result));
	return ZCTL_OK;
}

int trainer_level_min(void)
{
	return ZSTD_minCLevel();
}

int trainer_level_max(void)
{
	return ZSTD_maxCLevel();
}
