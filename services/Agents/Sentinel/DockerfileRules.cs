using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Paths;
using Charterhouse.Agents.Scan.Details.Secrets;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Sentinel;

/// <summary>What a Dockerfile does that its image's users would not want.</summary>
internal static partial class DockerfileRules
{
    private const int Listed = 4;
    private static readonly string[] UnprivilegedBases = ["nonroot", "rootless", "unprivileged", "chainguard", "bitnami", "wolfi", "chiseled", "jenkins/jenkins", "grafana/", "elastic"];

    /// <summary>One that somebody builds: not for show, and no template.</summary>
    public static bool IsBuilt(Excerpt file) => ContainerFiles.IsDockerfile(file.Path) && !ShownPlaces.Contains(file.Path) && !DockerTemplate.Is(file.Path, file.Text);

    /// <summary>The findings on several; the same script in many of them is one decision, and one finding at the first.</summary>
    /// <param name="targets">Which stages compositions build.</param>
    /// <param name="samples">The repository is samples as a whole, which nobody releases.</param>
    public static IEnumerable<Finding> Of(IEnumerable<Excerpt> files, ComposeTargets targets, bool samples)
    {
        var found = files.SelectMany(file => Of(file, targets)).Where(one => !samples || one.Finding.Rule is not ("dockerfile/runs-as-root" or "dockerfile/pipe-to-shell")).ToArray();
        foreach (var group in found.GroupBy(one => (one.Finding.Rule, one.Finding.Severity, one.Same)).Select(group => group.ToArray()))
        {
            var places = group.Select(one => $"{one.Finding.Path}:{one.Finding.Line}").Distinct(StringComparer.Ordinal).ToArray();
            if (group[0].Same is null || places.Length == 1)
                foreach (var (finding, _) in group) yield return finding;
            else
                yield return group[0].Finding with { Evidence = $"{group[0].Finding.Evidence.TrimEnd('.')}; the same in {string.Join(", ", places.Skip(1).Take(Listed))}{(places.Length - 1 > Listed ? $" and {places.Length - 1 - Listed} more" : "")}." };
        }
    }

    private static IEnumerable<(Finding Finding, string? Same)> Of(Excerpt file, ComposeTargets targets)
    {
        var instructions = Read(file.Text);
        // Where people only work, nothing is released from.
        var download = ContainerFiles.IsForDevelopment(file.Path) ? Severities.Info : Severities.Low;
        foreach (var (line, name, text) in instructions)
        {
            if (name == "ADD" && RemoteFile().Match(text) is { Success: true } remote && !text.Contains("--checksum=", StringComparison.Ordinal))
                yield return Make("dockerfile/remote-add", download, "ADD downloads without a checksum", line, $"ADD takes {Fit(remote.Groups["address"].Value)} as it is on that day.", "Give --checksum=sha256:…, or copy a file that the repository has.", Fit(remote.Groups["address"].Value));
            if (name == "RUN" && PipedToShell().Match(text) is { Success: true } piped && !Checked().IsMatch(text))
                yield return Make("dockerfile/pipe-to-shell", download, "A downloaded script runs unchecked", line, $"RUN pipes {Fit(piped.Value)}.", "Download it, compare its checksum, then run it; or install from a package.", Fit(piped.Value), piped.Groups["script"].Value);
            if (name is "ENV" or "ARG" && SecretVariable(text) is { } variable)
                yield return Make("dockerfile/secret-in-image", Severities.Medium, "A secret is part of the image", line, $"{name} gives a value to {variable}; everyone with the image can read it.", "Use a build secret (RUN --mount=type=secret) or give it when the container starts.", variable);
        }
        if (file.Truncated || !IsShipped(file.Path) || RootStage(instructions, targets.Of(file.Path)) is not { } root) yield break;
        yield return Make("dockerfile/runs-as-root", Severities.Info, "The image runs as root", root.Line, $"The {root.Stage} (from {root.Image}) has no USER.", "End it with USER and an unprivileged user, unless the base image sets one.", "", "");

        (Finding, string?) Make(string rule, string severity, string title, int line, string evidence, string recommendation, string what, string? same = null) =>
            (Findings.Make(SentinelAgent.Name, rule, severity, title, file.Path, $"{file.Path}:{line}: {evidence}", recommendation, line, what), same);
    }

    /// <summary>The stage that is built and runs as root: of those that compositions name, else the last; null for none.</summary>
    private static (string Stage, string Image, int Line)? RootStage(List<(int Line, string Name, string Text)> instructions, IReadOnlySet<string> targets)
    {
        var begins = Enumerable.Range(0, instructions.Count).Where(i => instructions[i].Name == "FROM").ToArray();
        var names = begins.Select(i => Alias().Match(instructions[i].Text) is { Success: true } match ? match.Groups["name"].Value : "").ToArray();
        var named = Enumerable.Range(0, begins.Length).Where(i => targets.Contains(names[i])).ToArray();
        foreach (var i in named.Length > 0 ? named : begins.Length > 0 ? [begins.Length - 1] : [])
        {
            var stage = instructions[begins[i]..(i + 1 < begins.Length ? begins[i + 1] : instructions.Count)];
            var from = stage[0].Text;
            var image = from.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => !word.StartsWith("--", StringComparison.Ordinal)) ?? "";
            var commands = stage.FindAll(instruction => instruction.Name is "CMD" or "ENTRYPOINT");
            // A stage that builds on another of this file has that one's user; a module of WebAssembly alone has none.
            if (commands.Count == 0 || commands.Exists(command => RunsTests().IsMatch(InWords(command.Text))) || stage.Exists(instruction => instruction.Name == "USER" || DropsRights().IsMatch(instruction.Text)) || names.Contains(image, StringComparer.OrdinalIgnoreCase)
                || image.Contains('$', StringComparison.Ordinal) || UnprivilegedBases.Any(part => from.Contains(part, StringComparison.OrdinalIgnoreCase)) || image == "scratch" && commands.Exists(command => command.Text.Contains(".wasm", StringComparison.Ordinal))) continue;
            return (named.Length > 0 ? $"stage {names[i]}" : "last stage", image, stage[0].Line);
        }
        return null;
    }

    /// <summary>Image definitions that a project publishes have the plain name, near the top or in a folder for images.</summary>
    private static bool IsShipped(string path) =>
        path.AsSpan().Count('/') <= 2 && path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant() is "dockerfile" or "containerfile" && (PathKinds.Of(path) & PathKind.Tool) == PathKind.Product;

    private static string? SecretVariable(string text)
    {
        foreach (Match match in Assignment().Matches(text))
        {
            var (name, value) = (match.Groups["name"].Value, match.Groups["value"].Value.Trim('"', '\''));
            if (!SecretName().IsMatch(name) || value.Length < 8 || value.IndexOfAny(['$', '/', '{', '<', '.']) >= 0 || value.Contains(SecretReader.Redacted, StringComparison.Ordinal)) continue;
            if (Randomness.IsMixed(value) && Randomness.Entropy(value) >= 3 && !Randomness.IsPlaceholder(value)) return name;
        }
        return null;
    }

    /// <summary>The instructions, continued lines joined, comments left out.</summary>
    private static List<(int Line, string Name, string Text)> Read(string text)
    {
        var instructions = new List<(int, string, string)>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            var start = i + 1;
            var whole = new System.Text.StringBuilder(line);
            while (whole[^1] == '\\' && i + 1 < lines.Length)
            {
                var next = lines[++i].Trim();
                if (next.StartsWith('#')) continue;
                whole.Length--;
                whole.Append(' ').Append(next);
            }
            var instruction = whole.ToString();
            var space = instruction.IndexOfAny([' ', '\t']);
            if (space > 0) instructions.Add((start, instruction[..space].ToUpperInvariant(), instruction[(space + 1)..].Trim()));
            // A here-document is the script of its instruction.
            if (HereDocument().Match(instruction) is { Success: true } here)
                while (i + 1 < lines.Length && lines[++i].Trim() != here.Groups["end"].Value) { }
        }
        return instructions;
    }

    /// <summary>The list form as a shell would have it.</summary>
    private static string InWords(string command) => string.Join(' ', command.Split(['[', ']', '"', ',', ' '], StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"(^|[\s/])(pytest|rspec|phpunit|tox|nox|jest|vitest|ctest|(go|cargo|dotnet|mix|swift) test|(npm|yarn|pnpm|bun) (run )?test|((make|rake|mvn|mvnw|gradle|gradlew)( -\S+)* (test|check))|(run[-_]?tests?|test[-_]?runner)(\.\w+)?|tests?/[\w/-]{1,100}\.(rb|py|sh|js|pl|php|bats))(\s|$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunsTests();

    private static string Fit(string text) => text.Length <= 100 ? text : text[..99] + "…";

    [GeneratedRegex(@"(^|\s)(?<address>https?://(?!\S+\.git(\s|#|$))\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex RemoteFile();

    [GeneratedRegex(@"\b(curl|wget)\b[^|;&]*(?<script>https?://[^|;&\s""'?]*)[^|;&]*\|\s*(sudo\s+)?(-E\s+)?(ba|z|da)?sh\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PipedToShell();

    [GeneratedRegex(@"sha(256|512|1)sum|gpg --verify|cosign verify", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Checked();

    [GeneratedRegex(@"(?<name>[A-Za-z_][A-Za-z0-9_]*)=(?<value>""[^""]*""|'[^']*'|\S+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|ACCESS_KEY)(_?(KEY|BASE|VALUE))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\s+as\s+(?<name>\S+)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Alias();

    [GeneratedRegex(@"\b(gosu|su-exec|setpriv|s6-setuidgid|runuser)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DropsRights();

    [GeneratedRegex(@"<<-?\s*[""']?(?<end>[A-Za-z_]+)[""']?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HereDocument();
}
