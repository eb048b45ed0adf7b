using System.Globalization;
using Alternator.Emulator.Engine;
using Alternator.Emulator.Protocol;
using Alternator.Emulator.SystemTables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Alternator.Emulator.Auth;

/// <summary>
/// Decides who sent a request, from its AWS signature version 4. The signature is recomputed from what arrived: method,
/// path <c>/</c>, the signed headers as received and the hash of the body as received (packed, if it was packed). In order:
/// Host, Authorization, algorithm, credential, role, date, signature; the first that fails decides the error.
/// </summary>
/// <remarks>Source: alternator/server.cc (verify_signature) and utils/aws_sigv4.cc in scylladb at f4a4091ca2.</remarks>
internal sealed partial class SignatureCheck(EmulatorOptions options, LiveSettings settings, ILogger logger)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(15);

    private readonly Dictionary<string, EmulatorRole> _roles = EngineSettings.Roles(options).ToDictionary(r => r.Name, StringComparer.Ordinal);
    private readonly SigningKeys _keys = new();

    /// <summary>The role that signed the request; null when nothing is checked, or a failure is only reported.</summary>
    /// <exception cref="AlternatorException">The request is not properly signed, and authorization is enforced.</exception>
    public string? Verify(NodeRequest request, ReadOnlySpan<byte> body)
    {
        bool enforce = settings.EnforceAuthorization;
        bool warn = settings.WarnAuthorization;
        if (!enforce && !warn) return null;
        string user = "";
        try
        {
            return Check(request, body, ref user);
        }
        catch (AlternatorException failure)
        {
            request.Node.CountAuthenticationFailure();
            if (warn) LogFailure(logger, enforce ? "refused" : "would be refused with alternator_enforce_authorization", failure.Message, user, request.Connection.Remote);
            if (enforce) throw;
            return null;
        }
    }

    private string Check(NodeRequest request, ReadOnlySpan<byte> body, ref string user)
    {
        IHeaderDictionary headers = request.Http.Headers;
        if (headers.Host.Count == 0) throw InvalidSignature("A Host header is needed to verify the signature");
        if (headers.Authorization.Count == 0)
            throw new AlternatorException("MissingAuthenticationTokenException", "An Authorization header is needed: this cluster accepts signed requests only");
        string authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
            throw InvalidSignature($"The Authorization header must use {Algorithm}");
        Authorization parts = Authorization.Parse(authorization.AsSpan(Algorithm.Length + 1));
        string[] credential = parts.Credential.Split('/');
        if (credential.Length != 5)
            throw AlternatorException.Validation($"The credential '{parts.Credential}' is not KEY/DATE/REGION/SERVICE/aws4_request");
        user = credential[0];
        string secret = SecretOf(user);
        string date = Date(headers, parts, credential[1], options.TimeProvider.GetUtcNow() + request.Node.ClockSkew);
        byte[] key = _keys.Get(user, secret, credential[1], credential[2], credential[3]);
        Span<byte> expected = stackalloc byte[64];
        CanonicalRequest.Sign(request.Http, parts, date, credential[1], credential[2], credential[3], body, key, expected);
        if (!CanonicalRequest.Matches(expected, parts.Signature))
            throw new AlternatorException("UnrecognizedClientException", options.Release.WrongSignature);
        return user;
    }

    private string SecretOf(string user)
    {
        if (!_roles.TryGetValue(user, out EmulatorRole? role))
            throw new AlternatorException("UnrecognizedClientException", $"User not found: {user}");
        if (!role.CanLogin)
            throw new AlternatorException("UnrecognizedClientException", $"Role {user} may not log in, so it can't sign requests");
        return role.Secret ?? throw new AlternatorException("UnrecognizedClientException", $"No password found for user: {user}");
    }

    /// <summary>X-Amz-Date, which must be signed, recent and of the scope's day. Dates are compared as text, which their form allows.</summary>
    private static string Date(IHeaderDictionary headers, Authorization parts, string day, DateTimeOffset now)
    {
        if (!parts.Signs("x-amz-date")) throw InvalidSignature("X-Amz-Date must be among the signed headers");
        string date = headers["X-Amz-Date"].ToString();
        string oldest = Format(now - Validity);
        string newest = Format(now + Validity);
        if (string.CompareOrdinal(date, oldest) < 0) throw InvalidSignature($"Signature expired: {date} is earlier than {oldest}, 15 minutes ago");
        if (string.CompareOrdinal(date, newest) > 0) throw InvalidSignature($"Signature not yet current: {date} is later than {newest}, in 15 minutes");
        if (!date.AsSpan(0, Math.Min(8, date.Length)).SequenceEqual(day)) throw InvalidSignature($"X-Amz-Date {date} is not of the credential's day {day}");
        return date;
    }

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static AlternatorException InvalidSignature(string message) => new("InvalidSignatureException", message);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request {Consequence}: {Reason} (role '{User}', client {Client}).")]
    private static partial void LogFailure(ILogger logger, string consequence, string reason, string user, System.Net.IPEndPoint? client);
}
