namespace Charterhouse.Testing;

/// <summary>Work that never ends by itself.</summary>
public static class Hang
{
    /// <summary>Ends only by being cancelled.</summary>
    public static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        await never.Task;
    }
}
