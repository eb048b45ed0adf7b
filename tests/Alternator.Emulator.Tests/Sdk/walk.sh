#!/usr/bin/env bash
# Walks through Alternator's operations with the AWS CLI. Usage: walk.sh ENDPOINT [all]; keys come from the environment.
# Every call of the CLI takes a second or more; without "all" it makes the usual ones only.
set -euo pipefail
endpoint=$1
d() { aws --endpoint-url "$endpoint" --output text dynamodb "$@"; }
expect() { [ "$1" = "$2" ] || { echo "expected '$1', got '$2'" >&2; exit 1; }; }

expect ACTIVE "$(d create-table --table-name cli --key-schema AttributeName=p,KeyType=HASH --attribute-definitions AttributeName=p,AttributeType=S --billing-mode PAY_PER_REQUEST --query TableDescription.TableStatus)"
d put-item --table-name cli --item '{"p":{"S":"a"},"n":{"N":"1"}}'
expect 2 "$(d update-item --table-name cli --key '{"p":{"S":"a"}}' --update-expression 'ADD n :one' --expression-attribute-values '{":one":{"N":"1"}}' --return-values ALL_NEW --query Attributes.n.N)"
expect 1 "$(d query --table-name cli --key-condition-expression 'p = :p' --expression-attribute-values '{":p":{"S":"a"}}' --query Count)"

if [ "${2:-}" = all ]; then
    d batch-write-item --request-items '{"cli":[{"PutRequest":{"Item":{"p":{"S":"b"}}}},{"PutRequest":{"Item":{"p":{"S":"c"}}}}]}' >/dev/null
    expect 2 "$(d batch-get-item --request-items '{"cli":{"Keys":[{"p":{"S":"b"}},{"p":{"S":"c"}}]}}' --query 'length(Responses.cli)')"
    expect 3 "$(d scan --table-name cli --query Count)"
    expect 2 "$(d get-item --table-name cli --key '{"p":{"S":"a"}}' --query Item.n.N)"
    d delete-item --table-name cli --key '{"p":{"S":"c"}}'
    expect cli "$(d list-tables --query 'TableNames[0]')"
    arn=$(d describe-table --table-name cli --query Table.TableArn)
    d tag-resource --resource-arn "$arn" --tags Key=team,Value=a Key=old,Value=b
    d untag-resource --resource-arn "$arn" --tag-keys old
    expect team "$(d list-tags-of-resource --resource-arn "$arn" --query 'Tags[*].Key')"
    d update-time-to-live --table-name cli --time-to-live-specification Enabled=true,AttributeName=e >/dev/null
    expect ENABLED "$(d describe-time-to-live --table-name cli --query TimeToLiveDescription.TimeToLiveStatus)"
    expect DISABLED "$(d describe-continuous-backups --table-name cli --query ContinuousBackupsDescription.ContinuousBackupsStatus)"
    expect "${endpoint#http://}" "$(d describe-endpoints --query 'Endpoints[0].Address')"
    d update-table --table-name cli --attribute-definitions AttributeName=g,AttributeType=S --global-secondary-index-updates '[{"Create":{"IndexName":"by-g","KeySchema":[{"AttributeName":"g","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}}]' >/dev/null
    until [ "$(d describe-table --table-name cli --query 'Table.GlobalSecondaryIndexes[0].IndexStatus')" = ACTIVE ]; do :; done
    d update-table --table-name cli --stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY >/dev/null
    s() { aws --endpoint-url "$endpoint" --output text dynamodbstreams "$@"; }
    stream=$(s list-streams --table-name cli --query 'Streams[0].StreamArn')
    shard=$(s describe-stream --stream-arn "$stream" --query 'StreamDescription.Shards[0].ShardId')
    iterator=$(s get-shard-iterator --stream-arn "$stream" --shard-id "$shard" --shard-iterator-type TRIM_HORIZON --query ShardIterator)
    expect 0 "$(s get-records --shard-iterator "$iterator" --query 'length(Records)')"
    error=$(d transact-get-items --transact-items '[{"Get":{"TableName":"cli","Key":{"p":{"S":"a"}}}}]' 2>&1) && { echo "a transaction was accepted" >&2; exit 1; }
    [[ $error == *UnknownOperationException* ]]
fi

expect DELETING "$(d delete-table --table-name cli --query TableDescription.TableStatus)"
echo walked
