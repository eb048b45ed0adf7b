"""Walks through Alternator's operations with boto3. Usage: walk.py ENDPOINT ACCESS_KEY SECRET_KEY"""
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, access_key, secret_key = sys.argv[1:4]
session = dict(
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id=access_key,
    aws_secret_access_key=secret_key,
    config=Config(retries={"max_attempts": 0}),
)
db = boto3.client("dynamodb", **session)
streams = boto3.client("dynamodbstreams", **session)


def refused(code, call, **parameters):
    try:
        call(**parameters)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error
    raise AssertionError(f"{code} expected")


table = db.create_table(
    TableName="walk",
    KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "c", "KeyType": "RANGE"}],
    AttributeDefinitions=[
        {"AttributeName": "p", "AttributeType": "S"},
        {"AttributeName": "c", "AttributeType": "N"},
        {"AttributeName": "other", "AttributeType": "S"},
    ],
    LocalSecondaryIndexes=[{
        "IndexName": "local",
        "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "other", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }],
    BillingMode="PAY_PER_REQUEST",
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    Tags=[{"Key": "origin", "Value": "walk"}],
)["TableDescription"]
assert table["TableStatus"] == "ACTIVE"
db.get_waiter("table_exists").wait(TableName="walk")
assert "walk" in db.list_tables()["TableNames"]
assert db.describe_table(TableName="walk")["Table"]["LocalSecondaryIndexes"][0]["IndexName"] == "local"
refused("ResourceInUseException", db.create_table, TableName="walk",
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}], BillingMode="PAY_PER_REQUEST")

item = {"p": {"S": "a"}, "c": {"N": "1"}, "other": {"S": "o"}, "bytes": {"B": b"\x00\xff"}, "set": {"NS": ["1", "2.5"]},
        "map": {"M": {"list": {"L": [{"S": "é"}, {"BOOL": True}, {"NULL": True}]}}}}
db.put_item(TableName="walk", Item=item)
assert db.get_item(TableName="walk", Key={"p": {"S": "a"}, "c": {"N": "1"}}, ConsistentRead=True)["Item"]["map"] == item["map"]
new = db.update_item(
    TableName="walk", Key={"p": {"S": "a"}, "c": {"N": "1"}},
    UpdateExpression="SET #m.#l[0] = :v, n = if_not_exists(n, :z) + :one",
    ExpressionAttributeNames={"#m": "map", "#l": "list"},
    ExpressionAttributeValues={":v": {"S": "new"}, ":z": {"N": "0"}, ":one": {"N": "1"}},
    ReturnValues="ALL_NEW")["Attributes"]
assert new["map"]["M"]["list"]["L"][0] == {"S": "new"} and new["n"] == {"N": "1"}
failure = refused("ConditionalCheckFailedException", db.delete_item, TableName="walk", Key={"p": {"S": "a"}, "c": {"N": "1"}},
                  ConditionExpression="n > :n", ExpressionAttributeValues={":n": {"N": "5"}})
assert failure.response["ResponseMetadata"]["HTTPStatusCode"] == 400

db.batch_write_item(RequestItems={"walk": [
    {"PutRequest": {"Item": {"p": {"S": "b"}, "c": {"N": str(i)}, "other": {"S": f"o{9 - i}"}}}} for i in range(10)]})
got = db.batch_get_item(RequestItems={"walk": {"Keys": [{"p": {"S": "b"}, "c": {"N": "3"}}, {"p": {"S": "b"}, "c": {"N": "99"}}]}})
assert len(got["Responses"]["walk"]) == 1
pages = db.get_paginator("query").paginate(TableName="walk", KeyConditionExpression="p = :p AND c BETWEEN :x AND :y",
                                           ExpressionAttributeValues={":p": {"S": "b"}, ":x": {"N": "2"}, ":y": {"N": "7"}},
                                           PaginationConfig={"PageSize": 2})
assert [i["c"]["N"] for page in pages for i in page["Items"]] == ["2", "3", "4", "5", "6", "7"]
by_index = db.query(TableName="walk", IndexName="local", KeyConditionExpression="p = :p",
                    ExpressionAttributeValues={":p": {"S": "b"}}, ScanIndexForward=False, Limit=2)
assert [i["other"]["S"] for i in by_index["Items"]] == ["o9", "o8"]
assert sum(page["Count"] for page in db.get_paginator("scan").paginate(TableName="walk", PaginationConfig={"PageSize": 3})) == 11
assert db.scan(TableName="walk", Select="COUNT", ScanFilter={"n": {"ComparisonOperator": "NOT_NULL"}})["Count"] == 1

db.update_table(TableName="walk", AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
                GlobalSecondaryIndexUpdates=[{"Create": {"IndexName": "global", "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
                                                         "Projection": {"ProjectionType": "ALL"}}}])
for _ in range(100):
    index = db.describe_table(TableName="walk")["Table"]["GlobalSecondaryIndexes"][0]
    if index["IndexStatus"] == "ACTIVE":
        break
    time.sleep(0.1)
assert db.query(TableName="walk", IndexName="global", KeyConditionExpression="other = :o",
                ExpressionAttributeValues={":o": {"S": "o5"}})["Items"][0]["c"] == {"N": "4"}

arn = db.describe_table(TableName="walk")["Table"]["TableArn"]
db.tag_resource(ResourceArn=arn, Tags=[{"Key": "more", "Value": "x"}])
db.untag_resource(ResourceArn=arn, TagKeys=["origin"])
assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "more", "Value": "x"}]
db.update_time_to_live(TableName="walk", TimeToLiveSpecification={"AttributeName": "expires", "Enabled": True})
assert db.describe_time_to_live(TableName="walk")["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
assert db.describe_continuous_backups(TableName="walk")["ContinuousBackupsDescription"]["ContinuousBackupsStatus"] == "DISABLED"
assert db.describe_endpoints()["Endpoints"][0]["Address"] == endpoint.removeprefix("http://").rstrip("/")
refused("UnknownOperationException", db.transact_write_items, TransactItems=[{"Put": {"TableName": "walk", "Item": {"p": {"S": "x"}, "c": {"N": "1"}}}}])
refused("UnknownOperationException", db.execute_statement, Statement="SELECT * FROM walk")


def stream_records(table_name):
    stream = streams.list_streams(TableName=table_name)["Streams"][0]["StreamArn"]
    records, start = [], {}
    while True:
        description = streams.describe_stream(StreamArn=stream, Limit=3, **start)["StreamDescription"]
        assert description["StreamStatus"] == "ENABLED"
        for shard in description["Shards"]:
            iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            while True:
                page = streams.get_records(ShardIterator=iterator, Limit=2)
                if not page["Records"]:
                    break
                records += page["Records"]
                iterator = page["NextShardIterator"]
        if "LastEvaluatedShardId" not in description:
            return records
        start = {"ExclusiveStartShardId": description["LastEvaluatedShardId"]}


assert sorted(record["eventName"] for record in stream_records("walk")) == ["INSERT"] * 11 + ["MODIFY"]

for view in "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES":
    db.create_table(TableName=view, BillingMode="PAY_PER_REQUEST",
                    KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
                    AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
                    StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    for value in "1", "2":
        db.put_item(TableName=view, Item={"p": {"S": "k"}, "v": {"N": value}})
    db.delete_item(TableName=view, Key={"p": {"S": "k"}})
    new, old = "NEW" in view, "OLD" in view
    seen = [(r["eventName"], r["dynamodb"].get("OldImage", {}).get("v"), r["dynamodb"].get("NewImage", {}).get("v"))
            for r in stream_records(view)]
    assert seen == [
        ("INSERT", None, {"N": "1"} if new else None),
        ("MODIFY", {"N": "1"} if old else None, {"N": "2"} if new else None),
        ("REMOVE", {"N": "2"} if old else None, None),
    ], (view, seen)
    db.delete_table(TableName=view)

db.delete_item(TableName="walk", Key={"p": {"S": "a"}, "c": {"N": "1"}})
assert db.delete_table(TableName="walk")["TableDescription"]["TableStatus"] == "DELETING"
refused("ResourceNotFoundException", db.describe_table, TableName="walk")

stranger = boto3.client("dynamodb", **{**session, "aws_secret_access_key": "wrong"})
refused("UnrecognizedClientException", stranger.list_tables)
print("walked")
