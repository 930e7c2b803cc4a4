#include "store/identity.h"

#include "base/mix.h"

#include <string.h>

/* FNV-1a, with the terminating NUL so that ("ab", "c") is not ("a", "bc"). */
static uint64_t digest(uint64_t state, const char *text)
{
    const size_t size = strlen(text) + 1;
    for (size_t i = 0; i < size; i++)
        state = (state ^ (unsigned char)text[i]) * 0x100000001b3U;
    return state;
}

void identity_pack_id(uint64_t seed, const struct scope *scope, const char *name, const char *before,
                      char id[IDENTITY_ID])
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const char prefix[] = "conformance-pack-";
    const uint64_t state = digest(digest(digest(mix_bits(seed), scope->account), scope->region), name);
    uint64_t number = mix_bits(digest(state, before));
    memcpy(id, prefix, sizeof prefix - 1);
    for (size_t i = sizeof prefix - 1; i < IDENTITY_ID - 1; i++) {
        id[i] = alphabet[number % (sizeof alphabet - 1)];
        number /= sizeof alphabet - 1;
    }
    id[IDENTITY_ID - 1] = '\0';
}

const char *identity_partition(const char *region)
{
    if (strncmp(region, "cn-", 3) == 0)
        return "aws-cn";
    return strncmp(region, "us-gov-", 7) == 0 ? "aws-us-gov" : "aws";
}

/* ARNs are made for each row of each answer, so without printf. What does not fit is cut. */
struct arn {
    char *end;
    size_t room; /* beside the NUL */
};

static void put_bytes(struct arn *arn, const char *bytes, size_t length)
{
    const size_t taken = length < arn->room ? length : arn->room;
    memcpy(arn->end, bytes, taken);
    arn->end += taken;
    arn->room -= taken;
    *arn->end = '\0';
}

static void put(struct arn *arn, const char *text)
{
    put_bytes(arn, text, strlen(text));
}

/* The low `digits` digits of a number, hexadecimal. */
static void put_hex(struct arn *arn, uint64_t number, size_t digits)
{
    static const char alphabet[] = "0123456789abcdef";
    char text[16];
    for (size_t i = digits; i > 0; i--, number >>= 4)
        text[i - 1] = alphabet[number & 15];
    put_bytes(arn, text, digits);
}

/* arn:PARTITION:SERVICE:REGION:ACCOUNT */
static void put_prefix(struct arn *arn, const struct scope *scope, const char *service)
{
    put(arn, "arn:");
    put(arn, identity_partition(scope->region));
    put(arn, ":");
    put(arn, service);
    put(arn, ":");
    put(arn, scope->region);
    put(arn, ":");
    put(arn, scope->account);
}

const char *identity_pack_arn(const struct scope *scope, const char *name, const char *id, char text[ARN_SIZE])
{
    struct arn arn = {text, ARN_SIZE - 1};
    put_prefix(&arn, scope, "config");
    put(&arn, ":conformance-pack/");
    put(&arn, name);
    put(&arn, "/");
    put(&arn, id);
    return text;
}

/* RFC 4122, version 1: the time in units of 100 ns since the Gregorian calendar began, then a clock sequence and a
 * node, which here are made from what the UUID is for. */
static void put_uuid(struct arn *arn, int64_t time, uint64_t node)
{
    const uint64_t ticks = ((uint64_t)time + 12219292800000U) * 10000;
    put_hex(arn, ticks, 8);
    put(arn, "-");
    put_hex(arn, ticks >> 32, 4);
    put(arn, "-1");
    put_hex(arn, ticks >> 48, 3);
    put(arn, "-");
    put_hex(arn, 0x8000 | (node >> 48 & 0x3fff), 4);
    put(arn, "-");
    put_hex(arn, node, 12);
}

const char *identity_stack_arn(const struct scope *scope, const char *name, const char *id, int64_t created_at,
                               char text[ARN_SIZE])
{
    struct arn arn = {text, ARN_SIZE - 1};
    put_prefix(&arn, scope, "cloudformation");
    put(&arn, ":stack/awsconfigconforms-");
    put(&arn, name);
    put(&arn, "-");
    put(&arn, id);
    put(&arn, "/");
    put_uuid(&arn, created_at, mix_bits(digest(digest(0, scope->account), id)));
    return text;
}
