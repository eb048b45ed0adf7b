using Alternator.Emulator.Engine;

namespace Alternator.Emulator;

/// <summary>Where the release lines of ScyllaDB differ in what a client of Alternator sees.</summary>
/// <remarks>
/// Each was read in the source of the newest tag of the lines on both sides of the change (scylla-2025.1.14, 2025.2.5,
/// 2025.3.8, 2025.4.10, 2026.1.11, 2026.2.5 and 2026.3.0-rc2), in the file that is named.
/// </remarks>
internal static class ReleaseTraits
{
    extension(EmulatorRelease release)
    {
        /// <summary>The most items of one BatchWriteItem (executor.cc, batch_write_item; db/config.cc).</summary>
        public int MostItemsInBatchWrite => release >= EmulatorRelease.V2025_2 ? 100 : int.MaxValue;

        /// <summary>Enabling an enabled stream and disabling a disabled one are errors (executor.cc, update_table).</summary>
        public bool RefusesIdleStreamSwitches => release >= EmulatorRelease.V2025_2;

        /// <summary>Time to live works on tablets (ttl.cc, update_time_to_live).</summary>
        public bool ExpiresOnTablets => release >= EmulatorRelease.V2025_3;

        /// <summary>Descriptions tell when the table was made; before, the second in which they were asked for (executor.cc, fill_table_description).</summary>
        public bool RemembersCreation => release >= EmulatorRelease.V2025_3;

        /// <summary>A BatchWriteItem without requests is an error (executor.cc, batch_write_item).</summary>
        public bool RefusesEmptyBatchWrites => release >= EmulatorRelease.V2025_3;

        /// <summary>Tables are on tablets unless a tag says otherwise (executor.cc, create_keyspace_metadata).</summary>
        public bool UsesTabletsByDefault => release >= EmulatorRelease.V2025_4;

        /// <summary>Lightweight transactions work on tablets (service/storage_proxy.cc, cas).</summary>
        public bool HasTransactionsOnTablets => release >= EmulatorRelease.V2025_4;

        /// <summary>The longest name of a new table (executor.cc, max_table_name_length).</summary>
        public int LongestTableName => release >= EmulatorRelease.V2025_4 ? 192 : TableNames.LongestAuxiliary;

        /// <summary>An index of CreateTable without a range key is described so; before, with the table's next key as one (executor.cc, describe_key_schema).</summary>
        public bool DescribesHashOnlyIndexes => release >= EmulatorRelease.V2025_4;

        /// <summary>System tables can be written when that is allowed (executor.cc, get_table_for_write; db/config.cc).</summary>
        public bool WritesSystemTables => release >= EmulatorRelease.V2025_4;

        /// <summary>Failures of authorization can be reported without refusing (server.cc; db/config.cc, alternator_warn_authorization).</summary>
        public bool WarnsOfAuthorization => release >= EmulatorRelease.V2025_4;

        /// <summary>What a wrong signature is answered with (server.cc, verify_signature).</summary>
        public string WrongSignature => release >= EmulatorRelease.V2025_4 ? "wrong signature" : "The security token included in the request is invalid.";

        /// <summary>The eventVersion of stream records, which then also have awsRegion; null for neither (streams.cc, get_records).</summary>
        public string? StreamEventVersion =>
            release >= EmulatorRelease.V2026_1 ? "1.1" : release >= EmulatorRelease.V2025_4 ? "1.0" : null;

        /// <summary>Stream records of expired items name the service (streams.cc, get_records).</summary>
        public bool MarksExpiryInStreams => release >= EmulatorRelease.V2026_1;

        /// <summary>DescribeTable tells TableSizeBytes (executor.cc, fill_table_size).</summary>
        public bool TellsTableSize => release >= EmulatorRelease.V2026_1;

        /// <summary>Bodies are unpacked and answers packed; before, Content-Encoding and Accept-Encoding are not looked at (server.cc, http_compression.cc).</summary>
        public bool CompressesBodies => release >= EmulatorRelease.V2026_1;

        /// <summary>A body that is too long is refused by Alternator in JSON; before, by the HTTP server in plain text (server.cc, read_entire_stream).</summary>
        public bool RefusesLongBodiesInJson => release >= EmulatorRelease.V2026_1;

        /// <summary>The number of requests under way is checked before the body is read; before, after signature and operation (server.cc, handle_api_request).</summary>
        public bool ChecksConcurrencyFirst => release >= EmulatorRelease.V2026_2;

        /// <summary>Streams work on tablets (executor.cc, create_table and update_table).</summary>
        public bool HasStreamsOnTablets => release >= EmulatorRelease.V2026_2;

        /// <summary>Streams have ARNs in AWS's form; before, the letter S and the log table's id (streams.cc, stream_arn).</summary>
        public bool HasAwsStreamArns => release >= EmulatorRelease.V2026_2;

        /// <summary>DescribeStream understands ShardFilter (streams.cc, describe_stream).</summary>
        public bool FiltersShards => release >= EmulatorRelease.V2026_2;

        /// <summary>Vector search exists, which the emulator refuses; before, its parameters are not looked at (executor.cc).</summary>
        public bool HasVectorSearch => release >= EmulatorRelease.V2026_2;

        /// <summary>A disabled stream is still described, listed and readable to its end (streams.cc, issue 7239).</summary>
        public bool KeepsDisabledStreams => release >= EmulatorRelease.V2026_3;
    }
}
