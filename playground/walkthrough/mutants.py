"""What the three boto3 programs share: how to reach the cluster, and the table's name.

usage of each: python3 mutants_*.py [ENDPOINT]      e.g. http://127.0.0.1:8000, which is also the default
"""
import os
import sys

import boto3
from botocore.config import Config

TABLE = os.environ.get("TABLE", "mutant_data")


def connect():
    endpoint = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8000")
    # A cluster that does not check signatures takes any name and secret; boto3 only insists on having some.
    return boto3.resource(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", "alternator"),
        aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", "unused"),
        config=Config(retries={"total_max_attempts": 2}, connect_timeout=5, read_timeout=20),
    )
