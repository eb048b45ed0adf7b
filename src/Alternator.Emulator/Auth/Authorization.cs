namespace Alternator.Emulator.Auth;

/// <summary>The parts of an Authorization header; what is missing is empty, what is unknown is passed over.</summary>
internal sealed record Authorization(string Credential, string SignedHeaders, string Signature)
{
    private readonly string[] _signed = SignedHeaders.Split(';', StringSplitOptions.RemoveEmptyEntries);

    public bool Signs(string header) => Array.IndexOf(_signed, header) >= 0;

    /// <summary>The signed headers' names, without repetition, in bytewise order.</summary>
    public IEnumerable<string> InOrder()
    {
        string[] names = [.. _signed];
        Array.Sort(names, StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            if (i == 0 || names[i] != names[i - 1]) yield return names[i];
        }
    }

    /// <summary>Reads what follows the algorithm: entries of NAME=VALUE between commas or spaces.</summary>
    public static Authorization Parse(ReadOnlySpan<char> text)
    {
        string credential = "";
        string headers = "";
        string signature = "";
        foreach (Range range in text.SplitAny(' ', ','))
        {
            ReadOnlySpan<char> entry = text[range];
            int equals = entry.IndexOf('=');
            if (equals < 0 || entry[(equals + 1)..].Contains('=')) continue;
            string value = entry[(equals + 1)..].ToString();
            switch (entry[..equals])
            {
                case "Credential":
                    credential = value;
                    break;
                case "SignedHeaders":
                    headers = value;
                    break;
                case "Signature":
                    signature = value;
                    break;
            }
        }

        return new Authorization(credential, headers, signature);
    }
}
