using Microsoft.Extensions.Hosting;

namespace Charterhouse.Platform.Hosting;

/// <summary>Whoever started a host decides when it stops; signals are <see cref="Interruption"/>'s.</summary>
public sealed class CallerLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
