using System.Collections.Concurrent;
using Charterhouse.Platform.Work;
using Polly;
using Polly.Retry;

namespace Charterhouse.RepoSync.Forges;

/// <summary>What all calls to one forge share: its connections, turns, limits, remembered answers and patience.</summary>
internal sealed class ForgeLine : IDisposable
{
    private const int MostAtOnce = 8;
    private const int Tries = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    /// <summary>A limit that is over by then is waited for; a longer one gives the step's place to others.</summary>
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _writers = new(StringComparer.Ordinal);

    public ForgeLine(HttpClient http, RateLimits limits, TimeProvider time)
    {
        (Http, Limits, Time) = (http, limits, time);
        Waiting = Pipeline(IsShortLimit);
        Repeating = Pipeline(problem => IsShortLimit(problem) || problem is StepFailedException { Failure.Code: ForgeProblems.Unreachable or ForgeProblems.Unavailable });
    }

    public HttpClient Http { get; }
    public RateLimits Limits { get; }
    public TimeProvider Time { get; }
    public AnswerCache Answers { get; } = new();

    /// <summary>For what may be done twice: a broken connection or a failing server is tried again.</summary>
    public ResiliencePipeline Repeating { get; }

    /// <summary>For what may not: only a refusal for a limit, after which nothing happened, is tried again.</summary>
    public ResiliencePipeline Waiting { get; }

    /// <summary>Waits for a place; whoever changes something waits for the one before with the same credentials, as GitHub asks for.</summary>
    public async Task<IDisposable> TakeTurnAsync(string identity, HttpMethod method, CancellationToken cancellationToken)
    {
        var writer = method == HttpMethod.Get ? null : _writers.GetOrAdd(identity, static _ => new SemaphoreSlim(1));
        if (writer is not null) await writer.WaitAsync(cancellationToken);
        try
        {
            await _places.WaitAsync(cancellationToken);
            return new Turn(_places, writer);
        }
        catch
        {
            writer?.Release();
            throw;
        }
    }

    public void Dispose() => Http.Dispose();

    private ResiliencePipeline Pipeline(Func<Exception, bool> again) => new ResiliencePipelineBuilder { TimeProvider = Time }.AddRetry(new RetryStrategyOptions
    {
        MaxRetryAttempts = Tries - 1,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } problem && again(problem)),
        BackoffType = DelayBackoffType.Exponential,
        Delay = FirstPause,
        UseJitter = true,
        DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(arguments.Outcome.Exception is StepFailedException { Failure: { Code: ForgeProblems.RateLimited, RetryAfterMs: { } wait } } ? TimeSpan.FromMilliseconds(wait + 1) : null),
    }).Build();

    private static bool IsShortLimit(Exception problem) =>
        problem is StepFailedException { Failure: { Code: ForgeProblems.RateLimited, RetryAfterMs: { } wait } } && wait <= ShortWait.TotalMilliseconds;

    private sealed class Turn(SemaphoreSlim place, SemaphoreSlim? writer) : IDisposable
    {
        public void Dispose()
        {
            place.Release();
            writer?.Release();
        }
    }
}
