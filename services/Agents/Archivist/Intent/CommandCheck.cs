using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>
/// Finds documented commands that name something of this repository which nothing in it defines. What counts is the whole repository: a command
/// after <c>cd</c> may be meant for any part of it. A README also shows what its readers type in repositories of their own, so that there another
/// command of the same tool must be right.
/// </summary>
internal static partial class CommandCheck
{
    private const int PerDocument = 10;
    private static readonly FrozenSet<string> ScriptEndings = new[] { ".sh", ".bash", ".py", ".js", ".mjs", ".cjs", ".ts", ".rb", ".ps1", ".pl" }.ToFrozenSet(StringComparer.Ordinal);
    private static readonly FrozenSet<string> DotnetVerbs = new[] { "run", "build", "test", "pack", "publish" }.ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<Finding> Find(IReadOnlyList<DeclaredDocument> documents, TreeIndex tree, BuildTargets targets)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var rules = DeclarationReader.IsRules(IntentDocuments.Stem(document.Path));
            var judged = ShellCommands.Read(document).Select(command => (Command: command, Verdict: Judge(command, tree, targets))).ToArray();
            // Another repository or a folder that is made on the way: what follows may be about that.
            var elsewhere = judged.FirstOrDefault(pair => pair.Command.Words[0] == "cd" && LeavesFor(pair.Command, document, tree)).Command?.Line ?? int.MaxValue;
            var right = judged.Where(pair => pair.Verdict is { Missing: null }).Select(pair => pair.Verdict!.Tool).ToHashSet(StringComparer.Ordinal);
            var wrong = judged.Where(pair => pair.Verdict is { Missing: not null } && (rules || right.Contains(pair.Verdict.Tool) && !pair.Command.InSpan) && (pair.Command.Line < elsewhere || rules && !pair.Verdict.IsPath))
                .Where(pair => !pair.Verdict!.IsPath || !Made(document, pair.Verdict.Missing!, pair.Command));
            foreach (var (command, verdict) in wrong.Where(pair => known.Add(pair.Verdict!.Missing!)).Take(PerDocument))
                yield return Findings.Make(ArchivistAgent.Name, "intent/command-missing", Severities.Low, "A documented command names what does not exist", document.Path,
                    $"{document.Path}:{command.Line} gives the command “{command.Text}”; {verdict!.Why}.", "Correct the command, or bring back what it names.", command.Line, verdict.Missing!);
        }
    }

    /// <summary>Null when nothing can be proved.</summary>
    private static Verdict? Judge(ShellCommand command, TreeIndex tree, BuildTargets targets)
    {
        var words = command.Words;
        return words[0] switch
        {
            "npm" or "pnpm" when words.Count >= 3 && words[1] is "run" or "run-script" && !words.Any(word => word is "--if-present" or "-w" or "-C" || word.StartsWith("--prefix", StringComparison.Ordinal) || word.StartsWith("--filter", StringComparison.Ordinal))
                => Among(targets.NpmScripts, "npm", words[2], "no package.json of the repository has a script {0}", ScriptName()),
            // Without "run", a name may also be a program; one with a colon is a script.
            "yarn" or "pnpm" when words.Count >= 2 && (words[1] == "run" && words.Count >= 3 ? words[2] : words[1]) is var script && script.Contains(':', StringComparison.Ordinal)
                => Among(targets.NpmScripts, "npm", script, "no package.json of the repository has a script {0}", ScriptName()),
            "make" when !tree.MakeIncludes && words.Count == 2 && !tree.HasEnding(words[1])
                => Among(targets.MakeTargets, "make", words[1], "no Makefile of the repository has a target {0}", TargetName()),
            "just" when words.Count >= 2 => Among(targets.Recipes, "just", words[1], "the justfile has no recipe {0}", TargetName()),
            "cargo" when words.Count >= 2 && words[1] is "run" or "test" or "build" or "bench" or "check" or "install" => Cargo(words, targets),
            "dotnet" when words.Count >= 2 && DotnetVerbs.Contains(words[1]) => Dotnet(words, tree),
            "docker" when words.Count >= 4 && words[1] == "compose" && words[2] == "-f" => Path(words[3], "docker", tree),
            "docker-compose" when words.Count >= 3 && words[1] == "-f" => Path(words[2], "docker", tree),
            "bash" or "sh" or "python" or "python3" or "node" when words.Count >= 2 && ScriptEndings.Contains(System.IO.Path.GetExtension(words[1])) => Path(words[1], "script", tree),
            _ when words[0].StartsWith("./", StringComparison.Ordinal) && ScriptEndings.Contains(System.IO.Path.GetExtension(words[0])) => Path(words[0], "script", tree),
            _ => null,
        };
    }

    private static Verdict? Cargo(IReadOnlyList<string> words, BuildTargets targets)
    {
        if (words.Any(word => word.StartsWith("--git", StringComparison.Ordinal) || word.StartsWith("--manifest", StringComparison.Ordinal))) return null;
        for (var i = 2; i + 1 < words.Count && words[i] != "--"; i++)
        {
            if (words[i] == "--bin") return Among(targets.CargoBinaries, "cargo", words[i + 1], "no Cargo package of the repository has a binary {0}", TargetName());
            if (words[i] is "-p" or "--package" && words[1] != "install") return Among(targets.CargoPackages, "cargo", words[i + 1], "no Cargo.toml of the repository has a package {0}", TargetName());
        }
        return null;
    }

    private static Verdict? Dotnet(IReadOnlyList<string> words, TreeIndex tree)
    {
        var option = words.ToList().FindIndex(word => word is "--project" or "-p");
        var project = option > 0 && option + 1 < words.Count && words[1] == "run" ? words[option + 1] : option < 0 && words.Count > 2 && words[1] != "run" ? words[2] : null;
        return project is not null && project.EndsWith("proj", StringComparison.OrdinalIgnoreCase) || project?.EndsWith(".sln", StringComparison.OrdinalIgnoreCase) == true || option > 0 && project?.Contains('/', StringComparison.Ordinal) == true
            ? Path(project.Replace('\\', '/'), "dotnet", tree) : null;
    }

    private static Verdict? Among(IReadOnlySet<string>? names, string tool, string name, string why, Regex form)
    {
        if (names is null || !form.IsMatch(name)) return null;
        return names.Contains(name) ? new Verdict(tool, null, "", false) : new Verdict(tool, $"{tool} {name}", string.Format(System.Globalization.CultureInfo.InvariantCulture, why, name), false);
    }

    private static Verdict? Path(string text, string tool, TreeIndex tree)
    {
        if (!RelativePath().IsMatch(text) || TreeIndex.Resolve("", text) is not { Length: > 0 } path || TreeIndex.IsOutput(path)) return null;
        if (tree.MayHave(path) || tree.HasEnding(path)) return new Verdict(tool, null, "", true);
        // A lone name may be a file that the reader has; one in a folder that is here is ours.
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && tree.Has(path[..slash]) ? new Verdict(tool, path, $"there is no {path} in the tree", true) : null;
    }

    /// <summary>A command before it or the words around may make the file.</summary>
    private static bool Made(DeclaredDocument document, string path, ShellCommand command)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return document.Blocks.Any(block => block.Kind == BlockKind.Code && block.Text.Split('\n').Any(line =>
            line.Contains(name, StringComparison.Ordinal) && !line.Contains(command.Text, StringComparison.Ordinal) && Making().IsMatch(line)));
    }

    private static bool LeavesFor(ShellCommand command, DeclaredDocument document, TreeIndex tree) =>
        command.Words.Count > 1 && command.Words[1].TrimEnd('.', '/').Length > 0 && (TreeIndex.Resolve("", command.Words[1]) is not { } folder || !tree.Has(folder) && !tree.Has(document.Folder + folder) && !tree.HasEnding(folder)
        && !document.Blocks.Any(block => block.Kind == BlockKind.Code && block.Text.Contains("git clone", StringComparison.Ordinal) && block.Text.Contains(folder, StringComparison.OrdinalIgnoreCase)));

    /// <summary>What a command refers to.</summary>
    /// <param name="Missing">What does not exist; null when the command is right.</param>
    private sealed record Verdict(string Tool, string? Missing, string Why, bool IsPath);

    [GeneratedRegex(@"^[A-Za-z][\w:.-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ScriptName();

    [GeneratedRegex(@"^[A-Za-z][\w-]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TargetName();

    [GeneratedRegex(@"^\.{0,2}/?[A-Za-z0-9._-]+([/\\][A-Za-z0-9._-]+)*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RelativePath();

    [GeneratedRegex(@"curl|wget|\b(cp|mv|touch|tee|ln|cat|unzip|tar|vim?|nano|code)\b|>|\s-o\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Making();
}
