using System.Text.RegularExpressions;
using Charterhouse.Agents.Examiner.Ci;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.GitHubWorkflows;

namespace Charterhouse.Agents.Sentinel;

/// <summary>Jobs of continuous integration that look for newer dependencies, which some projects run instead of a bot.</summary>
internal static partial class UpdateCommands
{
    /// <summary>Where one is run and which, or null.</summary>
    public static string? Of(RepositoryFacts facts)
    {
        foreach (var workflow in Workflow.All(facts))
            foreach (var step in workflow.Jobs.SelectMany(job => job.Steps))
            {
                if (step.Uses is { } uses && Action().Match(uses.Value) is { Success: true } action) return $"{workflow.Path} uses {action.Value}";
                if (step.Run is { } run && Find(run.Value) is { } command) return $"{workflow.Path} runs {command}";
            }
        foreach (var file in facts.Excerpts)
            if (PipelineReader.SystemOf(file.Path) is { } system && system != PipelineReader.GitHubActions && Find(file.Text) is { } command) return $"{file.Path} runs {command}";
        return null;
    }

    private static string? Find(string script)
    {
        foreach (var raw in script.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.StartsWith("#") || line.Length > 2_000) continue;
            if (Command().Match(line.ToString()) is { Success: true } match) return Spaces().Replace(match.Value, " ");
        }
        return null;
    }

    // cargo update to the oldest or to a given version is for building, not for updating.
    [GeneratedRegex(@"\b(cargo\s+(\+\S+\s+)?(outdated|upgrade|update(?!.*(minimal-versions|--precise)))|npm-check-updates|ncu|npm\s+(outdated|update)|(yarn|pnpm)\s+(outdated|upgrade|update|up)|pip-review|pip\s+list\s+.{0,40}--outdated|uv\s+lock\s+.{0,40}--upgrade|poetry\s+update|pdm\s+update|pre-commit\s+autoupdate|bundle\s+(outdated|update)|composer\s+(outdated|update)|dotnet[ -]outdated|dotnet\s+list\s+.{0,80}--outdated|go\s+get\s+(-t\s+)?-u|go\s+list\s+.{0,20}-u\b|mix\s+(hex\.outdated|deps\.update)|(flutter|dart)\s+pub\s+(outdated|upgrade)|nix\s+flake\s+update|mise\s+(upgrade|outdated)|dependency-check(\.sh)?|dependencyCheck\w*|dependencyUpdates|versions:(display|use)-[\w-]+|renovate|updatecli|CompatHelper\.main)(?![\w.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex(@"^(renovatebot/github-action|updatecli/updatecli-action|dependency-check/Dependency-Check_Action|DeterminateSystems/update-flake-lock|scala-steward-org/scala-steward-action)(?=@)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Action();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Spaces();
}
