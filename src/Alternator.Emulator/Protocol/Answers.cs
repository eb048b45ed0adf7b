using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alternator.Emulator.Engine;
using Alternator.Emulator.SystemTables;
using Alternator.Emulator.Values;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary>Fills in and sends answers: errors as Alternator words them, small texts, and the bytes with their headers.</summary>
internal static class Answers
{
    /// <summary>Longer answers of Query, Scan, BatchGetItem and GetRecords are streamed by Alternator, before their length is known: chunked, and worth packing in any case.</summary>
    public const int StreamedFrom = 100_000;

    public static readonly StringValues AmzJson = "application/x-amz-json-1.0";
    public static readonly StringValues Json = "application/json";
    public static readonly StringValues Text = "text/plain";
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 };

    // A header whose only value is null is set and not written; a Date that is not set would be added.
    private static readonly StringValues NoDate = new(new string?[] { null });
    private static readonly StringValues AnyOrigin = "*";
    private static readonly StringValues ExposedHeaders = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
    private static readonly StringValues PreflightAge = "7200";
    private static readonly StringValues CloseConnection = "close";

    /// <summary>Turns a refusal into the answer: <c>__type</c> with the prefix, lower-case <c>message</c>.</summary>
    public static void Refuse(NodeRequest request, AlternatorException refusal, StringValues contentType)
    {
        request.Body.Clear();
        request.Plain = true;
        request.Status = refusal.StatusCode;
        request.ContentType = contentType;
        using var json = new Utf8JsonWriter(request.Body, WriterOptions);
        json.WriteStartObject();
        json.WriteString("__type"u8, "com.amazonaws.dynamodb.v20120810#" + refusal.Type);
        json.WriteString("message"u8, refusal.Message);
        if (refusal.Item is { } item)
        {
            json.WritePropertyName("Item"u8);
            ValueWriter.Write(json, item);
        }

        json.WriteEndObject();
    }

    public static void Say(NodeRequest request, int status, StringValues contentType, string text)
    {
        request.Body.Clear();
        request.Plain = true;
        request.Status = status;
        request.ContentType = contentType;
        request.Body.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends what <see cref="NodeRequest.Body"/> holds.</summary>
    public static ValueTask SendAsync(NodeRequest request, LiveSettings settings)
    {
        SetHeaders(request, settings, request.Streamed ? null : request.Body.Length);
        IHttpResponseBodyFeature body = request.Features.Get<IHttpResponseBodyFeature>()!;
        if (request.Body.Length == 0 || request.Http.Method == "HEAD") return ValueTask.CompletedTask;
        Task started = body.StartAsync();
        if (!started.IsCompletedSuccessfully || request.Body.Length > 32 * 1024) return SendSlowlyAsync(started, body, request.Body.Written);
        request.Body.Written.Span.CopyTo(body.Writer.GetSpan(request.Body.Length));
        body.Writer.Advance(request.Body.Length);
        return ValueTask.CompletedTask;
    }

    private static void SetHeaders(NodeRequest request, LiveSettings settings, long? length)
    {
        IHttpResponseFeature response = request.Features.Get<IHttpResponseFeature>()!;
        response.StatusCode = request.Status;
        var headers = response.Headers;
        if (request.ContentType.Count > 0) headers.ContentType = request.ContentType;
        if (request.ContentEncoding is { } encoding) headers.ContentEncoding = encoding;
        if (settings.ServerHeader is { } server) headers.Server = server;
        if (!settings.DateHeader) headers.Date = NoDate;
        if (request.Close) headers.Connection = CloseConnection;
        headers.ContentLength = length;
        var asked = request.Http.Headers;
        if (asked.Origin.Count == 0) return;
        headers.AccessControlAllowOrigin = AnyOrigin;
        headers.AccessControlExposeHeaders = ExposedHeaders;
        if (!request.Preflight) return;
        if (MayBeEchoed(asked.AccessControlRequestHeaders)) headers.AccessControlAllowHeaders = asked.AccessControlRequestHeaders;
        if (MayBeEchoed(asked.AccessControlRequestMethod)) headers.AccessControlAllowMethods = asked.AccessControlRequestMethod;
        headers.AccessControlMaxAge = PreflightAge;
    }

    /// <summary>Some characters may arrive in a header that must not leave in one.</summary>
    private static bool MayBeEchoed(StringValues value) =>
        value.Count > 0 && !value.ToString().AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static async ValueTask SendSlowlyAsync(Task started, IHttpResponseBodyFeature body, ReadOnlyMemory<byte> bytes)
    {
        await started.ConfigureAwait(false);
        await body.Writer.WriteAsync(bytes).ConfigureAwait(false);
    }
}
