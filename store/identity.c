#include "store/identity.h"

#include "base/mix.h"
#include "base/uuid.h"

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

/* An ARN on its way. There are two in each row of each answer, so printf has no hand in them. What does not fit is cut.
 */
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

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND; how long it is. */
static size_t put_beginning(char text[ARNS_BEGINNING], const struct scope *scope, const char *service, const char *kind)
{
    const char *const parts[] = {"arn", identity_partition(scope->region), service, scope->region, scope->account,
                                 kind};
    struct arn arn = {text, ARNS_BEGINNING - 1};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 0)
            put_bytes(&arn, ":", 1);
        put(&arn, parts[i]);
    }
    return (size_t)(arn.end - text);
}

struct arns identity_arns(const struct scope *scope)
{
    struct arns arns;
    arns.pack_length = put_beginning(arns.pack, scope, "config", "conformance-pack/");
    arns.stack_length = put_beginning(arns.stack, scope, "cloudformation", "stack/awsconfigconforms-");
    arns.account = digest(0, scope->account);
    return arns;
}

const char *identity_pack_arn(const struct arns *arns, const char *name, const char *id, char text[ARN_SIZE])
{
    struct arn arn = {text, ARN_SIZE - 1};
    put_bytes(&arn, arns->pack, arns->pack_length);
    put(&arn, name);
    put_bytes(&arn, "/", 1);
    put(&arn, id);
    return text;
}

/* RFC 4122, version 1: the time in units of 100 ns since the Gregorian calendar began, then a clock sequence and a
 * node, which here are made from what the UUID is for. */
static void write_uuid(char uuid[UUID_LENGTH], int64_t time, uint64_t node)
{
    const uint64_t ticks = ((uint64_t)time + 12219292800000U) * 10000;
    const uint64_t version = 0x1000 | (ticks >> 48 & 0x0fff);
    const uint64_t variant = UINT64_C(2) << 62;
    uuid_write(ticks << 32 | (ticks >> 32 & 0xffff) << 16 | version, variant | (node & ~(UINT64_C(3) << 62)), uuid);
}

const char *identity_stack_arn(const struct arns *arns, const char *name, const char *id, int64_t created_at,
                               char text[ARN_SIZE])
{
    char uuid[UUID_LENGTH];
    struct arn arn = {text, ARN_SIZE - 1};
    write_uuid(uuid, created_at, mix_bits(digest(arns->account, id)));
    put_bytes(&arn, arns->stack, arns->stack_length);
    put(&arn, name);
    put_bytes(&arn, "-", 1);
    put(&arn, id);
    put_bytes(&arn, "/", 1);
    put_bytes(&arn, uuid, UUID_LENGTH);
    return text;
}
