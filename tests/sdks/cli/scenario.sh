#!/bin/bash
# scenario.sh AWS : the scenario with the AWS CLI, which is that command
set -euo pipefail
aws=$1
export AWS_PAGER=

template='
Resources:
  Versioning:
    Type: AWS::Config::ConfigRule
    Properties:
      ConfigRuleName: versioning
      Source: {Owner: AWS, SourceIdentifier: S3_BUCKET_VERSIONING_ENABLED}
'

config() { # OPERATION ARGUMENT... in $region
    "$aws" --endpoint-url "$MOCK_URL" --region "${region:-us-east-1}" --output text configservice "$@"
}

state() { # NAME : None when the pack is gone
    config describe-conformance-pack-status --conformance-pack-names "$1" \
        --query 'ConformancePackStatusDetails[0].ConformancePackState'
}

await() { # NAME STATE
    for _ in {1..20}; do
        [ "$(state "$1")" != "$2" ] || return 0
    done
    echo "$1 is never $2" >&2
    return 1
}

refused() { # KIND ERROR OPERATION ARGUMENT...
    local kind=$1 error=$2 said status=0
    shift 2
    said=$(config "$@" 2>&1) || status=$?
    # 254, and 255 in old versions, is what the service refused
    if [ $status -lt 254 ] || [[ $said != *"An error occurred ($error) when calling"* ]]; then
        echo "$kind $error: exit status $status: $said" >&2
        return 1
    fi
    echo "ok $kind $error"
}

full=us-west-2     # where there are as many packs as there may be
troubled=eu-west-1 # which throttles, and permits nothing
put=(put-conformance-pack --template-body "$template" --conformance-pack-name)

[[ $(config "${put[@]}" mine) == arn:aws:config:us-east-1:* ]]
echo "ok put"
[ "$(state mine)" = CREATE_IN_PROGRESS ]
echo "ok in progress"
refused put ResourceInUseException "${put[@]}" mine
refused delete ResourceInUseException delete-conformance-pack --conformance-pack-name mine
await mine CREATE_COMPLETE
echo "ok complete"

names=$(region=$full config describe-conformance-pack-status \
    --query 'ConformancePackStatusDetails[].[ConformancePackName]')
[ "$names" = "$(printf 'pack-%03d\n' {0..44})" ]
echo "ok pages"

refused describe InvalidLimitException describe-conformance-pack-status --limit 21
refused describe InvalidNextTokenException describe-conformance-pack-status --next-token bogus
refused describe InvalidParameterValueException describe-conformance-pack-status --conformance-pack-names 'not a name'
refused describe NoSuchConformancePackException describe-conformance-packs --conformance-pack-names ghost
refused put InvalidParameterValueException put-conformance-pack --conformance-pack-name no-template
refused put ConformancePackTemplateValidationException \
    put-conformance-pack --conformance-pack-name empty --template-body 'Resources: {}'
region=$full refused put MaxNumberOfConformancePacksExceededException "${put[@]}" one-more
region=$troubled refused put InsufficientPermissionsException "${put[@]}" mine
refused delete NoSuchConformancePackException delete-conformance-pack --conformance-pack-name ghost

region=$troubled config describe-conformance-pack-status # gets through at the third try
echo "ok retry"

config delete-conformance-pack --conformance-pack-name mine
echo "ok delete"
await mine None
echo "ok gone"
