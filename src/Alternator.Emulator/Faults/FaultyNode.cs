using Alternator.Emulator.Protocol;
using Microsoft.AspNetCore.Http.Features;

namespace Alternator.Emulator.Faults;

/// <summary>
/// Serves the requests of a node with faults, in this order: a paused node holds the request, a black-holed one swallows
/// it; a reset before the answer and an error replace the execution; then the request is executed; a slow node waits; and a
/// broken answer or a reset in its middle replaces the proper one.
/// </summary>
internal sealed class FaultyNode(ApiEndpoint api, Chance chance)
{
    public async Task ServeAsync(NodeRequest request, NodeApplication application)
    {
        if (!await PassesAsync(request).ConfigureAwait(false)) return;
        request.Connection.IsInUse = true;
        NodeFaults faults = request.Node.Faults;
        bool resets = faults.Resets is { } r && chance.Hits(r.Share);
        if (resets && faults.Resets!.At == ResetPoint.BeforeAnswer)
        {
            request.Connection.Reset();
            return;
        }

        bool fails = faults.Errors is { } e && request.Kind == RequestKinds.Api && (e.Operation is null || e.Operation == ApiEndpoint.Operation(request))
            && chance.Hits(e.Share) && request.Node.TakesError(e);
        if (fails && !faults.Errors!.Executed) await api.AnswerAsync(request, execute: false).ConfigureAwait(false);
        else await application.MakeAnswerAsync(request).ConfigureAwait(false);
        if (fails) api.Fail(request, faults.Errors!.Kind);

        if (faults.Slow is { } slow && chance.Hits(slow.Share))
            await DelayAsync(request, slow.Delay + chance.Between(TimeSpan.Zero, slow.Jitter)).ConfigureAwait(false);

        if (resets)
        {
            await BrokenAnswer.SendHalfAsync(request, thenReset: true).ConfigureAwait(false);
        }
        else if (faults.Broken is { } broken && (request.Kind & broken.On) != 0 && chance.Hits(broken.Share))
        {
            if (BrokenAnswer.Replace(request, broken.Form, chance)) await application.SendAsync(request).ConfigureAwait(false);
            else await SendRawAsync(request, broken.Form).ConfigureAwait(false);
        }
        else
        {
            await application.SendAsync(request).ConfigureAwait(false);
        }
    }

    /// <summary>Waits as long as the node is paused; false when the request was swallowed or its client left.</summary>
    private static async Task<bool> PassesAsync(NodeRequest request)
    {
        CancellationToken left = request.Features.Get<IHttpRequestLifetimeFeature>()!.RequestAborted;
        bool swallowed = false;
        while (true)
        {
            Task changed = request.Node.FaultsChanged;
            NodeFaults faults = request.Node.Faults;
            swallowed |= faults.BlackHole;
            if (!faults.Paused && !faults.BlackHole) break;
            try
            {
                await changed.WaitAsync(left).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        if (swallowed) request.Connection.Reset();
        return !swallowed;
    }

    private static Task SendRawAsync(NodeRequest request, BrokenForm form)
    {
        // Such an answer may have no end, which a leaving node must not wait for.
        request.Connection.IsInUse = false;
        return BrokenAnswer.SendRawAsync(request, form);
    }

    private static async Task DelayAsync(NodeRequest request, TimeSpan delay)
    {
        CancellationToken left = request.Features.Get<IHttpRequestLifetimeFeature>()!.RequestAborted;
        try
        {
            await Task.Delay(delay, left).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more; sending it will fail quietly.
        }
    }
}
