/*
 * Signatures, over one request as text: a claim is refused in UTF-8, or read; the canonical request does not depend on
 * how the headers are ordered; a signature that is made as AWS documents it is right, and no other is.
 */
#include "base/machine_clock.h"
#include "base/utf8.h"
#include "server/aws/sigv4.h"
#include "server/aws/sigv4_canonical.h"
#include "server/aws/sigv4_time.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/request_text.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <strings.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

enum { DIGEST = SIGV4_KEY_LENGTH, HEX = 2 * DIGEST + 1, MOST_HEADERS = 64 };

static void to_hex(const unsigned char *digest, char text[HEX])
{
    for (size_t i = 0; i < DIGEST; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static void sha256(const char *bytes, size_t length, char text[HEX])
{
    unsigned char digest[DIGEST];
    REQUIRE(gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, length, digest) == 0);
    to_hex(digest, text);
}

/* What the signature should be. `canonical` is the canonical request. */
static void sign(struct arena *arena, const struct sigv4_claim *claim, const char *canonical, char signature[HEX])
{
    unsigned char key[DIGEST];
    unsigned char digest[DIGEST];
    char time_text[SIGV4_TIME_TEXT];
    int64_t time = 0;
    REQUIRE(sigv4_time_parse(claim->time, &time));
    sha256(canonical, strlen(canonical), signature);
    const char *text =
        arena_printf(arena, "AWS4-HMAC-SHA256\n%s\n%s/%s/%s/aws4_request\n%s", sigv4_time_format(time, time_text),
                     claim->date, claim->region, claim->service, signature);
    REQUIRE(sigv4_signing_key(arena, SECRET, claim->date, claim->region, claim->service, key) && text != NULL);
    REQUIRE(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, DIGEST, text, strlen(text), digest) == 0);
    to_hex(digest, signature);
}

static bool is_repeated(const struct request *request)
{
    for (size_t i = 0; i < request->header_count; i++) {
        for (size_t j = i + 1; j < request->header_count; j++) {
            if (strcasecmp(request->headers[i].name, request->headers[j].name) == 0)
                return true;
        }
    }
    return false;
}

/* The headers back to front: the same text, but where a name is there twice. */
static void require_order_does_not_count(const struct request *request, const struct sigv4_claim *claim,
                                         const char *hash, const char *canonical)
{
    struct header turned[MOST_HEADERS];
    struct request other = *request;
    if (is_repeated(request))
        return;
    for (size_t i = 0; i < request->header_count; i++)
        turned[i] = request->headers[request->header_count - 1 - i];
    other.headers = turned;
    const char *same = sigv4_canonical_request(&other, claim, hash);
    REQUIRE_OR_SAY(same != NULL && strcmp(same, canonical) == 0, "%s\nand %s\n", canonical, same);
}

static void require_signatures(const struct request *request, const struct sigv4_claim *claim)
{
    struct aws_error error = {0};
    char hash[HEX];
    char signature[HEX];
    sha256(request->body, request->body_length, hash);
    const char *canonical = sigv4_canonical_request(request, claim, hash);
    REQUIRE(canonical != NULL);
    require_order_does_not_count(request, claim, hash, canonical);
    sign(request->arena, claim, canonical, signature);

    const bool is_right = strcmp(claim->signature, signature) == 0;
    REQUIRE(sigv4_verify(request, claim, SECRET, &error) == is_right);
    struct sigv4_claim made = *claim;
    made.signature = signature;
    REQUIRE_OR_SAY(sigv4_verify(request, &made, SECRET, &error), "%s\n", canonical);
    REQUIRE(!sigv4_verify(request, &made, SECRET "x", &error));
    signature[request->body_length % (HEX - 1)] ^= 1;
    REQUIRE(!sigv4_verify(request, &made, SECRET, &error));
}

static void require_complaint(const struct aws_error *error)
{
    REQUIRE_OR_SAY(error->status == 400 && error->message != NULL, "%d %s\n", error->status, error->name);
    REQUIRE_OR_SAY(utf8_check(error->message, strlen(error->message)), "%s\n", error->message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct request_text text = {(const char *)data, size};
    struct arena arena = {0};
    struct request request;
    struct sigv4_claim claim;
    struct aws_error error = {0};
    if (request_text_next(&text, &arena, &request)) {
        if (!sigv4_read_claim(&request, &claim, &error) ||
            (claim.present && !sigv4_check_claim(&request, &claim, "config", machine_now(), &error)))
            require_complaint(&error);
        else if (claim.present)
            require_signatures(&request, &claim);
    }
    arena_free(&arena);
    return 0;
}
