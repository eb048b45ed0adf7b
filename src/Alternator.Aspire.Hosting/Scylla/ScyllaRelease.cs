using System.Globalization;

namespace Aspire.Hosting.Scylla;

/// <summary>A release of ScyllaDB, as far as its command line depends on it: year, minor number and patch.</summary>
/// <param name="Year">The year, e.g. 2026.</param>
/// <param name="Minor">The number of the release in its year.</param>
/// <param name="Patch">The patch; <see cref="int.MaxValue"/> for a tag without one (<c>2025.2</c> means its newest patch).</param>
internal readonly record struct ScyllaRelease(int Year, int Minor, int Patch = int.MaxValue) : IComparable<ScyllaRelease>
{
    /// <summary>The oldest release whose command line is known here.</summary>
    public static readonly ScyllaRelease Oldest = new(2025, 1, 0);

    /// <summary>Reads an image tag (<c>2026.2.5</c>, <c>2025.1</c>, <c>2026.3.0-rc2</c>) or a server's own version (<c>2026.2.5-0.20260815.0123456789ab</c>).</summary>
    /// <exception cref="ArgumentException">The tag is no release number, or older than <see cref="Oldest"/>.</exception>
    public static ScyllaRelease Parse(string tag)
    {
        string[] parts = tag.Split('-', '~')[0].Split('.');
        if (parts.Length is not (2 or 3) || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int year)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minor)
            || (!int.TryParse(parts.ElementAtOrDefault(2) ?? "2147483647", NumberStyles.None, CultureInfo.InvariantCulture, out int patch)))
            throw new ArgumentException($"The image tag '{tag}' is no ScyllaDB release number, so the command line that it understands is unknown: use a tag such as {AlternatorContainerImageTags.Tag}, or name the release with WithScyllaRelease.", nameof(tag));
        var release = new ScyllaRelease(year, minor, patch);
        return release >= Oldest ? release : throw new ArgumentException($"ScyllaDB {tag} is older than {Oldest}, the oldest release that this integration knows.", nameof(tag));
    }

    /// <summary>As <see cref="Parse"/>, with null for what is no release that is known here.</summary>
    public static ScyllaRelease? TryParse(string? tag)
    {
        try
        {
            return tag is null ? null : Parse(tag);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a table with a stream has to be kept off tablets, by the tag <c>system:initial_tablets</c>: tablets are the default from 2025.4 on,
    /// and streams work on them from 2026.2 on.
    /// </summary>
    public bool KeepsStreamsOffTablets => this >= new ScyllaRelease(2025, 4, 0) && this < new ScyllaRelease(2026, 2, 0);

    /// <inheritdoc/>
    public int CompareTo(ScyllaRelease other) => (Year, Minor, Patch).CompareTo((other.Year, other.Minor, other.Patch));

    /// <summary>Whether this is a release of the line <paramref name="year"/>.<paramref name="minor"/>.</summary>
    public bool IsOfLine(int year, int minor) => Year == year && Minor == minor;

    /// <summary>Whether <paramref name="a"/> came after <paramref name="b"/>, or is it.</summary>
    public static bool operator >=(ScyllaRelease a, ScyllaRelease b) => a.CompareTo(b) >= 0;

    /// <summary>Whether <paramref name="a"/> came before <paramref name="b"/>, or is it.</summary>
    public static bool operator <=(ScyllaRelease a, ScyllaRelease b) => a.CompareTo(b) <= 0;

    /// <summary>Whether <paramref name="a"/> came after <paramref name="b"/>.</summary>
    public static bool operator >(ScyllaRelease a, ScyllaRelease b) => a.CompareTo(b) > 0;

    /// <summary>Whether <paramref name="a"/> came before <paramref name="b"/>.</summary>
    public static bool operator <(ScyllaRelease a, ScyllaRelease b) => a.CompareTo(b) < 0;

    /// <inheritdoc/>
    public override string ToString() => Patch == int.MaxValue ? $"{Year}.{Minor}" : $"{Year}.{Minor}.{Patch}";
}
