#include "server/aws/model/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DEEPEST_SHAPE = 16 };

static const struct operation *operation(const char *name)
{
    const struct operation *found = model_find_operation(name);
    assert_non_null(found);
    return found;
}

static const struct shape_member *member(const struct shape *structure, const char *name)
{
    for (size_t i = 0; i < structure->member_count; i++) {
        if (strcmp(structure->members[i].name, name) == 0)
            return &structure->members[i];
    }
    fail_msg("%s has no member %s", structure->name, name);
    return NULL;
}

static void finds_every_operation_by_its_exact_name(void **state)
{
    (void)state;
    assert_true(model_operation_count >= 97); /* what the 2014-11-12 model of early 2025 had */
    for (size_t i = 0; i < model_operation_count; i++) {
        assert_ptr_equal(operation(model_operations[i].name), &model_operations[i]);
        if (i > 0)
            assert_true(strcmp(model_operations[i - 1].name, model_operations[i].name) < 0);
    }
    static const char *const strangers[] = {
        "",   "describeConformancePackStatus", "DescribeConformancePackStatu", "DescribeConformancePackStatus2", "zzz",
        "Aaa"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        assert_null(model_find_operation(strangers[i]));
    assert_string_equal(model_target_prefix, "StarlingDoveService");
}

static void knows_what_an_operation_declares(void **state)
{
    (void)state;
    const struct operation *status = operation("DescribeConformancePackStatus");
    assert_true(operation_declares(status, "InvalidLimitException"));
    assert_true(operation_declares(status, "InvalidNextTokenException"));
    assert_true(operation_declares(status, "InvalidParameterValueException"));
    assert_false(operation_declares(status, "NoSuchConformancePackException"));
    assert_false(operation_declares(status, "InvalidLimit"));
    assert_false(operation_declares(operation("GetComplianceSummaryByConfigRule"), "ValidationException"));
}

static void holds_the_limits_of_the_heart(void **state)
{
    (void)state;
    const struct shape *input = operation("DescribeConformancePackStatus")->input;
    const struct shape *names = member(input, "ConformancePackNames")->shape;
    assert_int_equal(names->type, SHAPE_LIST);
    assert_int_equal(names->min, 0);
    assert_int_equal(names->max, 25);
    assert_int_equal(names->element->min, 1);
    assert_int_equal(names->element->max, 256);
    assert_string_equal(names->element->pattern, "[a-zA-Z][-a-zA-Z0-9]*");
    const struct shape *limit = member(input, "Limit")->shape;
    assert_int_equal(limit->type, SHAPE_INTEGER);
    assert_int_equal(limit->min, 0);
    assert_int_equal(limit->max, 20);
    const struct shape *token = member(input, "NextToken")->shape;
    assert_int_equal(token->min, SHAPE_NO_MIN);
    assert_int_equal(token->max, SHAPE_NO_MAX);

    const struct shape *put = operation("PutConformancePack")->input;
    assert_true(member(put, "ConformancePackName")->required);
    assert_false(member(put, "TemplateBody")->required);
    assert_int_equal(member(put, "TemplateBody")->shape->max, 51200);
}

static void keeps_members_and_enums_in_the_models_order(void **state)
{
    (void)state;
    const struct shape *output = operation("DescribeConformancePackStatus")->output;
    const struct shape *detail = member(output, "ConformancePackStatusDetails")->shape->element;
    static const char *const names[] = {"ConformancePackName",
                                        "ConformancePackId",
                                        "ConformancePackArn",
                                        "ConformancePackState",
                                        "StackArn",
                                        "ConformancePackStatusReason",
                                        "LastUpdateRequestedTime",
                                        "LastUpdateCompletedTime"};
    assert_true(detail->member_count >= 8); /* newer models append */
    for (size_t i = 0; i < 8; i++)
        assert_string_equal(detail->members[i].name, names[i]);
    const struct shape *pack_state = member(detail, "ConformancePackState")->shape;
    assert_true(pack_state->enum_count >= 5);
    assert_string_equal(pack_state->enum_values[0], "CREATE_IN_PROGRESS");
    assert_string_equal(pack_state->enum_values[1], "CREATE_COMPLETE");
    assert_string_equal(pack_state->enum_values[pack_state->enum_count - 1], "DELETE_FAILED");
}

static void has_an_input_for_each_operation_and_an_output_where_there_is_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_operation_count; i++) {
        assert_non_null(model_operations[i].input);
        assert_int_equal(model_operations[i].input->type, SHAPE_STRUCTURE);
    }
    assert_int_equal(operation("GetComplianceSummaryByConfigRule")->input->member_count, 0);
    assert_null(operation("DeleteConformancePack")->output);
    assert_non_null(operation("PutConformancePack")->output);
}

/* --- every shape that an operation reaches is whole ---------------------------------------------------------- */

typedef void shape_check(const struct shape *shape);

static void each_shape(const struct shape *shape, size_t depth, shape_check *check)
{
    assert_true(depth < DEEPEST_SHAPE); /* no shape of the model holds itself */
    check(shape);
    for (size_t i = 0; i < shape->member_count; i++)
        each_shape(shape->members[i].shape, depth + 1, check);
    if (shape->key != NULL)
        each_shape(shape->key, depth + 1, check);
    if (shape->element != NULL)
        each_shape(shape->element, depth + 1, check);
}

static void is_whole(const struct shape *shape)
{
    assert_true(shape->name[0] != '\0');
    assert_int_equal(shape->element != NULL, shape->type == SHAPE_LIST || shape->type == SHAPE_MAP);
    assert_int_equal(shape->key != NULL, shape->type == SHAPE_MAP);
    if (shape->key != NULL)
        assert_int_equal(shape->key->type, SHAPE_STRING);
    if (shape->type != SHAPE_STRUCTURE)
        assert_int_equal(shape->member_count, 0);
    if (shape->type != SHAPE_STRING)
        assert_true(shape->pattern == NULL && shape->enum_count == 0);
    if (shape->pattern != NULL) {
        assert_true(shape->pattern_index < model_pattern_count);
        assert_string_equal(model_patterns[shape->pattern_index], shape->pattern);
    }
    assert_true(shape->min == SHAPE_NO_MIN || shape->max == SHAPE_NO_MAX || shape->min <= shape->max);
}

static void every_shape_is_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_operation_count; i++) {
        each_shape(model_operations[i].input, 0, is_whole);
        if (model_operations[i].output != NULL)
            each_shape(model_operations[i].output, 0, is_whole);
    }
    assert_true(model_pattern_count > 0 && model_pattern_count <= MODEL_PATTERN_CAP);
}

static void fits_an_int(const struct shape *shape)
{
    if (shape->type != SHAPE_INTEGER && shape->type != SHAPE_LONG)
        return;
    assert_true(shape->min >= INT32_MIN && shape->max <= INT32_MAX);
}

/* So a handler, which sees only what passed validation, may take any number of its input for an int. */
static void every_integer_of_an_input_fits_an_int(void **state)
{
    (void)state;
    for (size_t i = 0; i < model_operation_count; i++)
        each_shape(model_operations[i].input, 0, fits_an_int);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_operation_by_its_exact_name),
        cmocka_unit_test(knows_what_an_operation_declares),
        cmocka_unit_test(holds_the_limits_of_the_heart),
        cmocka_unit_test(keeps_members_and_enums_in_the_models_order),
        cmocka_unit_test(has_an_input_for_each_operation_and_an_output_where_there_is_one),
        cmocka_unit_test(every_shape_is_whole),
        cmocka_unit_test(every_integer_of_an_input_fits_an_int),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
