namespace Alternator.Emulator.Control;

/// <summary>The switches of a node by the names that the control endpoint and the page use.</summary>
internal static class NodeSwitches
{
    public static readonly string[] Names =
        ["stop", "start", "pause", "resume", "blackhole", "slow", "errors", "reset", "garbage", "truncate", "hide", "skew", "revive"];

    public static async Task ThrowAsync(EmulatorNode node, string name, ControlParameters p)
    {
        switch (name)
        {
            case "stop":
                await node.StopAsync().ConfigureAwait(false);
                break;
            case "start":
                await node.StartAsync().ConfigureAwait(false);
                break;
            case "pause":
                node.Pause();
                break;
            case "resume":
                node.Resume();
                break;
            case "blackhole":
                node.BlackHole();
                break;
            case "slow":
                node.SlowDown(p.Time("delay", TimeSpan.FromMilliseconds(300)), p.Time("jitter"), p.Share());
                break;
            case "errors":
                node.ReturnErrors(
                    p.Share(),
                    p.Choice("kind", NodeError.InternalServerError, ("500", NodeError.InternalServerError), ("overload", NodeError.Overload)),
                    p.Flag("executed"),
                    p.Text("operation"),
                    p.Count("times"));
                break;
            case "reset":
                node.ResetConnections(p.Choice("at", ResetPoint.BeforeAnswer, ("before", ResetPoint.BeforeAnswer), ("middle", ResetPoint.MidAnswer)), p.Share());
                break;
            case "garbage":
                node.BreakAnswers(
                    p.Choice("form", BrokenForm.Html, ("html", BrokenForm.Html), ("bytes", BrokenForm.RandomBytes), ("nothttp", BrokenForm.NotHttp),
                        ("headers", BrokenForm.EndlessHeaders), ("empty", BrokenForm.EmptyList), ("hostids", BrokenForm.HostIds), ("truncated", BrokenForm.Truncated)),
                    On(p),
                    p.Share());
                break;
            case "truncate":
                node.BreakAnswers(BrokenForm.Truncated, On(p), p.Share());
                break;
            case "hide":
                node.Hide();
                break;
            case "skew":
                node.ClockSkew = p.Flag("back") ? -p.Time("by") : p.Time("by");
                break;
            case "revive":
                await node.ReviveAsync().ConfigureAwait(false);
                break;
            default:
                throw new KeyNotFoundException($"There is no switch '{name}'; the switches are {string.Join(", ", Names)}.");
        }
    }

    private static RequestKinds On(ControlParameters p) => p.Choice(
        "on", RequestKinds.All, ("all", RequestKinds.All), ("api", RequestKinds.Api), ("localnodes", RequestKinds.LocalNodes), ("health", RequestKinds.Health));
}
