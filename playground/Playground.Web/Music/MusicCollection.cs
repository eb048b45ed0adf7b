using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Playground.Web.Music;

/// <summary>The music collection with <see cref="IAmazonDynamoDB"/>.</summary>
public sealed class MusicCollection(IAmazonDynamoDB dynamoDb) : IMusicCollection
{
    public const string Table = "MusicCollection";

    public Task<bool> CreateTableAsync(CancellationToken cancellationToken) => Tables.CreateIfMissingAsync(dynamoDb, new()
    {
        TableName = Table,
        KeySchema = [new("Artist", KeyType.HASH), new("SongTitle", KeyType.RANGE)],
        AttributeDefinitions = [new("Artist", ScalarAttributeType.S), new("SongTitle", ScalarAttributeType.S)],
        ProvisionedThroughput = new(1, 1),
    }, cancellationToken);

    public Task<bool> DeleteTableAsync(CancellationToken cancellationToken) => Tables.DeleteIfThereAsync(dynamoDb, Table, cancellationToken);

    public Task PutAsync(Song song, CancellationToken cancellationToken)
    {
        var item = KeyOf(song.Artist, song.SongTitle);
        if (song.AlbumTitle is { } album)
            item["AlbumTitle"] = new(album);
        return dynamoDb.PutItemAsync(Table, item, cancellationToken);
    }

    public async Task<IReadOnlyList<Song>> QueryAsync(string artist, string? songTitle, CancellationToken cancellationToken)
    {
        var request = new QueryRequest(Table)
        {
            KeyConditionExpression = songTitle is null ? "Artist = :artist" : "Artist = :artist AND SongTitle = :title",
            ExpressionAttributeValues = new() { [":artist"] = new(artist) },
        };
        if (songTitle is not null)
            request.ExpressionAttributeValues[":title"] = new(songTitle);

        var songs = new List<Song>();
        do
        {
            var page = await dynamoDb.QueryAsync(request, cancellationToken);
            songs.AddRange((page.Items ?? []).Select(item =>
                new Song(item["Artist"].S, item["SongTitle"].S, item.GetValueOrDefault("AlbumTitle")?.S)));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return songs;
    }

    public Task DeleteAsync(string artist, string songTitle, CancellationToken cancellationToken) =>
        dynamoDb.DeleteItemAsync(Table, KeyOf(artist, songTitle), cancellationToken);

    private static Dictionary<string, AttributeValue> KeyOf(string artist, string songTitle) =>
        new() { ["Artist"] = new(artist), ["SongTitle"] = new(songTitle) };
}
