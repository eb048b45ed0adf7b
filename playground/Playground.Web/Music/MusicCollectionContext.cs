using Amazon.DynamoDBv2.DataModel;
using Amazon.DynamoDBv2.DocumentModel;

namespace Playground.Web.Music;

/// <summary>The same with the object model, <see cref="IDynamoDBContext"/>. Tables are not its business: they are made by the low-level client.</summary>
public sealed class MusicCollectionContext(IDynamoDBContext context, MusicCollection tables) : IMusicCollection
{
    public Task<bool> CreateTableAsync(CancellationToken cancellationToken) => tables.CreateTableAsync(cancellationToken);

    public Task<bool> DeleteTableAsync(CancellationToken cancellationToken) => tables.DeleteTableAsync(cancellationToken);

    public Task PutAsync(Song song, CancellationToken cancellationToken)
    {
        // Not SaveAsync: that is an update which removes what is null, and removing from an item that is not there makes none,
        // so a new song without an album would be lost.
        var batch = context.CreateBatchWrite<SongRow>();
        batch.AddPutItem(new SongRow { Artist = song.Artist, SongTitle = song.SongTitle, AlbumTitle = song.AlbumTitle });
        return batch.ExecuteAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Song>> QueryAsync(string artist, string? songTitle, CancellationToken cancellationToken)
    {
        var search = songTitle is null
            ? context.QueryAsync<SongRow>(artist)
            : context.QueryAsync<SongRow>(artist, QueryOperator.Equal, [songTitle]);
        return [.. (await search.GetRemainingAsync(cancellationToken)).Select(row => new Song(row.Artist, row.SongTitle, row.AlbumTitle))];
    }

    public Task DeleteAsync(string artist, string songTitle, CancellationToken cancellationToken) =>
        context.DeleteAsync<SongRow>(artist, songTitle, cancellationToken);

    [DynamoDBTable(MusicCollection.Table)]
    public sealed class SongRow
    {
        [DynamoDBHashKey]
        public string Artist { get; set; } = "";

        [DynamoDBRangeKey]
        public string SongTitle { get; set; } = "";

        public string? AlbumTitle { get; set; }
    }
}
