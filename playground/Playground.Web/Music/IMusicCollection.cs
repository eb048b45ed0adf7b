namespace Playground.Web.Music;

/// <summary>A song of the table <c>MusicCollection</c>: the artist is its hash key, the title its range key.</summary>
public sealed record Song(string Artist, string SongTitle, string? AlbumTitle);

/// <summary>The music collection, written once with the low-level client and once with the object model.</summary>
public interface IMusicCollection
{
    /// <summary>True when the table was made now, false when it was there.</summary>
    Task<bool> CreateTableAsync(CancellationToken cancellationToken);

    Task<bool> DeleteTableAsync(CancellationToken cancellationToken);

    Task PutAsync(Song song, CancellationToken cancellationToken);

    /// <summary>The songs of an artist by title, or the one with this title.</summary>
    Task<IReadOnlyList<Song>> QueryAsync(string artist, string? songTitle, CancellationToken cancellationToken);

    Task DeleteAsync(string artist, string songTitle, CancellationToken cancellationToken);
}
