using System.Globalization;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Cli.Repositories;

/// <summary>Registered repositories as text.</summary>
internal static class RepositoryText
{
    private const int ShortSha = 12;

    public static string List(IReadOnlyList<RepositoryView> repositories, DateTimeOffset now)
    {
        var table = new Columns("REPOSITORY", "CHARTER", "OF", "AGE", "LAST RUN", "NOTE");
        foreach (var one in repositories)
            table.Add(one.Target, Version(one.Charter), Sha(one.Charter), one.Charter is { } charter ? Age(charter.CreatedAt, now) : "-", one.LastRun is { } run ? $"{run.Status} {Age(run.CreatedAt, now)} ago" : "-", Note(one));
        return table.ToString();
    }

    public static string Show(RepositoryView repository, DateTimeOffset now)
    {
        var lines = new List<string>
        {
            TerminalText.Line(repository.Target),
            repository.Origin == RepositoryOrigins.Configuration ? "  registered  in the configuration"
                : repository.Origin == RepositoryOrigins.Installation ? $"  registered  {Time(repository.AddedAt!.Value)} by an installation of the forge"
                : $"  registered  {Time(repository.AddedAt!.Value)}{(repository.AddedBy is { } by ? $" by {TerminalText.Line(by)}" : "")}",
            repository.Charter is { } charter ? $"  charter     {Version(charter)} of {Sha(charter)}, {Age(charter.CreatedAt, now)} old ({charter.RunId})" : "  charter     none yet",
        };
        if (repository.Name is { } name) lines.Insert(1, $"  name        {TerminalText.Line(name)}{(repository.ForgeId is { } id ? $" ({TerminalText.Line(id)})" : "")}{(repository.DefaultBranch is { } branch ? $", default branch {TerminalText.Line(branch)}" : "")}");
        if (repository.KnownAs is { } known) lines.Insert(1, $"  known as    {TerminalText.Line(known)}: charters and findings are kept under it");
        if (repository.Paused is { } why) lines.Insert(1, $"  paused      {TerminalText.Line(why)}; nothing is started for it. Take it up again with: charter repos add {ShellText.Quote(TerminalText.Line(repository.Target))}");
        if (repository is { Paused: null, MissingSince: { } since }) lines.Insert(1, $"  missing     since {Time(since)}: a sync was told that it does not exist. The same answer a day later pauses it");
        if (repository.LastRun is { } run) lines.Add($"  last run    {run.RunId}, {run.Status}, {Age(run.CreatedAt, now)} ago");
        if (repository.Schedule is { } when) lines.Add($"  schedule    {TerminalText.Line(when)} (UTC)");
        lines.Add("  rules");
        foreach (var rule in repository.Rules)
            lines.Add($"    {rule.Name,-15} {(rule.Value.Length == 0 ? Nothing(rule.Name) : TerminalText.Line(rule.Value))}  ({From(rule)})");
        return string.Join('\n', lines);
    }

    private static string Note(RepositoryView one) => one.Paused is { } why ? $"paused: {TerminalText.Line(why)}" : one.MissingSince is { } since ? $"missing since {Time(since)}" : "";

    private static string Nothing(string rule) => rule == RuleSettings.Branches ? "the default branch, and every pull request" : "any";

    private static string From(RepositoryRule rule) => rule.From switch
    {
        RuleOrigins.Registry => "set for this repository",
        RuleOrigins.Repositories => "its item in the setting repositories",
        RuleOrigins.Triggers => $"the setting triggers.{rule.Name}",
        _ => "default",
    };

    private static string Version(RepositoryCharter? charter) => charter is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"v{charter.Version}");

    private static string Sha(RepositoryCharter? charter) => charter is null ? "-" : TerminalText.Line(charter.HeadSha)[..Math.Min(ShortSha, charter.HeadSha.Length)];

    private static string Age(DateTimeOffset since, DateTimeOffset now) => RunText.Duration(now > since ? now - since : TimeSpan.Zero);

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
