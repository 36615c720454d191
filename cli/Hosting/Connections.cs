using System.Globalization;
using System.Text;
using Charterhouse.Cli.Errors;
using Charterhouse.Contracts.Runs;
using Charterhouse.Database;
using Charterhouse.Orchestrator.Charters;
using Charterhouse.Orchestrator.Reports;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Workflows;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync.Targets;

namespace Charterhouse.Cli.Hosting;

/// <summary>A mistake in a workflow's text. Line and column are 1-based.</summary>
internal sealed record WorkflowMistake(int Line, int Column, string Message, string Fix);

/// <summary>What the database says of itself.</summary>
/// <param name="QuickCheck"><c>ok</c>, or the first damage that SQLite found.</param>
/// <param name="SchemaProblem">Null when the schema is this program's.</param>
internal sealed record DatabaseState(int SchemaVersion, string QuickCheck, string? SchemaProblem);

/// <summary>Every call from the command line into the services that is not <see cref="RunService"/>.</summary>
internal static class Connections
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The built-in workflow that only fetches.</summary>
    public const string SyncWorkflow = BuiltInWorkflows.RepositorySync;

    /// <summary>The names of the built-in workflows, the default first.</summary>
    public static IReadOnlyList<string> WorkflowNames() => BuiltInWorkflows.Names;

    /// <summary>The text of a built-in workflow.</summary>
    public static string WorkflowText(string name) => BuiltInWorkflows.TextOf(name) ?? throw new UsageException($"there is no built-in workflow '{name}'");

    /// <summary>A time such as <c>90s</c>, <c>10m</c>, <c>1h30m</c>; null when the text is none.</summary>
    public static TimeSpan? ParseDuration(string text) => Durations.TryRead(text, out var time) ? time : null;

    /// <summary>What is wrong with a workflow's text; empty when it can run.</summary>
    public static IReadOnlyList<WorkflowMistake> CheckWorkflow(string text, string source) =>
        [.. WorkflowReader.Read(text, source).Problems.Select(problem => new WorkflowMistake(problem.Line, problem.Column, problem.Message, problem.Fix))];

    /// <summary>A target as <see cref="RunRequest.Target"/> wants it, or what is wrong with it. A local one is looked at; an URL is asked when its run starts.</summary>
    /// <param name="gitHub">Where <c>owner/repository</c> is, when there is no such folder; null for nowhere.</param>
    public static (string? Target, InputProblem? Problem) ParseTarget(string text, Uri? gitHub = null)
    {
        var parsed = RepositoryTarget.Parse(text, gitHub);
        var problem = parsed.Problem ?? (parsed.Value as RepositoryTarget.Local)?.Examine();
        return problem is null ? (parsed.Value!.Text, null) : (null, new InputProblem(problem.Message, problem.Remedy));
    }

    /// <summary>A target as a server wants it, or what is wrong with it: an https URL, or a folder's <c>origin</c> when that is one.</summary>
    /// <inheritdoc cref="ParseTarget" path="/param"/>
    public static async Task<(string? Url, InputProblem? Problem)> ParseServerTargetAsync(string text, Uri? gitHub, CancellationToken cancellationToken)
    {
        var parsed = RepositoryTarget.Parse(text, gitHub);
        if (parsed.Value is RepositoryTarget.Https https) return (https.Text, null);
        var folder = parsed.Value is RepositoryTarget.Local local ? LocalRepository.Find(local.Path) : null;
        if ((parsed.Problem ?? folder!.Problem) is { } problem) return (null, new InputProblem(problem.Message, problem.Remedy));
        var origin = await folder!.Value!.OriginAsync(new GitProcess(), LookTimeout, cancellationToken);
        // without the credentials that it may hold
        var url = origin?.StartsWith("https://", StringComparison.OrdinalIgnoreCase) == true ? RepositoryIdentity.OfLocal(folder.Value, origin).Url : null;
        return url is not null && RepositoryTarget.Parse(url).Value is RepositoryTarget.Https address
            ? (address.Text, null)
            : (null, new InputProblem($"a server has no access to the folder '{parsed.Value!.Text}', and its remote 'origin' has no https:// address", "Give the repository's https:// URL, or leave --server away."));
    }

    /// <summary>What a repository that a person names as a target may be known by: its id, the target, its folder. Empty when it is no target.</summary>
    public static IReadOnlyList<string> FormsOfRepository(string text) => RepositoryTarget.Parse(text).Value switch
    {
        RepositoryTarget.Https https => [RepositoryIdentity.OfUrl(https).Id, https.Text],
        RepositoryTarget.Local local => [local.Text, .. LocalRepository.Find(local.Path).Value?.WorkTree is { } folder ? [folder] : Array.Empty<string>()],
        _ => [],
    };

    /// <summary>The charter in a screenful of text, and what changed since the last version.</summary>
    public static string Summary(RunDetails details)
    {
        if (details.Charter is not { } charter || CharterDocument.FromElement(charter) is not { } document) return "";
        var summary = CharterSummary.Render(document).TrimEnd('\n');
        return details.Changes switch
        {
            null => summary,
            [] => $"{summary}\nNothing changed since version {document.Version - 1}.",
            var changes => $"{summary}\nSince version {document.Version - 1}:\n" + string.Join('\n', changes.Select(change => "  - " + change)),
        };
    }

    /// <summary>The charter's findings as SARIF; null before there is a charter.</summary>
    public static async Task<ReadOnlyMemory<byte>?> SarifAsync(RunDetails details, IArtifactReader artifacts, CancellationToken cancellationToken)
    {
        if (details.Charter is not { } charter || CharterDocument.FromElement(charter) is not { } document || !RunId.TryParse(details.Run.RunId, out var run)) return null;
        // A run of an earlier version of this program has no such file.
        return (await artifacts.ReadAsync(run, CharterSarif.FileName, cancellationToken))?.Content ?? CharterSarif.Render(document);
    }

    /// <summary>Several logs as one.</summary>
    public static string Merge(IReadOnlyList<ReadOnlyMemory<byte>> logs) => Encoding.UTF8.GetString(logs.Count == 1 ? logs[0].Span : CharterSarif.Merge(logs));

    /// <summary>Opens the database for reading and examines it.</summary>
    /// <exception cref="StorageException">It cannot be opened.</exception>
    public static async Task<DatabaseState> ExamineDatabaseAsync(string file, CancellationToken cancellationToken)
    {
        var examination = await DatabaseExamination.OfSqliteAsync(file, cancellationToken);
        return new DatabaseState(examination.Version, examination.QuickCheck, examination.Version == examination.ProgramVersion
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"{file} has schema version {examination.Version}; this program has {examination.ProgramVersion}"));
    }
}
