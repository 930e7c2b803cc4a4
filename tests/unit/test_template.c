#include "server/template/template.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { MOST_PARAMETERS = 8 };

/* One reading of a template. */
struct reading {
    struct arena arena;
    struct pack_template template;
    const char *message;
    bool good;
};

static int set_up(void **state)
{
    static struct reading reading;
    reading = (struct reading){.good = false};
    *state = &reading;
    return 0;
}

static int tear_down(void **state)
{
    struct reading *reading = *state;
    arena_free(&reading->arena);
    return 0;
}

static void read_source(struct reading *reading, const struct template_source *source)
{
    arena_free(&reading->arena);
    reading->message = "untouched";
    reading->good = template_read(&reading->arena, source, &reading->template, &reading->message);
}

static void read_with(struct reading *reading, const char *text, const struct template_parameter *parameters)
{
    static const struct template_parameter pseudo[] = {{"AWS::Region", "eu-west-1"},
                                                       {"AWS::AccountId", "111122223333"}};
    struct template_source source = {.text = text,
                                     .length = strlen(text),
                                     .parameters = parameters,
                                     .pseudo_parameters = pseudo,
                                     .pseudo_parameter_count = 2};
    while (parameters != NULL && parameters[source.parameter_count].name != NULL)
        source.parameter_count++;
    read_source(reading, &source);
}

static void read_text(struct reading *reading, const char *text)
{
    read_with(reading, text, NULL);
}

static void assert_good(const struct reading *reading)
{
    if (!reading->good)
        print_error("refused: %s\n", reading->message != NULL ? reading->message : "(out of memory)");
    assert_true(reading->good);
    assert_null(reading->message);
}

static void assert_accepted(struct reading *reading, const char *text)
{
    read_text(reading, text);
    assert_good(reading);
}

/* The message is AWS's frame around `error`. */
static void assert_message(const struct reading *reading, const char *error)
{
    char expected[4096];
    (void)snprintf(expected, sizeof expected,
                   "Invalid conformance pack template provided. Errors found: [%s]. Fix your template and try again.",
                   error);
    assert_false(reading->good);
    assert_non_null(reading->message);
    assert_string_equal(reading->message, expected);
}

static void assert_refused(struct reading *reading, const char *text, const char *error)
{
    read_text(reading, text);
    assert_message(reading, error);
}

static void assert_message_has(const struct reading *reading, const char *part)
{
    assert_false(reading->good);
    assert_non_null(reading->message);
    if (strstr(reading->message, part) == NULL)
        print_error("\"%s\" is not in: %s\n", part, reading->message);
    assert_non_null(strstr(reading->message, part));
}

#define RULE(id) "  " id ":\n    Type: AWS::Config::ConfigRule\n"
#define ONE_RULE "Resources:\n" RULE("Rule")

/* A rule whose input parameters are the expression under test. */
#define GIVEN(expression)                                                                                              \
    "Resources:\n" RULE("Other") RULE("Rule") "    Properties:\n      InputParameters: " expression "\n"

static const char *input(const struct reading *reading)
{
    assert_good(reading);
    assert_int_equal(reading->template.rule_count, 2);
    return reading->template.rules[1].input_parameters;
}

/* ---- what is read ---- */

static const char sample[] = "# A pack in the style of AWS's own samples.\n"
                             "Parameters:\n"
                             "  KeyAgeParamMaxAge:\n"
                             "    Default: '90'\n"
                             "    Type: String\n"
                             "  BucketParamNames:\n"
                             "    Default: ''\n"
                             "    Type: String\n"
                             "Resources:\n"
                             "  KeyAge:\n"
                             "    Properties:\n"
                             "      ConfigRuleName: key-age\n"
                             "      Description: >-\n"
                             "        Keys are\n"
                             "        rotated.\n"
                             "      InputParameters:\n"
                             "        maxAccessKeyAge:\n"
                             "          Fn::If:\n"
                             "          - keyAgeParamMaxAge\n"
                             "          - Ref: KeyAgeParamMaxAge\n"
                             "          - Ref: AWS::NoValue\n"
                             "        bucketNames:\n"
                             "          Fn::If:\n"
                             "          - bucketParamNames\n"
                             "          - Ref: BucketParamNames\n"
                             "          - Ref: AWS::NoValue\n"
                             "        limit: 7\n"
                             "        strict: true\n"
                             "      MaximumExecutionFrequency: TwentyFour_Hours\n"
                             "      Scope:\n"
                             "        ComplianceResourceTypes:\n"
                             "        - AWS::IAM::User\n"
                             "      Source:\n"
                             "        Owner: AWS\n"
                             "        SourceIdentifier: ACCESS_KEYS_ROTATED\n"
                             "    Type: AWS::Config::ConfigRule\n"
                             "    Controls: [A.1]\n"
                             "  Buckets:\n"
                             "    Type: AWS::Config::ConfigRule\n"
                             "    Condition: bucketParamNames\n"
                             "  Repair:\n"
                             "    Type: AWS::Config::RemediationConfiguration\n"
                             "    DependsOn: KeyAge\n"
                             "    Properties:\n"
                             "      ConfigRuleName: {Ref: KeyAge}\n"
                             "      TargetType: SSM_DOCUMENT\n"
                             "      TargetId: AWS-Repair\n"
                             "Conditions:\n"
                             "  keyAgeParamMaxAge:\n"
                             "    Fn::Not:\n"
                             "    - Fn::Equals:\n"
                             "      - ''\n"
                             "      - Ref: KeyAgeParamMaxAge\n"
                             "  bucketParamNames:\n"
                             "    Fn::Not:\n"
                             "    - Fn::Equals:\n"
                             "      - ''\n"
                             "      - Ref: BucketParamNames\n";

static void test_sample(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, sample);
    assert_int_equal(reading->template.rule_count, 1);
    const struct template_rule *rule = &reading->template.rules[0];
    assert_string_equal(rule->name, "key-age");
    assert_string_equal(rule->source_owner, "AWS");
    assert_string_equal(rule->source_identifier, "ACCESS_KEYS_ROTATED");
    assert_string_equal(rule->input_parameters, "{\"maxAccessKeyAge\":\"90\",\"limit\":\"7\",\"strict\":\"true\"}");
}

static void test_sample_with_other_parameters(void **state)
{
    struct reading *reading = *state;
    static const struct template_parameter given[] = {
        {"BucketParamNames", "a,b"}, {"KeyAgeParamMaxAge", ""}, {NULL, NULL}};
    read_with(reading, sample, given);
    assert_good(reading);
    assert_int_equal(reading->template.rule_count, 2);
    assert_string_equal(reading->template.rules[0].input_parameters,
                        "{\"bucketNames\":\"a,b\",\"limit\":\"7\",\"strict\":\"true\"}");
    assert_string_equal(reading->template.rules[1].name, "Buckets");
}

static void test_absent_properties(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, ONE_RULE);
    assert_int_equal(reading->template.rule_count, 1);
    const struct template_rule *rule = &reading->template.rules[0];
    assert_string_equal(rule->name, "Rule");
    assert_null(rule->source_owner);
    assert_null(rule->source_identifier);
    assert_null(rule->input_parameters);
}

static void test_carriage_returns_and_short_tags(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "Parameters:\r"
                             "  Age:\r"
                             "    Default: '30'\r"
                             "    Type: String\r"
                             "Conditions:\r"
                             "  hasAge: !Not [!Equals ['', !Ref Age]]\r"
                             "  both: !And [!Condition hasAge, !Equals [a, a]]\r"
                             "  either: !Or [!Condition both, !Equals [a, b]]\r"
                             "Resources:\r"
                             "  Rule:\r"
                             "    Type: AWS::Config::ConfigRule\r"
                             "    Condition: either\r"
                             "    Properties:\r"
                             "      InputParameters:\r"
                             "        age: !If\r"
                             "        - hasAge\r"
                             "        - !Ref Age\r"
                             "        - !Ref AWS::NoValue\r");
    assert_int_equal(reading->template.rule_count, 1);
    assert_string_equal(reading->template.rules[0].input_parameters, "{\"age\":\"30\"}");
}

static void test_line_ends(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "Resources:\r\n  Rule:\r\n    Type: AWS::Config::ConfigRule\r\n");
    assert_accepted(reading, "\xef\xbb\xbfResources:\n  Rule:\n    Type: AWS::Config::ConfigRule");
    assert_accepted(reading, "---\nResources: {Rule: {Type: AWS::Config::ConfigRule}}\n...\n");
}

static void test_block_scalars(void **state)
{
    struct reading *reading = *state;
    read_text(reading, GIVEN("|\n        one: {\n        two\n"));
    assert_string_equal(input(reading), "one: {\ntwo\n");
    read_text(reading, GIVEN(">\n        one\n        two\n"));
    assert_string_equal(input(reading), "one two\n");
    read_text(reading, GIVEN("|-\n        let x = 1\n"));
    assert_string_equal(input(reading), "let x = 1");
}

static void test_json(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "{\n\t\"Parameters\": {\"Age\": {\"Type\": \"String\", \"Default\": 30}},\n"
                             "\t\"Conditions\":{\"c\":{\"Fn::Equals\":[{\"Ref\":\"Age\"},\"30\"]}},\n"
                             "\t\"Resources\": {\"Rule\":{\"Type\":\"AWS::Config::ConfigRule\",\"Condition\":\"c\",\n"
                             "\t\t\"Properties\": {\"ConfigRuleName\": \"a\\/b \\u00e9 \\\"q\\\" \\ud83d\\ude00\",\n"
                             "\t\t\t\"InputParameters\": {\"age\": {\"Ref\": \"Age\"}, \"on\": true}}}}\n}\n");
    assert_string_equal(reading->template.rules[0].name, "a/b \xc3\xa9 \"q\" \xf0\x9f\x98\x80");
    assert_string_equal(reading->template.rules[0].input_parameters, "{\"age\":\"30\",\"on\":\"true\"}");
}

static void test_json_surrogates(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "{\"Resources\":{\"Rule\":{\"Type\":\"AWS::Config::ConfigRule\",\"Properties\":"
                             "{\"ConfigRuleName\":\"\\\\ud83d\\ud83d\\ude00\\\\\\uDBFF\\uDFFF\"}}}}");
    assert_string_equal(reading->template.rules[0].name, "\\ud83d\xf0\x9f\x98\x80\\\xf4\x8f\xbf\xbf");
    read_text(reading, "{\"a\":\"\\ud83d\"}");
    assert_message_has(reading, "YAML not well-formed. (line 1, column ");
    read_text(reading, GIVEN("'\\ud83d\\ude00'"));
    assert_string_equal(input(reading), "\\ud83d\\ude00");
}

static void test_input_parameters_as_text(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, ONE_RULE "    Properties: {InputParameters: '{\"a\": 1}'}\n");
    assert_string_equal(reading->template.rules[0].input_parameters, "{\"a\": 1}");
    assert_accepted(reading, ONE_RULE "    Properties: {InputParameters: {l: [x, {y: \"\\x01\\\"\"}]}}\n");
    assert_string_equal(reading->template.rules[0].input_parameters, "{\"l\":[\"x\",{\"y\":\"\\u0001\\\"\"}]}");
}

static void test_plain_booleans(void **state)
{
    struct reading *reading = *state;
    read_text(reading, GIVEN("Yes"));
    assert_string_equal(input(reading), "true");
    read_text(reading, GIVEN("off"));
    assert_string_equal(input(reading), "false");
    read_text(reading, GIVEN("'Yes'"));
    assert_string_equal(input(reading), "Yes");
    read_text(reading, GIVEN("!!str no"));
    assert_string_equal(input(reading), "no");
    read_text(reading, GIVEN("! no"));
    assert_string_equal(input(reading), "no");
    assert_accepted(reading, "Parameters: {No: {Type: String, Default: No}}\n"
                             "Conditions: {Yes: !Equals [!Ref No, 'false']}\n"
                             "Resources: {On: {Type: AWS::Config::ConfigRule, Condition: Yes, DependsOn: On,\n"
                             "  Properties: {InputParameters: !If [Yes, !Ref On, {Ref: No}]}}}\n");
    assert_string_equal(reading->template.rules[0].name, "On");
    assert_string_equal(reading->template.rules[0].input_parameters, "On");
}

/* ---- YAML ---- */

static void test_not_well_formed(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "Resources:\n  Rule: [\n    a\n  b: c\n",
                   "Template format error: YAML not well-formed. (line 4, column 4)");
    assert_refused(reading, "Resources:\r  Rule: [\r    a\r  b: c\r",
                   "Template format error: YAML not well-formed. (line 4, column 4)");
    assert_refused(reading, "Resources:\n\tRule: x\n",
                   "Template format error: YAML not well-formed. (line 2, column 1)");
    assert_refused(reading, "a: 'b\n", "Template format error: YAML not well-formed. (line 2, column 1)");
    assert_refused(reading, "a: b: c\n", "Template format error: YAML not well-formed. (line 1, column 5)");
    assert_refused(reading, "a: \"\\0\"\n", "Template format error: YAML not well-formed. (line 1, column 4)");
}

static void test_bad_characters(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "\xc3\xa9: x\r\nb:\r  \xff\n",
                   "Template format error: YAML not well-formed. (line 3, column 3)");
    assert_refused(reading, "\xc3\xa9: \x01\n", "Template format error: YAML not well-formed. (line 1, column 4)");
    const struct template_source nul = {.text = "a: \0\n", .length = 5};
    read_source(reading, &nul);
    assert_message(reading, "Template format error: YAML not well-formed. (line 1, column 4)");
}

static void test_several_documents(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "---\n" ONE_RULE "---\n" ONE_RULE,
                   "Template format error: YAML not well-formed. (line 5, column 1)");
    assert_accepted(reading, "---\n" ONE_RULE "...\n");
}

static void test_top_level(void **state)
{
    struct reading *reading = *state;
    static const char *const texts[] = {"", "# nothing\n", "text", "- a\n- b\n", "3", "---\n...\n", "null", "[]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_refused(reading, texts[i], "Template format error: unsupported structure.");
}

static void test_nulls(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "Parameters:\n" ONE_RULE, "[/Parameters] 'null' values are not allowed in templates");
    assert_refused(reading, GIVEN("[a, {b: ~}]"),
                   "[/Resources/Rule/Properties/InputParameters/1/b] 'null' values are not allowed in templates");
    assert_refused(reading, GIVEN("!!null ''"),
                   "[/Resources/Rule/Properties/InputParameters] 'null' values are not allowed in templates");
    assert_accepted(reading, GIVEN("''"));
    assert_accepted(reading, GIVEN("'null'"));
}

static void test_duplicate_keys(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, ONE_RULE "  Other:\n    Type: AWS::Config::ConfigRule\n" RULE("Rule"),
                   "Template format error: YAML mapping has the key 'Rule' twice. (line 6, column 3)");
    assert_refused(reading, "{\"a\": 1, \"b\": {\"c\": 1, \"c\": 1}}",
                   "Template format error: YAML mapping has the key 'c' twice. (line 1, column 24)");
    assert_accepted(reading, ONE_RULE RULE("rule"));
}

static void test_keys(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "[a]: b\n", "Template format error: Every key must be a string. (line 1, column 1)");
    assert_refused(reading, "!Ref a: b\n", "Template format error: Every key must be a string. (line 1, column 1)");
    assert_refused(reading, "a: &x {b: c}\nd:\n  <<: *x\n",
                   "Template error: YAML hash merges are not allowed in CloudFormation templates. (line 3, column 3)");
    assert_accepted(reading, ONE_RULE "    Metadata: {'<<': a}\n");
}

static void test_tags(void **state)
{
    struct reading *reading = *state;
    read_text(reading, GIVEN("!Reference x"));
    assert_message_has(reading, "Encountered unsupported function: !Reference Supported functions are: [Fn::Base64,");
    assert_refused(reading, "a: !!set {b}\n",
                   "Template format error: YAML tag tag:yaml.org,2002:set is not supported. (line 1, column 4)");
    read_text(reading, GIVEN("!<!Ref> Other"));
    assert_string_equal(input(reading), "Other");
}

/* ---- anchors ---- */

static void test_anchors(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "Resources:\n"
                             "  A: &rule\n"
                             "    Type: &type AWS::Config::ConfigRule\n"
                             "    Properties: &properties {InputParameters: shared, Source: {Owner: AWS}}\n"
                             "  B: *rule\n"
                             "  C: {Type: *type, Properties: *properties}\n"
                             "  *type : {Type: *type}\n");
    assert_int_equal(reading->template.rule_count, 4);
    assert_string_equal(reading->template.rules[1].name, "B");
    assert_string_equal(reading->template.rules[1].input_parameters, "shared");
    assert_string_equal(reading->template.rules[2].source_owner, "AWS");
    assert_string_equal(reading->template.rules[3].name, "AWS::Config::ConfigRule");
}

static void test_anchor_of_a_function(void **state)
{
    struct reading *reading = *state;
    read_text(reading, "X: &ref !Ref AWS::Region\n" GIVEN("*ref"));
    assert_string_equal(input(reading), "eu-west-1");
}

static void test_anchor_defined_again(void **state)
{
    struct reading *reading = *state;
    read_text(reading, "X: &a one\nY: &a two\n" GIVEN("*a"));
    assert_string_equal(input(reading), "two");
}

static void test_bad_aliases(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "a: *nowhere\n", "Template format error: YAML not well-formed. (line 1, column 4)");
    assert_refused(reading, "a: &x [*x]\n",
                   "Template error: YAML alias x stands for a value that contains it. (line 1, column 8)");
    assert_refused(reading, "&x a: &y {b: [c, {d: *y}]}\n",
                   "Template error: YAML alias y stands for a value that contains it. (line 1, column 22)");
}

/* Ten levels, each nine times the one before: 9^10 values. */
static void test_billion_laughs(void **state)
{
    struct reading *reading = *state;
    struct buffer text = {0};
    buffer_append_text(&text, "l0: &l0 lol\n");
    for (int level = 1; level <= 10; level++) {
        buffer_printf(&text, "l%d: &l%d [", level, level);
        for (int i = 0; i < 9; i++)
            buffer_printf(&text, "%s*l%d", i > 0 ? "," : "", level - 1);
        buffer_append_text(&text, "]\n");
    }
    buffer_append(&text, "", 1);
    const clock_t start = clock();
    read_text(reading, text.data);
    assert_true(clock() - start < CLOCKS_PER_SEC / 4);
    assert_true(reading->arena.total < (size_t)1024 * 1024);
    assert_message_has(reading, "the template holds too many values, its YAML aliases expanded. (line 6, column ");
    buffer_free(&text);
}

/* A long text many times over: few values, many bytes. */
static void test_quadratic_blowup(void **state)
{
    struct reading *reading = *state;
    struct buffer text = {0};
    buffer_append_text(&text, "a: &a ");
    for (int i = 0; i < 20000; i++)
        buffer_append_char(&text, 'x');
    buffer_append_text(&text, "\n" ONE_RULE "    Properties:\n      InputParameters: [");
    for (int i = 0; i < 5000; i++)
        buffer_append_text(&text, "*a ,");
    buffer_append_text(&text, "]\n");
    buffer_append(&text, "", 1);
    read_text(reading, text.data);
    assert_message_has(reading, "the template holds too many values, its YAML aliases expanded.");
    assert_true(reading->arena.total < (size_t)1024 * 1024);
    buffer_free(&text);
}

/* Nested sequences around an alias of others: neither is too deep by itself. */
static void append_nested(struct buffer *text, size_t levels, const char *inside)
{
    for (size_t i = 0; i < levels; i++)
        buffer_append_char(text, '[');
    buffer_append_text(text, inside);
    for (size_t i = 0; i < levels; i++)
        buffer_append_char(text, ']');
    buffer_append_text(text, "\n");
}

static void read_nested(struct reading *reading, size_t anchored, size_t levels, const char *inside)
{
    struct buffer text = {0};
    buffer_append_text(&text, "x: &x ");
    append_nested(&text, anchored, "a");
    buffer_append_text(&text, "y: ");
    append_nested(&text, levels, inside);
    buffer_append_text(&text, ONE_RULE);
    buffer_append(&text, "", 1);
    read_text(reading, text.data);
    buffer_free(&text);
}

static void test_depth(void **state)
{
    struct reading *reading = *state;
    read_nested(reading, 0, TEMPLATE_DEPTH - 2, "a"); /* the top level and the scalar are levels too */
    assert_good(reading);
    read_nested(reading, 0, TEMPLATE_DEPTH - 1, "a");
    assert_message(reading, "Template error: the template is nested more than 64 levels deep. (line 2, column 67)");
    read_nested(reading, 40, TEMPLATE_DEPTH - 42, "*x");
    assert_good(reading);
    read_nested(reading, 40, TEMPLATE_DEPTH - 41, "*x");
    assert_message_has(reading, "nested more than 64 levels deep. (line 2, ");
    read_nested(reading, 0, TEMPLATE_DEPTH - 3, "!Ref a"); /* a short tag is a level */
    assert_good(reading);
    read_nested(reading, 0, TEMPLATE_DEPTH - 2, "!Ref a");
    assert_message_has(reading, "nested more than 64 levels deep. (line 2, ");
    read_nested(reading, 0, 20000, "a");
    assert_message_has(reading, "nested more than 64 levels deep. (line 2, column 67)");
}

static void test_number_of_anchors(void **state)
{
    struct reading *reading = *state;
    for (int more = 0; more <= 1; more++) {
        struct buffer text = {0};
        buffer_append_text(&text, ONE_RULE "x:\n");
        for (int i = 0; i < TEMPLATE_ANCHORS + more; i++)
            buffer_printf(&text, "- &a%d b\n", i);
        buffer_append(&text, "", 1);
        read_text(reading, text.data);
        buffer_free(&text);
        assert_int_equal(reading->good, more == 0);
    }
    assert_message(reading, "Template error: the template has more than 1000 YAML anchors. (line 1005, column 3)");
}

/* One value more than allowed. Top level, its three keys, Resources' four, x's sequence: nine stand beside the items.
 */
static void test_number_of_values(void **state)
{
    struct reading *reading = *state;
    for (int more = 0; more <= 1; more++) {
        struct buffer text = {0};
        buffer_append_text(&text, ONE_RULE "x: [");
        for (int i = 0; i < TEMPLATE_NODES - 9 + more; i++)
            buffer_append_text(&text, "a,");
        buffer_append_text(&text, "]\n");
        buffer_append(&text, "", 1);
        read_text(reading, text.data);
        buffer_free(&text);
        assert_int_equal(reading->good, more == 0);
    }
    assert_message_has(reading, "the template holds too many values");
}

/* ---- length and number ---- */

static void test_length(void **state)
{
    struct reading *reading = *state;
    char text[TEMPLATE_BODY_BYTES + 1];
    memset(text, '#', sizeof text);
    memcpy(text, ONE_RULE, sizeof ONE_RULE - 1);
    struct template_source source = {.text = text, .length = TEMPLATE_BODY_BYTES};
    read_source(reading, &source);
    assert_good(reading);
    source.length++;
    read_source(reading, &source);
    assert_message(reading, "Template may not exceed 51200 bytes in size.");
    source.limit = TEMPLATE_S3_BYTES;
    read_source(reading, &source);
    assert_good(reading);
}

static void read_resources(struct reading *reading, int rules, int remediations)
{
    struct buffer text = {0};
    buffer_append_text(&text, "Conditions: {never: !Equals [a, b]}\nResources:\n");
    for (int i = 0; i < rules; i++)
        buffer_printf(&text, "  Rule%d: {Type: AWS::Config::ConfigRule%s}\n", i, i == 0 ? ", Condition: never" : "");
    for (int i = 0; i < remediations; i++)
        buffer_printf(&text, "  Repair%d: {Type: AWS::Config::RemediationConfiguration}\n", i);
    buffer_append(&text, "", 1);
    read_text(reading, text.data);
    buffer_free(&text);
}

static void test_number_of_resources(void **state)
{
    struct reading *reading = *state;
    static const char too_many[] = "Number of resources provided in the template exceeds the allowed limit";
    read_resources(reading, 130, 0);
    assert_good(reading);
    assert_int_equal(reading->template.rule_count, 129);
    read_resources(reading, 131, 0);
    assert_message(reading, too_many);
    read_resources(reading, 100, 30);
    assert_good(reading);
    assert_int_equal(reading->template.rule_count, 99);
    read_resources(reading, 100, 31);
    assert_message(reading, too_many);
}

/* ---- sections ---- */

static void test_resources(void **state)
{
    struct reading *reading = *state;
    static const char none[] = "Template format error: At least one Resources member must be defined.";
    assert_refused(reading, "Conditions: {}\n", none);
    assert_refused(reading, "{}", none);
    assert_refused(reading, "Resources: {}\n", none);
    assert_refused(reading, "Resources: [a]\n", "Template format error: Every Resources member must be an object.");
    assert_refused(reading, "Parameters: []\n" ONE_RULE,
                   "Template format error: Every Parameters member must be an object.");
    assert_refused(reading, "Conditions: x\n" ONE_RULE,
                   "Template format error: Every Conditions member must be an object.");
}

static void test_resource(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "Resources: {A: text}\n",
                   "Template format error: [/Resources/A] resource definition is malformed");
    assert_refused(reading, "Resources: {A: {Properties: {}}}\n",
                   "Template format error: [/Resources/A] Every Resources object must contain a Type member.");
    assert_refused(reading, "Resources: {A: {Type: {Ref: AWS::Region}}}\n",
                   "Template format error: [/Resources/A] Every Type member must be a string.");
    assert_refused(reading, ONE_RULE "    Properties: []\n",
                   "Template format error: [/Resources/Rule] Every Properties member must be an object.");
    assert_refused(reading, ONE_RULE "    Condition: [a]\n",
                   "Template format error: Every Condition member must be a string.");
}

static void test_types(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading,
                   "Resources:\n  A: {Type: AWS::S3::Bucket}\n  B: {Type: AWS::Config::ConfigRule}\n"
                   "  C: {Type: AWS::IAM::Role}\n  D: {Type: AWS::S3::Bucket}\n",
                   "Template format error: Unrecognized resource types: [AWS::IAM::Role, AWS::S3::Bucket]");
    assert_accepted(reading, "Resources: {A: {Type: AWS::Config::RemediationConfiguration}}\n");
    assert_int_equal(reading->template.rule_count, 0);
}

/* ---- parameters ---- */

#define PARAMETERS                                                                                                     \
    "Parameters:\n"                                                                                                    \
    "  A: {Type: String}\n"                                                                                            \
    "  B: {Type: String, Default: x, AllowedValues: [x, y, 3]}\n"                                                      \
    "  C: {Type: String}\n"

static void test_parameters_without_value(void **state)
{
    struct reading *reading = *state;
    static const struct template_parameter both[] = {{"A", "1"}, {"C", ""}, {NULL, NULL}};
    assert_refused(reading, PARAMETERS ONE_RULE, "Parameters: [A, C] must have values");
    read_with(reading, PARAMETERS ONE_RULE, &both[1]);
    assert_message(reading, "Parameters: [A] must have values");
    read_with(reading, PARAMETERS ONE_RULE, both);
    assert_good(reading);
}

static void test_parameters_not_declared(void **state)
{
    struct reading *reading = *state;
    static const struct template_parameter given[] = {{"A", "1"}, {"Z", "1"}, {"C", "1"}, {"D", "1"}, {NULL, NULL}};
    read_with(reading, PARAMETERS ONE_RULE, given);
    assert_message(reading, "Parameters: [D, Z] do not exist in the template");
    read_with(reading, ONE_RULE, given);
    assert_message(reading, "Parameter values specified for a template which does not require them.");
}

static void test_allowed_values(void **state)
{
    struct reading *reading = *state;
    struct template_parameter given[] = {{"A", "1"}, {"C", "1"}, {"B", "3"}, {NULL, NULL}};
    read_with(reading, PARAMETERS ONE_RULE, given);
    assert_good(reading);
    given[2].value = "z";
    read_with(reading, PARAMETERS ONE_RULE, given);
    assert_message(reading, "Parameter 'B' must be one of AllowedValues");
    assert_refused(reading, "Parameters: {A: {Type: String, Default: c, AllowedValues: [a]}}\n" ONE_RULE,
                   "Parameter 'A' must be one of AllowedValues");
    assert_refused(
        reading,
        "Parameters: {A: {Type: String, Default: c, AllowedValues: [a], ConstraintDescription: only a}}\n" ONE_RULE,
        "Parameter A failed to satisfy constraint: only a");
}

static void test_parameter_given_twice(void **state)
{
    struct reading *reading = *state;
    static const struct template_parameter given[] = {{"P", "one"}, {"P", "two"}, {NULL, NULL}};
    read_with(reading, "Parameters: {P: {Type: String}}\n" GIVEN("!Ref P"), given);
    assert_string_equal(input(reading), "two");
}

static void test_declarations(void **state)
{
    struct reading *reading = *state;
    static const char without_type[] = "Template format error: Every Parameters object must contain a Type member.";
    assert_refused(reading, "Parameters: {A: {Default: x}}\n" ONE_RULE, without_type);
    assert_refused(reading, "Parameters: {A: x}\n" ONE_RULE, without_type);
    assert_refused(reading, "Parameters: {A: {Type: String, Default: [x]}}\n" ONE_RULE,
                   "Template format error: Every Default member must be a string.");
    assert_refused(reading, "Parameters: {A: {Type: String, Default: x, AllowedValues: x}}\n" ONE_RULE,
                   "Template format error: Every AllowedValues member must be a list.");
}

/* ---- references ---- */

static void test_ref(void **state)
{
    struct reading *reading = *state;
    read_text(reading, "Parameters: {P: {Type: String, Default: value}}\n" GIVEN("!Ref P"));
    assert_string_equal(input(reading), "value");
    read_text(reading, GIVEN("!Ref Other"));
    assert_string_equal(input(reading), "Other");
    read_text(reading, GIVEN("{Ref: AWS::AccountId}"));
    assert_string_equal(input(reading), "111122223333");
    read_text(reading, GIVEN("!Ref AWS::StackName"));
    assert_string_equal(input(reading), "AWS::StackName");
    read_text(reading, GIVEN("!Ref AWS::NoValue"));
    assert_null(input(reading));
    read_text(reading, GIVEN("{Ref: a, Other: b}"));
    assert_string_equal(input(reading), "{\"Ref\":\"a\",\"Other\":\"b\"}");
}

static void test_unresolved(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, GIVEN("[!Ref Nope, !Ref Absent, {Ref: Nope}, !Ref AWS::Nonsense]"),
                   "Template format error: Unresolved resource dependencies [AWS::Nonsense, Absent, Nope] in the "
                   "Resources block of the template");
    assert_refused(reading, ONE_RULE "    DependsOn: [Rule, Gone]\n",
                   "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the "
                   "template");
    assert_refused(reading, ONE_RULE "    DependsOn: Gone\n",
                   "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the "
                   "template");
    assert_refused(reading, GIVEN("!Ref [a]"), "Template error: All References must be of type string");
    assert_refused(reading, "Conditions: {c: !Equals [!Ref Rule, !Ref Gone]}\n" ONE_RULE,
                   "Template format error: Unresolved dependencies [Gone, Rule]. Cannot reference resources in the "
                   "Conditions block of the template");
}

static void test_ref_to_a_resource_out_of_force(void **state)
{
    struct reading *reading = *state;
    static const char text[] = "Parameters: {P: {Type: String, Default: b}}\n"
                               "Conditions: {c: !Equals [a, !Ref P]}\n"
                               "Resources:\n"
                               "  A: {Type: AWS::Config::ConfigRule, Condition: c}\n"
                               "  R: {Type: AWS::Config::RemediationConfiguration, DependsOn: A,\n"
                               "      Properties: {ConfigRuleName: !Ref A}}\n";
    static const struct template_parameter given[] = {{"P", "a"}, {NULL, NULL}};
    assert_refused(reading, text,
                   "Template format error: Unresolved resource dependencies [A] in the Resources block of the "
                   "template");
    read_with(reading, text, given);
    assert_good(reading);
    assert_string_equal(reading->template.rules[0].name, "A");
}

static void test_ref_out_of_force_in_any_property(void **state)
{
    struct reading *reading = *state;
    static const char *const resources[] = {
        "{Type: AWS::Config::ConfigRule, Properties: {Description: !Ref A}}",
        "{Type: AWS::Config::ConfigRule, Properties: {Scope: {ComplianceResourceTypes: [x, !Sub '${A}']}}}",
        "{Type: AWS::Config::RemediationConfiguration, Properties: {Parameters: {p: !Join ['', [!Ref A]]}}}",
    };
    for (size_t i = 0; i < sizeof resources / sizeof resources[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text,
                       "Conditions: {c: !Equals [a, b]}\nResources:\n"
                       "  A: {Type: AWS::Config::ConfigRule, Condition: c}\n  B: %s\n",
                       resources[i]);
        assert_refused(reading, text,
                       "Template format error: Unresolved resource dependencies [A] in the Resources block of the "
                       "template");
    }
}

static void test_rule_names(void **state)
{
    struct reading *reading = *state;
    assert_accepted(reading, "Parameters: {P: {Type: String, Default: named}}\n"
                             "Resources:\n"
                             "  A: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: !Ref B}}\n"
                             "  B: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: !Ref P}}\n"
                             "  C: {Type: AWS::Config::ConfigRule, Properties: {ConfigRuleName: !Ref AWS::NoValue, "
                             "InputParameters: !Ref B}}\n");
    assert_string_equal(reading->template.rules[0].name, "B");
    assert_string_equal(reading->template.rules[1].name, "named");
    assert_string_equal(reading->template.rules[2].name, "C");
    assert_string_equal(reading->template.rules[2].input_parameters, "named");
}

/* ---- conditions ---- */

/* Whether a rule with that condition is in force. */
static bool holds(struct reading *reading, const char *condition)
{
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "Parameters: {P: {Type: String, Default: x}}\nConditions:\n  yes: !Equals [a, a]\n  no: !Not "
                   "[!Condition yes]\n  tested: %s\n" ONE_RULE "    Condition: tested\n",
                   condition);
    assert_accepted(reading, text);
    return reading->template.rule_count == 1;
}

static void test_conditions(void **state)
{
    struct reading *reading = *state;
    static const struct {
        const char *condition;
        bool holds;
    } cases[] = {
        {"!Equals [a, a]", true},
        {"!Equals [a, A]", false},
        {"!Equals [!Ref P, x]", true},
        {"!Equals [y, !Ref P]", false},
        {"!Equals [!Ref AWS::Region, eu-west-1]", true},
        {"!Equals [true, 'true']", true},
        {"!Equals [3, '3']", true},
        {"!Equals [!Join ['-', [a, !Ref P]], a-x]", true},
        {"!Equals [!Sub '${P}y', xy]", true},
        {"!Equals [!Select [0, [a]], !Select [0, [a]]]", true},
        {"!Equals [!Select [0, [a]], a]", false},
        {"!Not [!Equals [a, a]]", false},
        {"!Not [!Condition no]", true},
        {"{Condition: yes}", true},
        {"{Condition: no}", false},
        {"!And [!Condition yes, !Condition yes]", true},
        {"!And [!Condition yes, !Condition no]", false},
        {"!Or [!Condition no, !Condition no]", false},
        {"!Or [!Condition no, !Condition yes]", true},
        {"{Fn::And: [{Fn::Not: [{Condition: no}]}, {Fn::Or: [{Condition: no}, {Fn::Equals: [a, a]}]}]}", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (holds(reading, cases[i].condition) != cases[i].holds)
            fail_msg("%s is not %s", cases[i].condition, cases[i].holds ? "true" : "false");
    }
}

static void assert_condition_refused(struct reading *reading, const char *condition, const char *error)
{
    char text[1024];
    (void)snprintf(text, sizeof text, "Conditions:\n  yes: !Equals [a, a]\n  tested: %s\n" ONE_RULE, condition);
    assert_refused(reading, text, error);
}

static void test_bad_conditions(void **state)
{
    struct reading *reading = *state;
    static const struct {
        const char *condition;
        const char *error;
    } cases[] = {
        {"text", "Template format error: Conditions can only be boolean operations on parameters and other conditions"},
        {"!Ref AWS::Region",
         "Template format error: Conditions can only be boolean operations on parameters and other conditions"},
        {"{Fn::Equals: [a, a], more: b}",
         "Template format error: Conditions can only be boolean operations on parameters and other conditions"},
        {"!Equals [a]", "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Equals [a, b, c]", "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Equals a", "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Equals [a, [b]]", "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Equals [{a: b}, b]", "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Equals [!Ref AWS::NoValue, b]",
         "Template error: every Fn::Equals object requires a list of 2 string parameters."},
        {"!Not [!Condition yes, !Condition yes]",
         "Template error: every Fn::Not object requires a list with exactly 1 boolean parameter."},
        {"{Fn::Not: {Condition: yes}}",
         "Template error: every Fn::Not object requires a list with exactly 1 boolean parameter."},
        {"!Not ['true']", "Template error: every Fn::Not object requires a list with exactly 1 boolean parameter."},
        {"!And [!Condition yes]",
         "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters."},
        {"!Or [!Condition yes, x]",
         "Template error: every Fn::Or object requires a list of at least 2 and at most 10 boolean parameters."},
        {"!Condition gone", "Template error: unresolved condition dependency gone in Condition"},
        {"!Condition [yes]", "Template error: All Conditions must be of type string"},
        {"!Equals [!If [yes, a, b], a]",
         "Template format error: Following functions are not supported in the Conditions block of the template: "
         "[Fn::If]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_condition_refused(reading, cases[i].condition, cases[i].error);
}

static void test_operands(void **state)
{
    struct reading *reading = *state;
    for (int count = 10; count <= 11; count++) {
        struct buffer text = {0};
        buffer_append_text(&text, "Conditions:\n  c: !And [");
        for (int i = 0; i < count; i++)
            buffer_append_text(&text, "!Equals [a, a],");
        buffer_append_text(&text, "]\n" ONE_RULE);
        buffer_append(&text, "", 1);
        read_text(reading, text.data);
        buffer_free(&text);
        assert_int_equal(reading->good, count == 10);
    }
}

static void test_circular_conditions(void **state)
{
    struct reading *reading = *state;
    assert_refused(reading, "Conditions: {a: !Not [!Condition a]}\n" ONE_RULE,
                   "Template format error: Circular dependency between conditions: [a]");
    assert_refused(
        reading,
        "Conditions:\n  a: !Not [!Condition b]\n  b: !Or [!Equals [x, x], !Condition c]\n  c: !Condition a\n" ONE_RULE,
        "Template format error: Circular dependency between conditions: [a]");
    assert_accepted(reading, "Conditions:\n  a: !And [!Condition b, !Condition c]\n  b: !Condition d\n"
                             "  c: !Condition d\n  d: !Equals [x, x]\n" ONE_RULE "    Condition: a\n");
    assert_int_equal(reading->template.rule_count, 1);
}

/* A chain as long as a template can have: each condition waits for the next. */
static void test_chained_conditions(void **state)
{
    struct reading *reading = *state;
    struct buffer text = {0};
    enum { LENGTH = 2400 };
    buffer_append_text(&text, "Conditions:\n");
    for (int i = 0; i < LENGTH; i++)
        buffer_printf(&text, " c%d: !Condition c%d\n", i, i + 1);
    buffer_printf(&text, " c%d: !Equals [a, a]\n" ONE_RULE "    Condition: c0\n", LENGTH);
    buffer_append(&text, "", 1);
    struct template_source source = {.text = text.data, .length = text.length - 1, .limit = TEMPLATE_S3_BYTES};
    read_source(reading, &source);
    assert_good(reading);
    assert_int_equal(reading->template.rule_count, 1);
    buffer_free(&text);
}

static void test_condition_of_a_resource(void **state)
{
    struct reading *reading = *state;
    assert_refused(
        reading, ONE_RULE "    Condition: gone\n",
        "Template format error: Unresolved condition dependency gone in the Resources block of the template");
}

/* ---- functions among the properties ---- */

static void test_if(void **state)
{
    struct reading *reading = *state;
#define YES_NO "Conditions: {yes: !Equals [a, a], no: !Equals [a, b]}\n"
    read_text(reading, YES_NO GIVEN("!If [yes, x, y]"));
    assert_string_equal(input(reading), "x");
    read_text(reading, YES_NO GIVEN("!If [no, x, !If [yes, z, !Ref AWS::NoValue]]"));
    assert_string_equal(input(reading), "z");
    read_text(reading, YES_NO GIVEN("[a, !If [no, x, !Ref AWS::NoValue], b]"));
    assert_string_equal(input(reading), "[\"a\",\"b\"]");
    assert_accepted(reading,
                    YES_NO ONE_RULE "    Properties: {Source: !If [no, {Owner: AWS}, {Owner: CUSTOM_LAMBDA}]}\n");
    assert_string_equal(reading->template.rules[0].source_owner, "CUSTOM_LAMBDA");
}

static void test_bad_if(void **state)
{
    struct reading *reading = *state;
    static const char first[] =
        "Template error: Fn::If requires a list argument with the first element being a condition";
    static const char three[] = "Template error: Fn::If requires a list argument with three elements";
    assert_refused(reading, YES_NO GIVEN("!If yes"), first);
    assert_refused(reading, YES_NO GIVEN("!If []"), first);
    assert_refused(reading, YES_NO GIVEN("!If [!Ref yes, a, b]"), first);
    assert_refused(reading, YES_NO GIVEN("!If [yes]"), three);
    assert_refused(reading, YES_NO GIVEN("!If [yes, a]"), three);
    assert_refused(reading, YES_NO GIVEN("{Fn::If: [yes, a, b, c]}"), three);
    assert_refused(reading, YES_NO GIVEN("!If [gone, a, b]"),
                   "Template error: unresolved condition dependency gone in Fn::If");
    assert_refused(reading, YES_NO GIVEN("!If [yes, a, !Ref Gone]"),
                   "Template format error: Unresolved resource dependencies [Gone] in the Resources block of the "
                   "template");
}

static void test_join(void **state)
{
    struct reading *reading = *state;
    read_text(reading, GIVEN("!Join [', ', [a, !Ref AWS::Region, !Ref AWS::NoValue, c]]"));
    assert_string_equal(input(reading), "a, eu-west-1, c");
    read_text(reading, GIVEN("!Join ['', []]"));
    assert_string_equal(input(reading), "");
    read_text(reading, GIVEN("!Join ['-', !GetAZs x]"));
    assert_string_equal(input(reading), "{\"Fn::Join\":[\"-\",{\"Fn::GetAZs\":\"x\"}]}");
    read_text(reading, GIVEN("!Join [a]"));
    assert_message_has(reading, "every Fn::Join object requires two parameters, (1) a string delimiter");
    read_text(reading, GIVEN("!Join ['-', text]"));
    assert_message_has(reading, "every Fn::Join object requires two parameters, (1) a string delimiter");
}

static void test_sub(void **state)
{
    struct reading *reading = *state;
    static const struct {
        const char *argument;
        const char *result;
    } cases[] = {
        {"arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:f", "arn:aws:lambda:eu-west-1:111122223333:f"},
        {"${Other}${Rule}", "OtherRule"},
        {"a ${!Literal} $ { } $5 ${!", "a ${Literal} $ { } $5 ${"},
        {"open ${Other", "open ${Other"},
        {"${Other.Arn}", "${Other.Arn}"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, GIVEN("!Sub '%s'"), cases[i].argument);
        read_text(reading, text);
        assert_string_equal(input(reading), cases[i].result);
    }
    read_text(reading, GIVEN("!Sub ['${a}-${b}', {a: !Ref AWS::Region, b: 2}]"));
    assert_string_equal(input(reading), "eu-west-1-2");
}

static void test_bad_sub(void **state)
{
    struct reading *reading = *state;
    static const char *const misused[] = {"!Sub [a]", "!Sub {a: b}", "!Sub [a, b]", "!Sub [[a], {b: c}]"};
    for (size_t i = 0; i < sizeof misused / sizeof misused[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, GIVEN("%s"), misused[i]);
        read_text(reading, text);
        assert_message_has(reading, "One or more Fn::Sub intrinsic functions don't specify expected arguments.");
    }
    read_text(reading, GIVEN("!Sub '${a b}'"));
    assert_message_has(reading, "variable names in Fn::Sub syntax must contain only alphanumeric characters");
    read_text(reading, GIVEN("!Sub '${}'"));
    assert_message_has(reading, "variable names in Fn::Sub syntax must contain only alphanumeric characters");
    read_text(reading, GIVEN("!Sub '${Nope} ${Gone.Arn}'"));
    assert_message_has(reading, "Unresolved resource dependencies [Gone, Nope] in the Resources block");
}

/* A parameter of 4,096 bytes, named thousands of times. */
static void test_text_that_functions_make(void **state)
{
    struct reading *reading = *state;
    char value[4097];
    memset(value, 'v', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    const struct template_parameter given[] = {{"P", value}, {NULL, NULL}};
    static const char *const openings[] = {"!Sub '", "[", "!Join ['', ["};
    static const char *const repeated[] = {"${P}", "!Ref P,", "!Ref P,"};
    static const char *const endings[] = {"'", "]", "]]"};
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        struct buffer text = {0};
        buffer_append_text(&text, "Parameters: {P: {Type: String}}\n" ONE_RULE "    Properties:\n      Description: ");
        buffer_append_text(&text, openings[i]);
        for (int k = 0; k < 4000; k++)
            buffer_append_text(&text, repeated[i]);
        buffer_printf(&text, "%s\n", endings[i]);
        buffer_append(&text, "", 1);
        read_with(reading, text.data, given);
        buffer_free(&text);
        assert_message(reading, "Template error: the template is too large, its functions evaluated.");
        assert_true(reading->arena.total < (size_t)16 * 1024 * 1024);
    }
}

static void test_functions_left_alone(void **state)
{
    struct reading *reading = *state;
    read_text(reading, GIVEN("!GetAtt Other.Arn"));
    assert_string_equal(input(reading), "{\"Fn::GetAtt\":\"Other.Arn\"}");
    read_text(reading, GIVEN("!Select [1, [a, !Ref AWS::Region]]"));
    assert_string_equal(input(reading), "{\"Fn::Select\":[\"1\",[\"a\",\"eu-west-1\"]]}");
    read_text(reading, GIVEN("{Condition: anything}"));
    assert_string_equal(input(reading), "{\"Condition\":\"anything\"}");
    assert_refused(reading, GIVEN("!GetAtt Gone.Arn"),
                   "Template error: instance of Fn::GetAtt references undefined resource Gone");
    assert_refused(reading, GIVEN("{Fn::GetAtt: [Gone, Arn]}"),
                   "Template error: instance of Fn::GetAtt references undefined resource Gone");
    read_text(reading, GIVEN("!GetAtt Other"));
    assert_message_has(reading, "every Fn::GetAtt object requires two non-empty parameters");
}

static void test_unknown_functions(void **state)
{
    struct reading *reading = *state;
    static const char *const texts[] = {GIVEN("{Fn::Foo: [a]}"), GIVEN("[{Fn::Foo: a, b: c}]"),
                                        "Conditions: {c: !Equals [{Fn::Foo: a}, a]}\n" ONE_RULE};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        read_text(reading, texts[i]);
        assert_message_has(reading, "[Template Error: Encountered unsupported function: Fn::Foo Supported functions "
                                    "are: [Fn::Base64, Fn::GetAtt,");
    }
    read_text(reading, GIVEN("{fn::GetAtt: [Other, Arn]}"));
    assert_message_has(reading, "Encountered unsupported function: fn::GetAtt ");
}

/* ---- memory ---- */

/* With ever more memory, reading fails without a message until there is enough. */
static void test_memory_out(void **state)
{
    struct reading *reading = *state;
    static const struct template_parameter given[] = {{"BucketParamNames", "a"}, {NULL, NULL}};
    size_t failures = 0;
    for (size_t cap = 1; !reading->good; cap += 7) {
        arena_free(&reading->arena);
        reading->arena.cap = cap;
        read_with(reading, sample, given);
        if (!reading->good) {
            assert_null(reading->message);
            failures++;
        }
    }
    assert_int_equal(reading->template.rule_count, 2);
    assert_true(failures > 100);
}

static void test_memory_out_while_refusing(void **state)
{
    struct reading *reading = *state;
    static const char *const texts[] = {GIVEN("!Ref Gone"), "a: [",
                                        "a: &a [*a]",       "Resources: {A: {Type: B}}",
                                        GIVEN("{a: ~}"),    GIVEN("!Sub ['${Gone}', {a: b}]")};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        reading->message = NULL;
        for (size_t cap = 1; reading->message == NULL; cap += 7) {
            arena_free(&reading->arena);
            reading->arena.cap = cap;
            read_text(reading, texts[i]);
            assert_false(reading->good);
        }
        assert_message_has(reading, "Invalid conformance pack template provided. Errors found: [");
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_sample),
        TEST(test_sample_with_other_parameters),
        TEST(test_absent_properties),
        TEST(test_carriage_returns_and_short_tags),
        TEST(test_line_ends),
        TEST(test_block_scalars),
        TEST(test_json),
        TEST(test_json_surrogates),
        TEST(test_input_parameters_as_text),
        TEST(test_plain_booleans),
        TEST(test_not_well_formed),
        TEST(test_bad_characters),
        TEST(test_several_documents),
        TEST(test_top_level),
        TEST(test_nulls),
        TEST(test_duplicate_keys),
        TEST(test_keys),
        TEST(test_tags),
        TEST(test_anchors),
        TEST(test_anchor_of_a_function),
        TEST(test_anchor_defined_again),
        TEST(test_bad_aliases),
        TEST(test_billion_laughs),
        TEST(test_quadratic_blowup),
        TEST(test_depth),
        TEST(test_number_of_anchors),
        TEST(test_number_of_values),
        TEST(test_length),
        TEST(test_number_of_resources),
        TEST(test_resources),
        TEST(test_resource),
        TEST(test_types),
        TEST(test_parameters_without_value),
        TEST(test_parameters_not_declared),
        TEST(test_allowed_values),
        TEST(test_parameter_given_twice),
        TEST(test_declarations),
        TEST(test_ref),
        TEST(test_unresolved),
        TEST(test_ref_to_a_resource_out_of_force),
        TEST(test_ref_out_of_force_in_any_property),
        TEST(test_rule_names),
        TEST(test_conditions),
        TEST(test_bad_conditions),
        TEST(test_operands),
        TEST(test_circular_conditions),
        TEST(test_chained_conditions),
        TEST(test_condition_of_a_resource),
        TEST(test_if),
        TEST(test_bad_if),
        TEST(test_join),
        TEST(test_sub),
        TEST(test_bad_sub),
        TEST(test_text_that_functions_make),
        TEST(test_functions_left_alone),
        TEST(test_unknown_functions),
        TEST(test_memory_out),
        TEST(test_memory_out_while_refusing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
