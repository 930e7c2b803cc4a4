#include "server/operations/pack_page.h"

#include <stdio.h>

struct answer {
    struct json_writer *output;
    char last[PACK_NAME_SIZE]; /* the name the page ends with */
};

/* Always there, as in AWS's own sample answers, empty where the pack has none. */
static void write_parameters(struct json_writer *output, const struct pack_description *pack)
{
    json_key(output, "ConformancePackInputParameters");
    json_begin_array(output);
    for (size_t i = 0; i < pack->parameter_count; i++) {
        json_begin_object(output);
        json_member_string(output, "ParameterName", pack->parameters[i].name);
        json_member_string(output, "ParameterValue", pack->parameters[i].value);
        json_end_object(output);
    }
    json_end_array(output);
}

static void write_ssm_document(struct json_writer *output, const struct pack_description *pack)
{
    if (pack->ssm_document_name == NULL)
        return;
    json_key(output, "TemplateSSMDocumentDetails");
    json_begin_object(output);
    json_member_string(output, "DocumentName", pack->ssm_document_name);
    json_optional_string(output, "DocumentVersion", pack->ssm_document_version);
    json_end_object(output);
}

/* One ConformancePackDetail, its members in the model's order. */
static void write_details(void *arg, const struct pack_details *details)
{
    struct answer *answer = arg;
    struct json_writer *output = answer->output;
    const struct pack_description *pack = &details->description;
    json_begin_object(output);
    json_member_string(output, "ConformancePackName", pack->name);
    json_member_string(output, "ConformancePackArn", pack->arn);
    json_member_string(output, "ConformancePackId", pack->id);
    json_optional_string(output, "DeliveryS3Bucket", pack->delivery_s3_bucket);
    json_optional_string(output, "DeliveryS3KeyPrefix", pack->delivery_s3_key_prefix);
    write_parameters(output, pack);
    json_optional_epoch_seconds(output, "LastUpdateRequestedTime", details->requested_at);
    json_optional_string(output, "CreatedBy", pack->created_by);
    write_ssm_document(output, pack);
    json_end_object(output);
    snprintf(answer->last, sizeof answer->last, "%s", pack->name);
}

bool describe_conformance_packs(const struct operation_call *call, struct aws_error *error)
{
    struct pack_page page;
    struct answer answer = {.output = call->output};
    bool more = false;
    if (!pack_page_read(call, "DescribeConformancePacks", &page, error) || !pack_page_check_names(call, &page, error))
        return false;
    json_key(call->output, "ConformancePackDetails");
    json_begin_array(call->output);
    const enum store_rc rc =
        store_pack_details(call->settings->store, &call->scope, &page.query, write_details, &answer, &more);
    json_end_array(call->output);
    if (rc != STORE_OK)
        return operation_failed(error);
    return !more || operation_write_token(call, &page.binding, answer.last, error);
}
