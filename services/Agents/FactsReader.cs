using Charterhouse.Agents.Facts;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Platform.Work;

namespace Charterhouse.Agents;

/// <summary>
/// Reads facts once for the agents that work on them at the same time: those of 100,000 files are a hundred megabytes as objects, and six
/// agents would each have their own.
/// </summary>
internal sealed class FactsReader : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly WeakReference<RepositoryFacts?> _last = new(null);
    private string? _lastBlob;

    /// <summary>The facts that the channel refers to.</summary>
    /// <exception cref="StepFailedException">As <see cref="StepContext.ReadAsync{T}"/>.</exception>
    public async Task<RepositoryFacts> ReadAsync(StepContext context, string channel, CancellationToken cancellationToken)
    {
        var blob = context.Inputs.TryGetValue(channel, out var value) ? BlobReference.TryRead(value)?.Sha256 : null;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (blob is not null && blob == _lastBlob && _last.TryGetTarget(out var known)) return known;
            var facts = await context.ReadAsync<RepositoryFacts>(channel, cancellationToken);
            _last.SetTarget(facts);
            _lastBlob = blob;
            return facts;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>These are the facts of that blob: agents in the process of their scan need not read them.</summary>
    public async Task RememberAsync(BlobReference reference, RepositoryFacts facts, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        _last.SetTarget(facts);
        _lastBlob = reference.Sha256;
        _one.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
