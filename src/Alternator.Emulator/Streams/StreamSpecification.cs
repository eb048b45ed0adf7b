using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Operations;

namespace Alternator.Emulator.Streams;

/// <summary>StreamSpecification of CreateTable and UpdateTable.</summary>
/// <param name="Enabled">StreamEnabled.</param>
/// <param name="View">StreamViewType; KEYS_ONLY when it is not given, as in Alternator.</param>
internal sealed record StreamSpecification(bool Enabled, StreamViewType View)
{
    /// <summary>Reads the parameter; null when it is not given.</summary>
    public static StreamSpecification? Read(Call call, string table)
    {
        if (call.Find("StreamSpecification") is not { ValueKind: JsonValueKind.Object } given)
        {
            return null;
        }

        if (Parameters.Find(given, "StreamEnabled") is not { ValueKind: JsonValueKind.True or JsonValueKind.False } enabled)
        {
            throw AlternatorException.Validation("StreamSpecification needs boolean StreamEnabled");
        }

        if (!enabled.GetBoolean())
        {
            return new StreamSpecification(false, StreamViewType.KEYS_ONLY);
        }

        TableNames.CheckStream(table);
        var view = Parameters.FindString(given, "StreamViewType");
        return view is null
            ? new StreamSpecification(true, StreamViewType.KEYS_ONLY)
            : new StreamSpecification(true, Enum.GetNames<StreamViewType>().Contains(view)
                ? Enum.Parse<StreamViewType>(view)
                : throw AlternatorException.Validation($"Unknown StreamViewType {view}"));
    }

    // Up to 2026.1 streams need vnodes (alternator/executor.cc at those tags).
    private static void CheckStorage(Table table, EmulatorRelease release)
    {
        if (!release.HasStreamsOnTablets && TableTags.UsesTablets(table.Tags, release))
        {
            throw AlternatorException.Validation(
                "Streams are not supported on a table using tablets in this release. Create the table with vnodes, by a tag " +
                $"'{TableTags.InitialTablets(release)}' set to 'none'");
        }
    }

    /// <summary>Switches the stream of a table, or refuses to.</summary>
    public void Apply(AlternatorEngine engine, Table table)
    {
        var now = engine.Options.TimeProvider.GetUtcNow();
        if (Enabled)
        {
            CheckStorage(table, engine.Options.Release);
            if (table.Stream is { IsEnabled: true })
            {
                if (engine.Options.Release.RefusesIdleStreamSwitches)
                {
                    throw AlternatorException.Validation($"Table already has an enabled stream: TableName: {table.Name}");
                }

                table.Stream.View = View;
                return;
            }

            // The label, to the millisecond, must differ from that of the stream before.
            var createdAt = table.Stream is { } old && now - old.CreatedAt < TimeSpan.FromMilliseconds(1)
                ? old.CreatedAt + TimeSpan.FromMilliseconds(1)
                : now;
            table.Stream = new TableStream(table, engine.NewId(), View, createdAt, engine);
            return;
        }

        if (table.Stream is { IsEnabled: true } stream)
        {
            stream.Disable(now);
        }
        else if (engine.Options.Release.RefusesIdleStreamSwitches)
        {
            throw AlternatorException.Validation($"Table has no stream to disable: TableName: {table.Name}");
        }
    }
}
