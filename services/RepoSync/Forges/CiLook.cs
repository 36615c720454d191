using Charterhouse.Contracts.Repositories;
using Charterhouse.Platform.Work;

namespace Charterhouse.RepoSync.Forges;

/// <summary>Asks the forge of a repository how CI stands at the analysed commit. Not knowing it is no reason to fail: a note says so.</summary>
internal sealed class CiLook(ForgeDirectory forges, TimeProvider time)
{
    /// <summary>Nobody waits longer for it: everything else about the repository is known by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The description, and how CI stands where that could be found out.</summary>
    public async Task<RepoContext> AddAsync(RepoContext context, ForgePriority priority, CancellationToken cancellationToken)
    {
        if (forges.Find(context.Repository.Url) is not { } place) return context;
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return context with { Ci = await place.Forge.FindCiStatusAsync(place.Path, context.HeadSha, priority, either.Token) };
        }
        catch (StepFailedException problem)
        {
            return Without(problem.Failure.Code);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Without(ForgeProblems.Unreachable);
        }

        // the code, and not the sentence: a time in it would make two descriptions of the same differ
        RepoContext Without(string code) => context with { Notes = [.. context.Notes, $"{place.Forge.Name} could not be asked how CI stands at this commit ({code})"] };
    }
}
