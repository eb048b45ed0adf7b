"""Reads the two mutants in one batch and prints them, by last name: a batch is answered in no particular order."""
from mutants import TABLE, connect

answer = connect().batch_get_item(RequestItems={TABLE: {"Keys": [{"last_name": "Loblaw"}, {"last_name": "Jeffries"}]}})
for mutant in sorted(answer["Responses"][TABLE], key=lambda item: item["last_name"]):
    print(f"{mutant['first_name']} {mutant['last_name']}, {mutant['address']}")
