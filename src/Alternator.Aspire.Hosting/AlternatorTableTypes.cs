namespace Aspire.Hosting;

/// <summary>The type of a key attribute.</summary>
public enum AlternatorKeyType
{
    /// <summary>Text (<c>S</c>).</summary>
    String,

    /// <summary>A number (<c>N</c>).</summary>
    Number,

    /// <summary>Bytes (<c>B</c>).</summary>
    Binary,
}

/// <summary>What the records of a table's stream hold.</summary>
public enum AlternatorStreamView
{
    /// <summary>The keys of the item only.</summary>
    KeysOnly,

    /// <summary>The item after the change.</summary>
    NewImage,

    /// <summary>The item before the change.</summary>
    OldImage,

    /// <summary>Both.</summary>
    NewAndOldImages,
}

internal static class AlternatorStreamViews
{
    public static string Spell(this AlternatorStreamView view) => view switch
    {
        AlternatorStreamView.KeysOnly => "KEYS_ONLY",
        AlternatorStreamView.NewImage => "NEW_IMAGE",
        AlternatorStreamView.OldImage => "OLD_IMAGE",
        _ => "NEW_AND_OLD_IMAGES",
    };
}
