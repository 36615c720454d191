using System.IO.Compression;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Charterhouse.RepoSync.Forges;

namespace Charterhouse.RepoSync.Effects.Kinds;

/// <summary>
/// <c>forge/sarif</c>: the findings for GitHub's code scanning. An upload for the same commit takes the place of the one before, so one that is repeated after a crash changes nothing.
/// </summary>
internal sealed class SarifEffect(IBlobStore blobs) : EffectKind
{
    private sealed record Upload(string Sha, string Ref, BlobReference File);

    public override string Name => StepKinds.ForgeSarif;

    public override EffectDecision Plan(EffectSubject subject)
    {
        if (subject.Forge is not GitHubForge) return new EffectNothing($"{subject.Forge!.Name} takes no SARIF");
        if (subject is not { Report.HeadSha: { } sha, Sarif: { } file }) return new EffectNothing("the run made no SARIF file");
        if (subject.Ref is not { } reference) return new EffectNothing("the analysed commit is on no branch that is known");
        return new EffectPlan($"{subject.Key}/commit/{sha}/sarif", sha, $"upload the findings of {subject.Path}@{sha[..7]} to code scanning", CanonicalJson.ToElement(new Upload(sha, reference, file)));
    }

    public override async Task<EffectOutcome> CallAsync(EffectCall call, CancellationToken cancellationToken)
    {
        var (sha, reference, file) = call.Read<Upload>();
        var place = $"{call.Path}@{sha[..7]}";
        if (call.Before is { } before && before.RequestHash == call.Hash) return EffectOutcome.Done($"code scanning has these findings of {place} already", before.ExternalId, before.Url);
        var content = await blobs.GetAsync(file, cancellationToken);
        using var memory = new MemoryStream();
        await using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(content, cancellationToken);
        try
        {
            var upload = await ((GitHubForge)call.At).UploadSarifAsync(call.Path, sha, reference, memory.ToArray(), call.Priority, cancellationToken);
            return EffectOutcome.Done($"uploaded the findings of {place} to code scanning", upload.Id, null);
        }
        catch (StepFailedException problem) when (problem.Failure.Code is ForgeProblems.Forbidden or ForgeProblems.NotFound)
        {
            // Advanced Security is switched on for each repository; a run is not worse for its absence
            return EffectOutcome.Skipped($"code scanning is not available for {call.Path}: {problem.Failure.Message}");
        }
    }
}
