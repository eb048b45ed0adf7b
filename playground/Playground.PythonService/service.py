"""Reads the music collection with boto3. What it knows of the cluster comes from the variables that AWS SDKs read; there is no other configuration."""
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3

# boto3 reads AWS_ENDPOINT_URL_DYNAMODB by itself from 1.28 on; Debian 12 has an older one, so it is handed over. Keys and region it always reads.
dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            if self.path == "/health":
                dynamodb.describe_table(TableName="MusicCollection")
                self.answer(200, {"status": "healthy"})
            else:
                items = dynamodb.scan(TableName="MusicCollection", ConsistentRead=True)["Items"]
                songs = [{"artist": item["Artist"]["S"], "title": item["SongTitle"]["S"]} for item in items]
                self.answer(200, {"via": os.environ["AWS_ENDPOINT_URL_DYNAMODB"], "songs": songs})
        except Exception as error:  # told to whoever asked, instead of a closed connection
            self.answer(503, {"error": str(error)})

    def answer(self, status, value):
        body = json.dumps(value, indent=2).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(format % args, flush=True)


port = int(os.environ.get("PORT", "8080"))
print(f"listening on {port}, DynamoDB API at {os.environ['AWS_ENDPOINT_URL_DYNAMODB']}", flush=True)
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
