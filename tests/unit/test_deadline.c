#include "server/http/deadline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ALLOWED = 100 };

static void in_an_empty_line_no_one_is_due(void **state)
{
    struct deadline_line line;
    (void)state;
    deadline_line_init(&line, ALLOWED);
    assert_null(deadline_due(&line, INT64_MAX));
    assert_true(deadline_wait(&line, 0) == INT64_MAX);
}

static void who_stands_longest_is_due_first(void **state)
{
    struct deadline_line line;
    struct deadline first = {0};
    struct deadline second = {0};
    (void)state;
    deadline_line_init(&line, ALLOWED);
    deadline_set(&line, &first, 1000);
    deadline_set(&line, &second, 1030);
    assert_int_equal(deadline_wait(&line, 1030), 70);
    assert_null(deadline_due(&line, 1099));
    assert_ptr_equal(deadline_due(&line, 1100), &first);
    assert_int_equal(deadline_wait(&line, 1100), 0);
    assert_int_equal(deadline_wait(&line, 5000), 0);
    deadline_clear(&first);
    assert_null(deadline_due(&line, 1129));
    assert_int_equal(deadline_wait(&line, 1129), 1);
    assert_ptr_equal(deadline_due(&line, 1130), &second);
    deadline_clear(&second);
    assert_null(deadline_due(&line, INT64_MAX));
}

static void who_is_set_again_goes_to_the_end(void **state)
{
    struct deadline_line line;
    struct deadline first = {0};
    struct deadline second = {0};
    (void)state;
    deadline_line_init(&line, ALLOWED);
    deadline_set(&line, &first, 0);
    deadline_set(&line, &second, 10);
    deadline_set(&line, &first, 20);
    assert_ptr_equal(deadline_due(&line, 500), &second);
    deadline_clear(&second);
    assert_null(deadline_due(&line, 119));
    assert_ptr_equal(deadline_due(&line, 120), &first);
}

static void stands_in_one_line_at_a_time(void **state)
{
    struct deadline_line patient;
    struct deadline_line hasty;
    struct deadline deadline = {0};
    (void)state;
    deadline_line_init(&patient, ALLOWED);
    deadline_line_init(&hasty, 5);
    deadline_set(&patient, &deadline, 0);
    deadline_set(&hasty, &deadline, 10);
    assert_null(deadline_due(&patient, INT64_MAX));
    assert_ptr_equal(deadline_due(&hasty, 15), &deadline);
}

static void who_stands_nowhere_may_be_taken_out(void **state)
{
    struct deadline_line line;
    struct deadline in = {0};
    struct deadline out = {0};
    (void)state;
    deadline_line_init(&line, ALLOWED);
    deadline_set(&line, &in, 0);
    deadline_clear(&out);
    deadline_set(&line, &out, 0);
    deadline_clear(&out);
    deadline_clear(&out);
    assert_ptr_equal(deadline_due(&line, ALLOWED), &in);
    deadline_clear(&in);
    assert_null(deadline_due(&line, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_an_empty_line_no_one_is_due),      cmocka_unit_test(who_stands_longest_is_due_first),
        cmocka_unit_test(who_is_set_again_goes_to_the_end),    cmocka_unit_test(stands_in_one_line_at_a_time),
        cmocka_unit_test(who_stands_nowhere_may_be_taken_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
