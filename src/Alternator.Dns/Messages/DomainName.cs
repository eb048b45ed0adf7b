using System.Text;

namespace Alternator.Dns.Messages;

/// <summary>
/// A domain name that the server itself speaks of: its zones, scopes and nodes. Held in wire form and in lower case,
/// since names compare without regard to ASCII case (RFC 4343).
/// </summary>
internal sealed class DomainName : IEquatable<DomainName>
{
    private readonly byte[] _wire;

    private DomainName(byte[] wire) => _wire = wire;

    /// <summary>Length-prefixed labels in lower case, ending in a zero byte.</summary>
    public ReadOnlySpan<byte> Wire => _wire;

    /// <summary>The wire form without the final zero byte: what is written in front of another name.</summary>
    public ReadOnlySpan<byte> Labels => _wire.AsSpan(0, _wire.Length - 1);

    /// <summary>Parses a name in its usual spelling, with or without a final dot.</summary>
    /// <exception cref="FormatException">The text is not a domain name; the message says why.</exception>
    public static DomainName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.EndsWith('.') ? text[..^1] : text;
        if (trimmed.Length == 0)
            throw new FormatException($"'{text}' is not a domain name to serve: it has no labels. Give a name such as alternator.local.");

        string[] labels = trimmed.Split('.');
        var wire = new List<byte>(trimmed.Length + 2);
        foreach (string label in labels)
        {
            if (label.Length == 0)
                throw new FormatException($"'{text}' is not a domain name: it has an empty label (two dots in a row, or a dot in front).");
            if (label.Length > WireName.MaxLabelLength)
                throw new FormatException($"'{text}' is not a domain name: the label '{label}' is longer than 63 characters.");
            if (label.FirstOrDefault(c => !IsHostCharacter(c)) is var wrong and not '\0')
                throw new FormatException($"'{text}' is not a domain name: '{wrong}' is not a letter, digit, hyphen or underscore.");

            wire.Add((byte)label.Length);
            wire.AddRange(Encoding.ASCII.GetBytes(label.ToLowerInvariant()));
        }

        wire.Add(0);
        return wire.Count > WireName.MaxLength
            ? throw new FormatException($"'{text}' is not a domain name: it is longer than 255 bytes.")
            : new DomainName([.. wire]);
    }

    /// <summary>The name <paramref name="label"/> below this one, or null where it would be longer than a name may be.</summary>
    public DomainName? Child(string label)
    {
        string text = ToLabel(label);
        if (text.Length == 0 || _wire.Length + text.Length + 1 > WireName.MaxLength)
            return null;

        byte[] wire = [(byte)text.Length, .. Encoding.ASCII.GetBytes(text), .. _wire];
        return new DomainName(wire);
    }

    /// <summary>
    /// A free text, such as a datacenter's name, as one label: lower case, every character that a host name can't have turned into a hyphen,
    /// at most 63 characters.
    /// </summary>
    public static string ToLabel(string text)
    {
        int length = Math.Min(text.Length, WireName.MaxLabelLength);
        return string.Create(length, text, static (label, source) =>
        {
            for (int i = 0; i < label.Length; i++)
                label[i] = IsHostCharacter(source[i]) ? char.ToLowerInvariant(source[i]) : '-';
        });
    }

    /// <summary>True if <paramref name="lowerName"/> (wire form, lower case) is this name or lies below it.</summary>
    public bool IsAtOrAbove(ReadOnlySpan<byte> lowerName)
    {
        int position = 0;
        while (lowerName.Length - position > _wire.Length)
            position += lowerName[position] + 1;

        return lowerName.Length - position == _wire.Length && lowerName[position..].SequenceEqual(_wire);
    }

    public bool Equals(DomainName? other) => other is not null && _wire.AsSpan().SequenceEqual(other._wire);

    public override bool Equals(object? obj) => Equals(obj as DomainName);

    public override int GetHashCode() => DomainNameComparer.Hash(_wire);

    /// <summary>The usual spelling, without a final dot.</summary>
    public override string ToString() => ToText(_wire);

    /// <summary>The usual spelling of a name on the wire; bytes that are not printable are escaped as in RFC 1035 section 5.1.</summary>
    public static string ToText(ReadOnlySpan<byte> wire)
    {
        if (wire.Length <= 1)
            return ".";

        var text = new StringBuilder(wire.Length);
        int position = 0;
        while (position < wire.Length && wire[position] != 0)
        {
            if (position > 0)
                text.Append('.');
            foreach (byte b in wire.Slice(position + 1, wire[position]))
            {
                if (b is (byte)'.' or (byte)'\\')
                    text.Append('\\').Append((char)b);
                else if (b is > 0x20 and < 0x7F)
                    text.Append((char)b);
                else
                    text.Append('\\').Append(b.ToString("D3", System.Globalization.CultureInfo.InvariantCulture));
            }

            position += wire[position] + 1;
        }

        return text.ToString();
    }

    private static bool IsHostCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
