namespace Playground.Web.Music;

/// <summary>The music collection over HTTP. The same routes exist below <c>/api</c> and, through the object model, below <c>/api/context</c>.</summary>
public static class MusicEndpoints
{
    public static void MapMusic(this IEndpointRouteBuilder routes, IMusicCollection songs)
    {
        var music = routes.MapGroup("/music");
        music.MapPost("/table", (Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => songs.CreateTableAsync(ct)));
        music.MapDelete("/table", (Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => songs.DeleteTableAsync(ct)));
        music.MapPut("", (Song song, Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => songs.PutAsync(song, ct)));
        music.MapGet("", (string artist, string? songTitle, Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => songs.QueryAsync(artist, songTitle, ct)));
        music.MapDelete("", (string artist, string songTitle, Calls calls, CancellationToken ct) =>
            calls.AnswerAsync(() => songs.DeleteAsync(artist, songTitle, ct)));
    }
}
