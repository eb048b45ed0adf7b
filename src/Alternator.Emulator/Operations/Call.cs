using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Values;

namespace Alternator.Emulator.Operations;

/// <summary>One request on its way through an operation: the parameters, the store, and the writer of the answer.</summary>
internal sealed class Call(AlternatorEngine engine, JsonElement request, RequestContext context, Utf8JsonWriter writer)
{
    public AlternatorEngine Engine { get; } = engine;

    /// <summary>The request's JSON object.</summary>
    public JsonElement Request { get; } = request;

    public RequestContext Context { get; } = context;

    /// <summary>Writes the answer; nothing is written before the operation has succeeded.</summary>
    public Utf8JsonWriter Writer { get; } = writer;

    /// <summary>A parameter, or null when it is not given.</summary>
    public JsonElement? Find(string name) => Parameters.Find(Request, name);

    /// <summary>A string parameter, or null when it is not given.</summary>
    public string? FindString(string name) => Parameters.FindString(Request, name);

    /// <summary>The table that TableName names.</summary>
    public Table Table() => Engine.Tables.Get(TableName());

    /// <summary>The TableName parameter.</summary>
    public string TableName()
    {
        var name = Find("TableName") ?? throw AlternatorException.Validation("Missing TableName field in request");
        return name.ValueKind == JsonValueKind.String
            ? JsonText.StringOf(name)
            : throw AlternatorException.Validation("Non-string TableName field in request");
    }

    /// <summary>The system table of a full name, or null when the name is not one of a system table's.</summary>
    public SystemTable? SystemTable(string name) => name.StartsWith(TableNames.SystemPrefix, StringComparison.Ordinal)
        ? Engine.Options.SystemTables?.Find(name[TableNames.SystemPrefix.Length..], Context)
        : null;

    /// <summary>Refuses the request when its role may not do this to the table.</summary>
    public void Authorize(Permission permission, string table)
    {
        if (Engine.Options.Permissions is { } permissions && Context.User is { } user && !permissions.Allows(user, permission, table))
        {
            throw AlternatorException.AccessDenied(permission == Permission.Create
                ? $"CREATE access on ALL KEYSPACES is denied to role {user}"
                : $"{permission.ToString().ToUpperInvariant()} access on table {table} is denied to role {user}");
        }
    }
}
