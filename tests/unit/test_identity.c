#include "store/identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const struct scope virginia = {"123456789012", "us-east-1"};

static void ids_have_awss_form(void **state)
{
    char id[IDENTITY_ID];
    char name[32];
    (void)state;
    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "pack-%d", i);
        identity_pack_id(42, &virginia, name, i % 3 == 0 ? "" : "conformance-pack-uday4bbox", id);
        assert_int_equal(strlen(id), strlen("conformance-pack-uday4bbox"));
        assert_memory_equal(id, "conformance-pack-", 17);
        assert_int_equal(strspn(id + 17, "abcdefghijklmnopqrstuvwxyz0123456789"), 9);
    }
}

static int compare(const void *left, const void *right)
{
    return strcmp(left, right);
}

static void each_part_of_the_input_counts(void **state)
{
    static const struct {
        uint64_t seed;
        struct scope scope;
        const char *name;
        const char *before;
    } table[] = {
        {1, {"123456789012", "us-east-1"}, "pack", ""},
        {2, {"123456789012", "us-east-1"}, "pack", ""},
        {1, {"123456789013", "us-east-1"}, "pack", ""},
        {1, {"123456789012", "us-east-2"}, "pack", ""},
        {1, {"123456789012", "us-east-1"}, "pack2", ""},
        {1, {"123456789012", "us-east-1"}, "pack", "conformance-pack-uday4bbox"},
        {1, {"123456789012", "us-east-1p"}, "ack", ""},
        {UINT64_MAX, {"123456789012", "us-east-1"}, "pack", ""},
    };
    char ids[COUNT(table)][IDENTITY_ID];
    char again[IDENTITY_ID];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        identity_pack_id(table[i].seed, &table[i].scope, table[i].name, table[i].before, ids[i]);
        identity_pack_id(table[i].seed, &table[i].scope, table[i].name, table[i].before, again);
        assert_string_equal(ids[i], again);
    }
    qsort(ids, COUNT(table), sizeof ids[0], compare);
    for (size_t i = 1; i < COUNT(table); i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
}

static void arns_name_their_partition(void **state)
{
    static const struct {
        const char *region;
        const char *partition;
    } table[] = {
        {"us-east-1", "aws"}, {"eu-central-2", "aws"}, {"cn-north-1", "aws-cn"}, {"us-gov-west-1", "aws-us-gov"},
        {"us-gove-1", "aws"}, {"cnx", "aws"},
    };
    char arn[ARN_SIZE];
    char wanted[256];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const struct arns arns = identity_arns(&(struct scope){"111122223333", table[i].region});
        assert_string_equal(identity_partition(table[i].region), table[i].partition);
        snprintf(wanted, sizeof wanted,
                 "arn:%s:config:%s:111122223333:conformance-pack/baseline/conformance-pack-uday4bbox",
                 table[i].partition, table[i].region);
        assert_string_equal(identity_pack_arn(&arns, "baseline", "conformance-pack-uday4bbox", arn), wanted);
        snprintf(wanted, sizeof wanted,
                 "arn:%s:cloudformation:%s:111122223333:stack/awsconfigconforms-baseline-conformance-pack-uday4bbox/",
                 table[i].partition, table[i].region);
        identity_stack_arn(&arns, "baseline", "conformance-pack-uday4bbox", 0, arn);
        assert_memory_equal(arn, wanted, strlen(wanted));
    }
}

static void the_longest_names_fit(void **state)
{
    const struct arns arns = identity_arns(&virginia);
    char name[257];
    char id[ID_SIZE];
    char arn[ARN_SIZE];
    (void)state;
    memset(name, 'n', 256);
    memset(id, 'i', sizeof id - 1); /* 1,024 characters of four bytes */
    name[256] = id[sizeof id - 1] = '\0';
    const size_t length = strlen(identity_pack_arn(&arns, name, id, arn));
    assert_string_equal(arn + length - strlen(id), id);
    identity_stack_arn(&arns, name, id, 0, arn);
    assert_non_null(strstr(arn, id));
    assert_int_equal(strlen(strrchr(arn, '/')), 37);
}

/* The time inside a version-1 UUID, as milliseconds since 1970 (RFC 4122, 4.1.4). */
static int64_t uuid_time(const char *uuid)
{
    const uint64_t low = strtoull(uuid, NULL, 16); /* each ends at its hyphen */
    const uint64_t mid = strtoull(uuid + 9, NULL, 16);
    const uint64_t high = strtoull(uuid + 15, NULL, 16); /* behind the version */
    const uint64_t ticks = high << 48 | mid << 32 | low;
    return (int64_t)(ticks / 10000) - 12219292800000;
}

static void stacks_end_in_a_version_1_uuid_of_their_time(void **state)
{
    const struct arns arns = identity_arns(&virginia);
    static const char form[] = "/xxxxxxxx-xxxx-1xxx-yxxx-xxxxxxxxxxxx";
    const int64_t table[] = {0, 1, -1, 1573865201619, 1767225600000, 4102444800000, -12219292800000};
    char arn[ARN_SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *uuid = strrchr(identity_stack_arn(&arns, "p", "id", table[i], arn), '/');
        assert_int_equal(strlen(uuid), sizeof form - 1);
        for (size_t k = 0; k < sizeof form - 1; k++) {
            const char *allowed = form[k] == 'x' ? "0123456789abcdef" : form[k] == 'y' ? "89ab" : (char[]){form[k], 0};
            if (strchr(allowed, uuid[k]) == NULL)
                fail_msg("%s at %zu", uuid, k);
        }
        assert_int_equal(uuid_time(uuid + 1), table[i]);
    }
}

static void stacks_stay_the_same(void **state)
{
    const struct arns arns = identity_arns(&virginia);
    char first[ARN_SIZE];
    char second[ARN_SIZE];
    (void)state;
    identity_stack_arn(&arns, "p", "id", 1000, first);
    assert_string_equal(identity_stack_arn(&arns, "p", "id", 1000, second), first);
    identity_stack_arn(&arns, "p", "id2", 1000, second);
    assert_string_not_equal(strrchr(first, '-'), strrchr(second, '-'));
    /* every year there is can be written */
    assert_int_equal(strlen(identity_stack_arn(&arns, "p", "id", TIMESTAMP_MAX, second)), strlen(first));
    assert_int_equal(strlen(identity_stack_arn(&arns, "p", "id", TIMESTAMP_MIN, second)), strlen(first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_awss_form),
        cmocka_unit_test(each_part_of_the_input_counts),
        cmocka_unit_test(arns_name_their_partition),
        cmocka_unit_test(the_longest_names_fit),
        cmocka_unit_test(stacks_end_in_a_version_1_uuid_of_their_time),
        cmocka_unit_test(stacks_stay_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
