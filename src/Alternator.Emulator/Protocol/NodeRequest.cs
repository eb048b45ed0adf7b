using Alternator.Emulator.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Alternator.Emulator.Protocol;

/// <summary>
/// One HTTP request on its way through the server, and the answer that is being made for it. One object serves all requests
/// of a connection in turn.
/// </summary>
internal sealed class NodeRequest
{
    public IFeatureCollection Features { get; private set; } = null!;

    public IHttpRequestFeature Http { get; private set; } = null!;

    public NodeConnection Connection { get; private set; } = null!;

    /// <summary>The node that was asked.</summary>
    public EmulatorNode Node => Connection.Node!;

    /// <summary>What was asked.</summary>
    public RequestBody Received { get; } = new();

    /// <summary>What was asked, unpacked, when it came packed.</summary>
    public AnswerBuffer Unpacked { get; } = new(empty: true);

    /// <summary>What is answered.</summary>
    public AnswerBuffer Body { get; } = new();

    public int Status { get; set; }

    public StringValues ContentType { get; set; }

    /// <summary>Set when <see cref="Body"/> is packed.</summary>
    public string? ContentEncoding { get; set; }

    /// <summary>The answer is an error or a page of the server itself; such answers are never packed.</summary>
    public bool Plain { get; set; }

    /// <summary>The answer is sent in chunks, without a length.</summary>
    public bool Streamed { get; set; }

    /// <summary>An OPTIONS request: the answer says what a browser may do.</summary>
    public bool Preflight { get; set; }

    public RequestKinds Kind { get; set; }

    /// <summary>The connection can't carry another request after this one.</summary>
    public bool Close { get; set; }

    /// <summary>The engine is working on it.</summary>
    public bool Executing { get; set; }

    /// <summary>The role that signed it, when that was checked.</summary>
    public string? User { get; set; }

    /// <summary>The User-Agent header.</summary>
    public string UserAgent => Http.Headers.UserAgent.ToString();

    public void Begin(IFeatureCollection features)
    {
        Features = features;
        Http = features.Get<IHttpRequestFeature>()!;
        Connection ??= features.Get<NodeConnection>() ?? throw new InvalidOperationException("A connection came in past the listeners.");
        Status = 200;
        ContentType = default;
        ContentEncoding = null;
        Plain = false;
        Preflight = false;
        Streamed = false;
        Close = false;
        Kind = 0;
        User = null;
        Body.Clear();
    }

    public void End()
    {
        Body.Release();
        Unpacked.Release();
    }
}
