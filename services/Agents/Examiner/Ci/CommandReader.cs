using System.Text.RegularExpressions;

namespace Charterhouse.Agents.Examiner.Ci;

/// <summary>A recognised command.</summary>
/// <param name="Kind">One of the constants of <see cref="CommandReader"/>.</param>
/// <param name="Ecosystem">Whose tests it runs; empty when its name alone does not tell (make, a script).</param>
internal sealed record Command(string Kind, string Text, string Ecosystem, int Line);

/// <summary>Recognises what a line of a shell script builds, tests or checks, by the programs that people use for it.</summary>
internal static partial class CommandReader
{
    public const string Test = "test";
    public const string Build = "build";
    public const string Lint = "lint";
    private const int LineLength = 2000;

    /// <summary>The commands of a script.</summary>
    /// <param name="line">The script's first line.</param>
    public static IEnumerable<Command> Read(string script, int line)
    {
        var joined = "";
        var start = line;
        foreach (var raw in script.Split('\n'))
        {
            if (joined.Length == 0) start = line;
            line++;
            joined += raw.TrimEnd();
            if (joined.EndsWith('\\') && joined.Length < LineLength)
            {
                joined = joined[..^1];
                continue;
            }
            if (joined.Length <= LineLength)
                foreach (var part in Separator().Split(Expression().Replace(joined, Plain)))
                    if (Of(part) is { } found) yield return new Command(found.Kind, Shown(part), found.Ecosystem, start);
            joined = "";
        }
    }

    // ${{ matrix.os }} is one word; its own name tells what it stands for.
    private static string Plain(Match match) => "${{" + match.Groups["inner"].Value.Split(["||", "&&"], StringSplitOptions.None)[0].Replace(" ", "", StringComparison.Ordinal) + "}}";

    private static string Shown(string part) => string.Join(' ', Uncommented(part).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimStart('-', '@', '(').Trim();

    private static string Uncommented(string part) => part.IndexOf(" #", StringComparison.Ordinal) is > 0 and var at ? part[..at] : part;

    private static (string Kind, string Ecosystem)? Of(string part)
    {
        var words = Uncommented(part).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => word is not ("(" or ")" or "{" or "}" or "then" or "do" or "else" or "!")).ToList();
        if (words.Count == 0 || words[0].StartsWith('#')) return null;
        for (var unwrapped = 0; unwrapped < 8 && words.Count > 0; unwrapped++)
        {
            if (!Unwrap(words)) break;
        }
        return words.Count == 0 ? null : Programs.Of(words);
    }

    /// <summary>Takes off what only starts another program.</summary>
    private static bool Unwrap(List<string> words)
    {
        var first = words[0].Trim('"', '\'');
        if (Assignment().IsMatch(first) || first is "sudo" or "time" or "exec" or "xvfb-run" or "env" or "npx" or "bunx" or "-" or "&" or "nice" or "stdbuf" or "command" or "call" or "wine" or "if" or "c8" or "nyc" or "unbuffer")
        {
            words.RemoveAt(0);
            while (words.Count > 0 && words[0].StartsWith('-')) words.RemoveAt(0);
            return true;
        }
        if (first is "timeout" && words.Count > 2)
        {
            words.RemoveRange(0, 2);
            return true;
        }
        if (first is "uv" or "poetry" or "pipenv" or "pdm" or "rye" or "hatch" or "pixi" && words.Count > 2 && words[1] == "run" || first is "bundle" && words.Count > 2 && words[1] == "exec"
            || first is "pnpm" or "yarn" or "npm" or "bun" && words.Count > 2 && words[1] is "exec" or "dlx" or "x")
        {
            words.RemoveRange(0, 2);
            while (words.Count > 1 && words[0].StartsWith('-'))
            {
                var takesValue = words[0] is "--group" or "--with" or "--extra" or "--python" or "-p" or "--package" or "--project" or "--directory" or "--env-file" or "-e" or "--only-group" or "--no-group";
                words.RemoveRange(0, takesValue && words.Count > 2 ? 2 : 1);
            }
            return true;
        }
        return false;
    }

    [GeneratedRegex(@"\$\{\{(?<inner>[^}]{0,300})\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"&&|\|\||;|\|", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^(\$env:)?[A-Za-z_][A-Za-z0-9_]*=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Assignment();
}
