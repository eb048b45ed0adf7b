using Alternator.Emulator.Auth;
using Alternator.Emulator.Engine;
using Alternator.Emulator.SystemTables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// <c>POST /</c>: the DynamoDB API. The checks come in Alternator's order: declared length, concurrency, the body itself,
/// signature, unpacking, and then the engine's: operation, JSON, the operation's own.
/// </summary>
/// <remarks>Source: alternator/server.cc, handle_api_request, in scylladb at f4a4091ca2.</remarks>
internal sealed partial class ApiEndpoint(AlternatorEngine engine, EmulatorOptions options, LiveSettings settings, SignatureCheck signatures, ILogger logger)
{
    private readonly bool _unpacks = options.Release.CompressesBodies;
    private readonly AnswerCompression _compression = new(options.Release, settings);

    private StringValues ContentType => settings.ContentTypeHeader ? Answers.AmzJson : default;

    /// <summary>Makes the answer; nothing is sent.</summary>
    public async ValueTask AnswerAsync(NodeRequest request, bool execute = true)
    {
        EmulatorNode node = request.Node;
        int running = node.EnterRequest();
        RequestBody body = request.Received;
        try
        {
            if (request.Http.Headers.ContentLength > options.MaxRequestBytes)
            {
                request.Close = true;
                throw RequestBody.TooLarge(options.MaxRequestBytes);
            }

            if (options.Release.ChecksConcurrencyFirst) CheckConcurrency(running);
            ValueTask read = body.ReadAsync(request, options.MaxRequestBytes);
            if (!read.IsCompletedSuccessfully) await read.ConfigureAwait(false);
            if (execute) Execute(request, body.Bytes, running);
        }
        catch (AlternatorException refusal)
        {
            if (refusal.StatusCode == 413 && !options.Release.RefusesLongBodiesInJson) Answers.Say(request, 413, default, refusal.Message);
            else Answers.Refuse(request, refusal, ContentType);
        }
        catch (Exception e) when (e is not (IOException or OperationCanceledException or BadHttpRequestException))
        {
            LogUnexpected(logger, request.Http.Headers["X-Amz-Target"].ToString(), e);
            Answers.Refuse(request, Internal("Internal server error"), ContentType);
        }
        finally
        {
            request.Executing = false;
            body.Release();
            node.LeaveRequest();
        }
    }

    /// <summary>Replaces the answer by an error that a fault asks for.</summary>
    public void Fail(NodeRequest request, NodeError error) => Answers.Refuse(
        request,
        error == NodeError.Overload
            ? new AlternatorException("RequestLimitExceeded", "This node is overloaded (a fault of the emulator)")
            : Internal("This node failed (a fault of the emulator)"),
        ContentType);

    private void Execute(NodeRequest request, ReadOnlyMemory<byte> body, int running)
    {
        IHeaderDictionary headers = request.Http.Headers;
        EmulatorNode node = request.Node;
        string? user = signatures.Verify(request, body.Span);
        string encoding = headers.ContentEncoding.ToString();
        if (encoding.Length > 0 && _unpacks)
        {
            Unpack(request, encoding, body.Span);
            body = request.Unpacked.Written;
        }

        request.Status = 200;
        request.ContentType = ContentType;
        request.User = user;
        request.Executing = true;
        var context = new RequestContext(headers.Host.ToString(), node.AddressText, node.Datacenter, node.Rack, user);
        string operation = Operation(request);
        if (!options.Release.ChecksConcurrencyFirst && OperationNames.Knows(operation)) CheckConcurrency(running);
        engine.Execute(operation, body, context, request.Body);
        request.Streamed = request.Body.Length > Answers.StreamedFrom && (operation is "Query" or "Scan" or "BatchGetItem" or "GetRecords");
        _compression.Pack(request);
    }

    private void CheckConcurrency(int running)
    {
        if (running > settings.MaxConcurrentRequests)
            throw new AlternatorException("RequestLimitExceeded", $"This node serves {settings.MaxConcurrentRequests} requests at once and no more");
    }

    private void Unpack(NodeRequest request, string encoding, ReadOnlySpan<byte> body)
    {
        if (encoding is not ("gzip" or "deflate")) throw Internal("Unsupported Content-Encoding: gzip and deflate are understood");
        try
        {
            if (!Inflate.TryUnpack(body, encoding == "gzip", options.MaxRequestBytes, request.Unpacked)) throw RequestBody.TooLarge(options.MaxRequestBytes);
        }
        catch (InflateException e)
        {
            throw Internal($"The request body can't be unpacked as {encoding}: {e.Message}");
        }
    }

    private static AlternatorException Internal(string message) => new("InternalServerError", message, 500);

    /// <summary>The part after the first dot; what stands before it, the API's version, is not looked at.</summary>
    public static string Operation(NodeRequest request)
    {
        string text = request.Http.Headers["X-Amz-Target"].ToString();
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "" : OperationNames.Intern(text.AsSpan(dot + 1));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Target} failed unexpectedly.")]
    private static partial void LogUnexpected(ILogger logger, string target, Exception e);
}
