#include "config.h"

#include <nettle/sha2.h>

#include "base/codec.h"

void sha256(uint8_t out[SHA256_LEN], const void *bytes, size_t len)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, bytes);
	sha256_digest(&ctx, SHA256_LEN, out);
}
