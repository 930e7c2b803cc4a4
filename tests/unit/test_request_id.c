#include "server/aws/request_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void has_the_form_of_a_version_4_uuid(void **state)
{
    static const char form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    char id[REQUEST_ID_SIZE];
    (void)state;
    for (uint64_t number = 0; number < 1000; number++) {
        request_id_write(42, number, id);
        assert_int_equal(strlen(id), strlen(form));
        for (size_t i = 0; i < sizeof form - 1; i++) {
            const char *allowed = form[i] == 'x' ? "0123456789abcdef" : form[i] == 'y' ? "89ab" : (char[]){form[i], 0};
            if (strchr(allowed, id[i]) == NULL)
                fail_msg("%s at %zu", id, i);
        }
    }
}

static int compare(const void *left, const void *right)
{
    return strcmp(left, right);
}

static void never_repeats_in_a_run(void **state)
{
    enum { IDS = 50000 };
    char(*ids)[REQUEST_ID_SIZE] = malloc(sizeof *ids * IDS);
    (void)state;
    assert_non_null(ids);
    for (size_t i = 0; i < IDS; i++)
        request_id_write(7, i, ids[i]);
    qsort(ids, IDS, sizeof *ids, compare);
    for (size_t i = 1; i < IDS; i++)
        assert_string_not_equal(ids[i - 1], ids[i]);
    free(ids);
}

static void is_the_same_for_the_same_seed_only(void **state)
{
    char first[REQUEST_ID_SIZE];
    char second[REQUEST_ID_SIZE];
    (void)state;
    request_id_write(1, 5, first);
    request_id_write(1, 5, second);
    assert_string_equal(first, second);
    request_id_write(2, 5, second);
    assert_string_not_equal(first, second);
    request_id_write(UINT64_MAX, UINT64_MAX, second);
    assert_string_not_equal(first, second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_form_of_a_version_4_uuid),
        cmocka_unit_test(never_repeats_in_a_run),
        cmocka_unit_test(is_the_same_for_the_same_seed_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
