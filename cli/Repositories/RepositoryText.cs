using System.Globalization;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Repositories;

namespace Charterhouse.Cli.Repositories;

/// <summary>Registered repositories as text.</summary>
internal static class RepositoryText
{
    private const int ShortSha = 12;

    public static string List(IReadOnlyList<RepositoryView> repositories, DateTimeOffset now)
    {
        var table = new Columns("REPOSITORY", "CHARTER", "OF", "AGE", "LAST RUN");
        foreach (var one in repositories)
            table.Add(one.Target, Version(one.Charter), Sha(one.Charter), one.Charter is { } charter ? Age(charter.CreatedAt, now) : "-", one.LastRun is { } run ? $"{run.Status} {Age(run.CreatedAt, now)} ago" : "-");
        return table.ToString();
    }

    public static string Show(RepositoryView repository, DateTimeOffset now)
    {
        var lines = new List<string>
        {
            TerminalText.Line(repository.Target),
            repository.Origin == RepositoryOrigins.Configuration ? "  registered  in the configuration"
                : $"  registered  {Time(repository.AddedAt!.Value)}{(repository.AddedBy is { } by ? $" by {TerminalText.Line(by)}" : "")}",
            repository.Charter is { } charter ? $"  charter     {Version(charter)} of {Sha(charter)}, {Age(charter.CreatedAt, now)} old ({charter.RunId})" : "  charter     none yet",
        };
        if (repository.LastRun is { } run) lines.Add($"  last run    {run.RunId}, {run.Status}, {Age(run.CreatedAt, now)} ago");
        return string.Join('\n', lines);
    }

    private static string Version(RepositoryCharter? charter) => charter is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"v{charter.Version}");

    private static string Sha(RepositoryCharter? charter) => charter is null ? "-" : TerminalText.Line(charter.HeadSha)[..Math.Min(ShortSha, charter.HeadSha.Length)];

    private static string Age(DateTimeOffset since, DateTimeOffset now) => RunText.Duration(now > since ? now - since : TimeSpan.Zero);

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
