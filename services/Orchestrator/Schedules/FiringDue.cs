using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Charterhouse.Orchestrator.Schedules;

/// <summary>When and why a schedule fires.</summary>
/// <param name="At">When it was due.</param>
/// <param name="Asked">A person asked for it, and waits: nothing is put off.</param>
/// <param name="Interval">How long it is from there to the next time; zero when there is none.</param>
internal sealed record FiringDue(DateTimeOffset At, bool Asked, TimeSpan Interval)
{
    /// <summary>Nothing is put off for longer.</summary>
    public static readonly TimeSpan MostJitter = TimeSpan.FromMinutes(5);

    /// <summary>How long a repository's run is put off, so that not all of them begin in the same second; none when a person waits.</summary>
    public TimeSpan JitterOf(string lane) => Asked ? TimeSpan.Zero : Jitter(lane, At, Interval);

    /// <summary>The same for the same repository and time, evenly spread over a tenth of the interval or <see cref="MostJitter"/>, whichever is shorter.</summary>
    public static TimeSpan Jitter(string lane, DateTimeOffset due, TimeSpan interval)
    {
        var most = interval / 10 < MostJitter ? interval / 10 : MostJitter;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{lane}\n{due.UtcTicks}"));
        return most * (BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue);
    }
}
