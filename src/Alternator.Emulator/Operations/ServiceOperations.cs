using Alternator.Emulator.Engine;

namespace Alternator.Emulator.Operations;

/// <summary>DescribeEndpoints and DescribeContinuousBackups.</summary>
internal static class ServiceOperations
{
    private const int EndpointCacheMinutes = 1440;

    /// <summary>DescribeEndpoints: the address that the client already uses, unless configured otherwise.</summary>
    public static void DescribeEndpoints(Call call)
    {
        var configured = call.Engine.Options.DescribeEndpoints;
        if (configured == "disabled")
        {
            throw AlternatorException.UnknownOperation(
                "DescribeEndpoints disabled by configuration (alternator_describe_endpoints=disabled)");
        }

        var address = string.IsNullOrEmpty(configured) ? call.Context.Host : configured;
        if (address.Length == 0)
        {
            throw AlternatorException.Validation("DescribeEndpoints needs a 'Host:' header in request");
        }

        call.Writer.WriteStartObject();
        call.Writer.WriteStartArray("Endpoints");
        call.Writer.WriteStartObject();
        call.Writer.WriteString("Address", address);
        call.Writer.WriteNumber("CachePeriodInMinutes", EndpointCacheMinutes);
        call.Writer.WriteEndObject();
        call.Writer.WriteEndArray();
        call.Writer.WriteEndObject();
    }

    /// <summary>DescribeContinuousBackups: always disabled.</summary>
    public static void DescribeContinuousBackups(Call call)
    {
        var name = call.TableName();
        if (!call.Engine.Tables.TryGet(name, out _))
        {
            TableNames.Check(name, call.Engine.Options.Release);
            throw new AlternatorException("TableNotFoundException", $"Table {name} not found");
        }

        call.Writer.WriteStartObject();
        call.Writer.WriteStartObject("ContinuousBackupsDescription");
        call.Writer.WriteString("ContinuousBackupsStatus", "DISABLED");
        call.Writer.WriteStartObject("PointInTimeRecoveryDescription");
        call.Writer.WriteString("PointInTimeRecoveryStatus", "DISABLED");
        call.Writer.WriteEndObject();
        call.Writer.WriteEndObject();
        call.Writer.WriteEndObject();
    }
}
