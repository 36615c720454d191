using System.Globalization;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Forges;
using Charterhouse.RepoSync.Targets;
using Charterhouse.Testing.Forges;

namespace Charterhouse.RepoSync.Tests.Forges;

/// <summary>A clock on which all waiting is over at once, and moves it on: what was waited for can be seen, and nobody waits.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private DateTimeOffset _now = System.GetUtcNow();

    public IReadOnlyList<TimeSpan> Waits
    {
        get { lock (_gate) return [.. _waits]; }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public void Advance(TimeSpan time)
    {
        lock (_gate) _now += time;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromDays(1))
            {
                _waits.Add(dueTime);
                _now += dueTime;
            }
        }
        return System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}

/// <summary>The forges of a house, and stubs in their place.</summary>
public abstract class ForgeFixture : IAsyncDisposable
{
    private protected const string Repo = "acme/shop";
    private protected static readonly string Sha = new('a', 40);
    private readonly List<IDisposable> _directories = [];

    private protected ImpatientTime Time { get; } = new();
    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected static ForgeSettings PersonalToken(StubGitHub stub, string token = StubGitHub.Token, string? file = null) =>
        new() { Web = new Uri(stub.Url), Api = new Uri(stub.ApiUrl), Token = new SecretText(token, file) };

    private protected static ForgeSettings App(StubGitHub stub) =>
        new() { Web = new Uri(stub.Url), Api = new Uri(stub.ApiUrl), AppId = StubGitHub.AppId.ToString(CultureInfo.InvariantCulture), AppPrivateKey = new SecretText(stub.PrivateKey, null) };

    private protected static ForgeSettings PersonalToken(StubGitLab stub) =>
        new() { Web = new Uri(stub.Url), Api = new Uri(stub.ApiUrl), Token = new SecretText(StubGitLab.Token, null) };

    private protected ForgeDirectory Directory(ForgeSettings? gitHub = null, ForgeSettings? gitLab = null, bool privateHosts = false)
    {
        var options = new RepoSyncOptions { GitHub = gitHub ?? ForgeSettings.PublicGitHub, GitLab = gitLab ?? ForgeSettings.PublicGitLab, AllowPrivateHosts = privateHosts };
        var directory = new ForgeDirectory(options, new HostGuard(options), new RateLimits(Time), Time);
        _directories.Add(directory);
        return directory;
    }

    private protected GitHubForge GitHub(ForgeSettings settings) => Directory(settings).GitHub!;

    private protected static async Task<Contracts.Steps.FailureInfo> FailureOf(Func<Task> act) => (await Should.ThrowAsync<StepFailedException>(act)).Failure;

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _directories.ForEach(one => one.Dispose());
        return ValueTask.CompletedTask;
    }
}
