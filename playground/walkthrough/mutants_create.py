"""Creates mutant_data: last_name is its only key, and it is billed on demand."""
from mutants import TABLE, connect

table = connect().create_table(
    TableName=TABLE,
    KeySchema=[{"AttributeName": "last_name", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "last_name", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
table.reload()
print(f"created {table.name}: {table.table_status}, {table.billing_mode_summary['BillingMode']}")
