using System.Globalization;
using System.Text.Json;
using Charterhouse.Cli.Terminal;
using Charterhouse.RepoSync.Effects;

namespace Charterhouse.Cli.Effects;

/// <summary>Effects as text. What is written speaks of repositories and is cleaned here.</summary>
internal static class EffectText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string List(IReadOnlyList<EffectView> effects)
    {
        var table = new Columns("CREATED", "EFFECT ID", "KIND", "STATE", "WHAT");
        foreach (var one in effects) table.Add(Time(one.CreatedAt), one.EffectId, one.Kind, one.State, What(one));
        return table.ToString();
    }

    public static string Show(EffectDetails details, bool request)
    {
        var one = details.Effect;
        var lines = new List<string>
        {
            $"{one.EffectId}  {TerminalText.Line(one.Kind)}  {one.State}: {TerminalText.Line(one.Summary)}",
            $"  repository  {TerminalText.Line(one.Repository)}{(one.HeadSha is { } sha ? " at " + TerminalText.Line(sha) : "")}",
            $"  run         {one.RunId ?? "-"}, step {TerminalText.Line(one.Step)}",
            $"  created     {Time(one.CreatedAt)}, {one.Attempts.ToString(CultureInfo.InvariantCulture)} {(one.Attempts == 1 ? "attempt" : "attempts")}{(one.DoneAt is { } at ? ", settled " + Time(at) : "")}",
        };
        if (one.Url is { } url) lines.Add($"  url         {TerminalText.Line(url)}");
        if (one.Error is { } error) lines.Add($"  problem     {TerminalText.Line(error)}");
        if (one.NextAt is { } next) lines.Add($"  next        {Time(next)}");
        if (one.ReleasedBy is { } by) lines.Add($"  released by {TerminalText.Line(by)}");
        if (request) lines.Add("\n" + (details.Request is { } json ? TerminalText.Clean(JsonSerializer.Serialize(json, Indented)) : "(what was to be written is no longer kept)"));
        return string.Join('\n', lines);
    }

    private static string What(EffectView one) => one.Error is { } error ? $"{one.Summary}: {error}" : one.Summary;

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
