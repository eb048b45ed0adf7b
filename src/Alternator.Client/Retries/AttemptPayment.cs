namespace Alternator.Client;

/// <summary>
/// What the attempts of one request cost. The budget keeps a cluster in trouble from being buried under repetitions, so what counts is how
/// many nodes have to work for a request: one for nothing, every further one for a token. An attempt that never reached its node, because the connection
/// was refused or never came about, and one whose node has died, was no load, and gives its token back.
/// <para>That holds for the first cycle of the plan, in which every node is tried once at most. Who comes back to a node pays, whatever comes of it:
/// else a cluster that can hardly accept connections would be asked for ever more of them.</para>
/// </summary>
internal sealed class AttemptPayment(RetryBudget budget)
{
    private bool _begun;
    private bool _firstCycle = true;
    private int _refundable;

    /// <summary>The first attempt has been made.</summary>
    public void First() => _begun = true;

    /// <summary>Pays for a further attempt. Returns false when the budget is spent.</summary>
    public bool TryPay()
    {
        if (!_begun)
        {
            return _begun = true;
        }
        if (!budget.TryTake())
        {
            return false;
        }
        _refundable += _firstCycle ? 1 : 0;
        return true;
    }

    /// <summary>An attempt has proved to have been no load for its node.</summary>
    public void WasNoLoad()
    {
        if (_refundable > 0)
        {
            _refundable--;
            budget.Refund();
        }
        else if (_firstCycle)
        {
            _begun = false;
        }
    }

    /// <summary>Every node has been tried.</summary>
    public void NewCycle()
    {
        _firstCycle = false;
        _begun = true;
    }
}
