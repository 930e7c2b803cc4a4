#include "base/json_tree.h"
#include "server/operations/tags.h"
#include "server/template/template.h"

#include <string.h>

/* ---- the template ---- */

struct found_template {
    struct arena *arena;
    const char *body;
    bool found;
};

static void keep_template(void *arg, const char *body)
{
    struct found_template *found = arg;
    found->found = true;
    found->body = arena_strdup(found->arena, body);
}

/* The text behind an S3 URI or SSM document, where a fixture supplies it; `*body` stays NULL where none does. */
static bool fetch(const struct operation_call *call, const char *location, const char **body, struct aws_error *error)
{
    struct found_template found = {.arena = call->arena};
    const enum store_rc rc = store_template(call->settings->store, location, keep_template, &found);
    if (rc == STORE_FAILED || (found.found && found.body == NULL))
        return operation_failed(error);
    *body = found.body;
    return true;
}

/* The documentation asks for exactly one source; in 2021 to 2023 AWS was seen to take a body and a URI together. */
static bool check_sources(const struct operation_call *call, const struct pack_put *put, struct aws_error *error)
{
    const int sources = (put->content.template_body != NULL) + (put->content.template_s3_uri != NULL) +
                        (put->description.ssm_document_name != NULL);
    if (sources == 1 || (sources > 1 && !call->settings->one_template_only))
        return true;
    return aws_error_refuse(error, AWS_INVALID_PARAMETER_VALUE,
                            sources == 0
                                ? "One of TemplateS3Uri, TemplateBody and TemplateSSMDocumentDetails must be specified."
                                : "Only one of TemplateS3Uri, TemplateBody and TemplateSSMDocumentDetails can be "
                                  "specified.");
}

/* What the template's rules look like in the store. */
static bool keep_rules(const struct operation_call *call, const struct pack_template *template, struct pack_put *put)
{
    struct pack_rule *rules = arena_calloc(call->arena, template->rule_count + 1, sizeof *rules);
    if (rules == NULL)
        return false;
    for (size_t i = 0; i < template->rule_count; i++) {
        const struct template_rule *rule = &template->rules[i];
        rules[i] = (struct pack_rule){
            .name = rule->name,
            .source_owner = rule->source_owner,
            .source_identifier = rule->source_identifier,
            .input_parameters = rule->input_parameters,
        };
    }
    put->content.rules = rules;
    put->content.rule_count = template->rule_count;
    return true;
}

static bool read_template(const struct operation_call *call, const char *body, size_t limit, struct pack_put *put,
                          struct aws_error *error)
{
    const struct template_parameter pseudo[] = {
        {"AWS::AccountId", call->scope.account},
        {"AWS::Region", call->scope.region},
    };
    const struct pack_description *pack = &put->description;
    struct template_parameter *parameters = arena_calloc(call->arena, pack->parameter_count + 1, sizeof *parameters);
    if (parameters == NULL)
        return operation_failed(error);
    for (size_t i = 0; i < pack->parameter_count; i++)
        parameters[i] = (struct template_parameter){pack->parameters[i].name, pack->parameters[i].value};
    const struct template_source source = {
        .text = body,
        .length = strlen(body),
        .limit = limit,
        .parameters = parameters,
        .parameter_count = pack->parameter_count,
        .pseudo_parameters = pseudo,
        .pseudo_parameter_count = sizeof pseudo / sizeof pseudo[0],
    };
    struct pack_template template;
    const char *message = NULL;
    if (!template_read(call->arena, &source, &template, &message))
        return aws_error_refuse(error, AWS_CONFORMANCE_PACK_TEMPLATE_VALIDATION, message);
    return keep_rules(call, &template, put) || operation_failed(error);
}

/* Finds and reads the template. One that is only pointed at, and that no fixture supplies, is believed. */
static bool use_template(const struct operation_call *call, struct pack_put *put, struct aws_error *error)
{
    const char *body = put->content.template_body;
    size_t limit = TEMPLATE_BODY_BYTES;
    if (!check_sources(call, put, error))
        return false;
    if (body == NULL) {
        const char *uri = put->content.template_s3_uri;
        limit = TEMPLATE_S3_BYTES;
        if (!fetch(call, uri != NULL ? uri : put->description.ssm_document_name, &body, error))
            return false;
    }
    return body == NULL || read_template(call, body, limit, put, error);
}

/* ---- the input ---- */

static bool read_parameters(const struct operation_call *call, struct pack_description *pack)
{
    const cJSON *list = json_member(call->input, "ConformancePackInputParameters");
    struct input_parameter *parameters =
        arena_calloc(call->arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *parameters);
    const cJSON *element = NULL;
    if (parameters == NULL)
        return false;
    pack->parameters = parameters;
    cJSON_ArrayForEach(element, list)
    {
        parameters[pack->parameter_count++] = (struct input_parameter){
            json_member_text(element, "ParameterName"),
            json_member_text(element, "ParameterValue"),
        };
    }
    return true;
}

static bool read_input(const struct operation_call *call, struct pack_put *put)
{
    const cJSON *input = call->input;
    const cJSON *document = json_member(input, "TemplateSSMDocumentDetails");
    *put = (struct pack_put){
        .description =
            {
                .name = json_member_text(input, "ConformancePackName"),
                .delivery_s3_bucket = json_member_text(input, "DeliveryS3Bucket"),
                .delivery_s3_key_prefix = json_member_text(input, "DeliveryS3KeyPrefix"),
                .ssm_document_name = json_member_text(document, "DocumentName"),
                .ssm_document_version = json_member_text(document, "DocumentVersion"),
            },
        .content =
            {
                .template_body = json_member_text(input, "TemplateBody"),
                .template_s3_uri = json_member_text(input, "TemplateS3Uri"),
            },
    };
    put->content.tag_count = tags_read(call, &put->content.tags);
    return put->content.tags != NULL && read_parameters(call, &put->description);
}

bool put_conformance_pack(const struct operation_call *call, struct aws_error *error)
{
    struct pack_put put;
    char arn[ARN_SIZE];
    if (!read_input(call, &put))
        return operation_failed(error);
    if (!use_template(call, &put, error))
        return false;
    const struct operation_settings *settings = call->settings;
    switch (store_put_pack(settings->store, &call->scope, &put, &settings->progression, settings->pack_quota, arn)) {
    case STORE_OK:
        json_member_string(call->output, "ConformancePackArn", arn);
        return true;
    case STORE_IN_USE:
        return operation_pack_in_use(call, put.description.name, error);
    case STORE_TOO_MANY:
        return operation_refuse(call, error, AWS_MAX_CONFORMANCE_PACKS_EXCEEDED,
                                "Failed to put conformance pack '%s' because the account already contains %lld "
                                "conformance packs in this region.",
                                put.description.name, (long long)settings->pack_quota);
    default:
        return operation_failed(error);
    }
}
