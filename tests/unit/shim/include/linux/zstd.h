/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shim: lib/zstd's interface on top of the system's libzstd. The structures have that library's
 * layout, which zstd.c of the shim checks.
 */
#ifndef _SHIM_LINUX_ZSTD_H
#define _SHIM_LINUX_ZSTD_H

#include <linux/types.h>

struct shim_zstd_compression_parameters {
	unsigned int word[7];
};

struct shim_zstd_frame_parameters {
	int word[3];
};

struct shim_zstd_parameters {
	struct shim_zstd_compression_parameters cParams;
	struct shim_zstd_frame_parameters fParams;
};

struct shim_zstd_frame_header {
	unsigned long long frameContentSize;
	unsigned long long windowSize;
	unsigned int blockSizeMax;
	unsigned int frameType;
	unsigned int headerSize;
	unsigned int dictID;
	unsigned int checksumFlag;
	unsigned int unused[2];
};

#define zstd_parameters			struct shim_zstd_parameters
#define zstd_compression_parameters	struct shim_zstd_compression_parameters
#define zstd_cctx			struct shim_zstd_cctx
#define zstd_dctx			struct shim_zstd_dctx
#define zstd_cdict			struct shim_zstd_cdict
#define zstd_ddict			struct shim_zstd_ddict
#define zstd_custom_mem			struct shim_zstd_memory
#define zstd_frame_header		struct shim_zstd_frame_header

zstd_cctx;
zstd_dctx;
zstd_cdict;
zstd_ddict;

struct shim_zstd_memory {
	void *(*customAlloc)(void *opaque, size_t size);
	void (*customFree)(void *opaque, void *address);
	void *opaque;
};

size_t zstd_compress_bound(size_t size);
int zstd_min_clevel(void);
int zstd_max_clevel(void);
zstd_parameters zstd_get_params(int level, unsigned long long source_size);
zstd_compression_parameters zstd_get_cparams(int level, unsigned long long source_size,
					     size_t dict_size);
size_t zstd_cctx_workspace_bound(const zstd_compression_parameters *parameters);
size_t zstd_dctx_workspace_bound(void);
zstd_cctx *zstd_init_cctx(void *workspace, size_t size);
zstd_dctx *zstd_init_dctx(void *workspace, size_t size);
zstd_cdict *zstd_create_cdict_byreference(const void *dict, size_t size,
					  zstd_compression_parameters parameters,
					  zstd_custom_mem memory);
size_t zstd_free_cdict(zstd_cdict *cdict);
size_t zstd_compress_using_cdict(zstd_cctx *cctx, void *out, size_t out_size, const void *in,
				 size_t in_size, const zstd_cdict *cdict);
size_t zstd_decompress_dctx(zstd_dctx *dctx, void *out, size_t out_size, const void *in,
			    size_t in_size);
zstd_ddict *zstd_create_ddict_byreference(const void *dict, size_t size, zstd_custom_mem memory);
size_t zstd_free_ddict(zstd_ddict *ddict);
size_t zstd_decompress_using_ddict(zstd_dctx *dctx, void *out, size_t out_size, const void *in,
				   size_t in_size, const zstd_ddict *ddict);
size_t zstd_get_frame_header(zstd_frame_header *header, const void *in, size_t in_size);
unsigned int zstd_is_error(size_t code);

#endif
