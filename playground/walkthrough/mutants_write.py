"""Writes two mutants in one batch. batch_writer asks again for what the server left over."""
from mutants import TABLE, connect

MUTANTS = [
    {"last_name": "Loblaw", "first_name": "Bob", "address": "1313 Mockingbird Lane"},
    {"last_name": "Jeffries", "first_name": "Jim", "address": "1211 Hollywood Lane"},
]

with connect().Table(TABLE).batch_writer() as batch:
    for mutant in MUTANTS:
        batch.put_item(Item=mutant)
print(f"wrote {len(MUTANTS)} items to {TABLE}")
