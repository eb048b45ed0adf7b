#!/usr/bin/env bash
# The music collection with the AWS CLI: create a table, put two songs, query, delete one, drop the table.
# usage: music-collection.sh [ENDPOINT]      e.g. http://127.0.0.1:8000, which is also the default
set -euo pipefail

endpoint=${1:-${AWS_ENDPOINT_URL_DYNAMODB:-http://127.0.0.1:8000}}
table=${TABLE:-MusicCollection}

# A cluster that does not check signatures takes any name and secret; the CLI only insists on having some.
export AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-alternator}
export AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-unused}
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
export AWS_PAGER= AWS_MAX_ATTEMPTS=2

dynamodb() { aws dynamodb "$@" --endpoint-url "$endpoint" --output json; }
step() { printf '\n== %s\n' "$1"; }
song() { printf '{"Artist":{"S":"%s"},"SongTitle":{"S":"%s"},"AlbumTitle":{"S":"%s"}}' "$@"; }

step "create $table: Artist is the hash key, SongTitle the range key"
dynamodb create-table --table-name "$table" \
    --attribute-definitions AttributeName=Artist,AttributeType=S AttributeName=SongTitle,AttributeType=S \
    --key-schema AttributeName=Artist,KeyType=HASH AttributeName=SongTitle,KeyType=RANGE \
    --provisioned-throughput ReadCapacityUnits=1,WriteCapacityUnits=1 \
    --query 'TableDescription.[TableName,TableStatus]'

step "put two songs"
dynamodb put-item --table-name "$table" --item "$(song 'No One You Know' 'Call Me Today' 'Somewhat Famous')"
dynamodb put-item --table-name "$table" --item "$(song 'No One You Know' 'Scared of My Shadow' 'Blue Sky Blues')"

step "query one song by its whole key"
dynamodb query --table-name "$table" \
    --key-condition-expression 'Artist = :artist AND SongTitle = :title' \
    --expression-attribute-values '{":artist":{"S":"No One You Know"},":title":{"S":"Call Me Today"}}' \
    --query 'Items[].[SongTitle.S,AlbumTitle.S]'

step "query all songs of the artist"
dynamodb query --table-name "$table" \
    --key-condition-expression 'Artist = :artist' \
    --expression-attribute-values '{":artist":{"S":"No One You Know"}}' \
    --query '{songs: Items[].SongTitle.S, count: Count}'

step "delete a song"
dynamodb delete-item --table-name "$table" \
    --key '{"Artist":{"S":"No One You Know"},"SongTitle":{"S":"Call Me Today"}}' \
    --return-values ALL_OLD --query 'Attributes.SongTitle.S'

step "drop the table"
dynamodb delete-table --table-name "$table" --query 'TableDescription.TableStatus'
dynamodb list-tables --query "contains(TableNames, '$table')"
