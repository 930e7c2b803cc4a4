#include "server/aws/sigv4.h"

#include "server/aws/sigv4_canonical.h"
#include "server/aws/sigv4_time.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

enum { HEX_LENGTH = 2 * SIGV4_KEY_LENGTH };

static void to_hex(const unsigned char digest[SIGV4_KEY_LENGTH], char text[HEX_LENGTH + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < SIGV4_KEY_LENGTH; i++) {
        text[i * 2] = digits[digest[i] >> 4];
        text[i * 2 + 1] = digits[digest[i] & 15];
    }
    text[HEX_LENGTH] = '\0';
}

static bool sha256_hex(const char *bytes, size_t length, char text[HEX_LENGTH + 1])
{
    unsigned char digest[SIGV4_KEY_LENGTH];
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, length > 0 ? bytes : "", length, digest) < 0)
        return false;
    to_hex(digest, text);
    return true;
}

static bool hmac_sha256(const void *key, size_t key_length, const char *text, unsigned char digest[SIGV4_KEY_LENGTH])
{
    return gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_length, text, strlen(text), digest) >= 0;
}

bool sigv4_signing_key(struct arena *arena, const char *secret, const char *date, const char *region,
                       const char *service, unsigned char key[SIGV4_KEY_LENGTH])
{
    const char *first = arena_printf(arena, "AWS4%s", secret);
    if (first == NULL || !hmac_sha256(first, strlen(first), date, key))
        return false;
    const char *const rest[] = {region, service, "aws4_request"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        unsigned char next[SIGV4_KEY_LENGTH];
        if (!hmac_sha256(key, SIGV4_KEY_LENGTH, rest[i], next))
            return false;
        memcpy(key, next, sizeof next);
    }
    return true;
}

/* The hash is that of the body that came, even where a signed x-amz-content-sha256 says UNSIGNED-PAYLOAD or anything
 * else: only S3 is documented to take its word. */
static const char *string_to_sign(const struct request *request, const struct sigv4_claim *claim)
{
    char hash[HEX_LENGTH + 1];
    char time_text[SIGV4_TIME_TEXT];
    int64_t time = 0;
    if (!sigv4_time_parse(claim->time, &time) || !sha256_hex(request->body, request->body_length, hash))
        return NULL;
    const char *canonical = sigv4_canonical_request(request, claim, hash);
    if (canonical == NULL || !sha256_hex(canonical, strlen(canonical), hash))
        return NULL;
    return arena_printf(request->arena, "AWS4-HMAC-SHA256\n%s\n%s/%s/%s/aws4_request\n%s",
                        sigv4_time_format(time, time_text), claim->date, claim->region, claim->service, hash);
}

bool sigv4_verify(const struct request *request, const struct sigv4_claim *claim, const char *secret,
                  struct aws_error *error)
{
    unsigned char key[SIGV4_KEY_LENGTH];
    unsigned char digest[SIGV4_KEY_LENGTH];
    char expected[HEX_LENGTH + 1];
    const char *text = string_to_sign(request, claim);
    if (text == NULL || !sigv4_signing_key(request->arena, secret, claim->date, claim->region, claim->service, key) ||
        !hmac_sha256(key, sizeof key, text, digest)) {
        aws_error_internal(error);
        return false;
    }
    to_hex(digest, expected);
    if (strlen(claim->signature) != HEX_LENGTH || gnutls_memcmp(claim->signature, expected, HEX_LENGTH) != 0)
        return aws_error_refuse(
            error, AWS_INVALID_SIGNATURE,
            "The request signature we calculated does not match the signature you provided. Check your AWS "
            "Secret Access Key and signing method. Consult the service documentation for details.");
    return true;
}
