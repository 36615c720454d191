using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Agents.Archivist.Intent;

/// <summary>
/// Finds paths that documents speak of and the tree does not have: links of markdown to files, and in documents for those who work on the
/// repository also code that is plainly a path of it. What may be an example, a build's output or another site's is passed over.
/// </summary>
internal static partial class PathCheck
{
    private const int PerDocument = 20;
    private const int Shown = 5;

    private static readonly FrozenSet<string> KnownExtensions = new[]
    {
        ".md", ".rst", ".txt", ".cs", ".csproj", ".sln", ".slnx", ".props", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".py", ".go", ".rs", ".java", ".kt", ".c", ".h", ".cc", ".cpp", ".hpp", ".rb", ".php", ".swift", ".sh", ".ps1",
        ".yml", ".yaml", ".json", ".toml", ".sql", ".proto", ".html", ".css", ".scss", ".vue", ".svelte", ".ex", ".exs", ".lua", ".scala", ".tf", ".xml", ".ini", ".cfg",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Pages of the forge that relative links reach only there.</summary>
    private static readonly FrozenSet<string> ForgePages = new[]
    {
        "issues", "wiki", "releases", "pulls", "pull", "discussions", "actions", "blob", "tree", "raw", "commits", "commit", "graphs", "milestones", "projects", "security", "compare", "stargazers", "network", "tags", "edit", "new",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static IEnumerable<Finding> Find(IReadOnlyList<DeclaredDocument> documents, TreeIndex tree)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var count = 0;
            // What went missing together, in a paragraph or a table, is one trace of one move.
            var together = new List<(Mention Mention, string Path)>();
            var table = false;
            foreach (var block in document.Blocks)
            {
                if (together.Count > 0 && !(table && block.Kind == BlockKind.Cell))
                {
                    yield return Make(document, together, tree);
                    together.Clear();
                }
                table = block.Kind == BlockKind.Cell;
                foreach (var mention in block.Mentions)
                {
                    if (count >= PerDocument || (mention.IsLink ? Link(document, mention, tree) : Span(document, block, mention, tree)) is not { } missing || !known.Add(missing)) continue;
                    count++;
                    if (tree.InAnotherCase(missing) is null) together.Add((mention, missing));
                    else yield return Make(document, [(mention, missing)], tree);
                }
            }
            if (together.Count > 0) yield return Make(document, together, tree);
        }
    }

    private static Finding Make(DeclaredDocument document, IReadOnlyList<(Mention Mention, string Path)> together, TreeIndex tree)
    {
        var (mention, missing) = together[0];
        var others = string.Concat(together.Skip(1).Take(Shown).Select(one => $", nor {one.Path} (line {one.Mention.Line})")) + (together.Count - 1 > Shown ? $" and {together.Count - 1 - Shown} more" : "");
        var verb = mention.IsLink ? "links to" : "names";
        var other = tree.InAnotherCase(missing);
        var evidence = other is null
            ? $"{document.Path}:{mention.Line} {verb} {mention.Text}; there is no {missing} in the tree{others}."
            : $"{document.Path}:{mention.Line} {verb} {mention.Text}; the tree has {other}, whose letters differ in case.";
        return Findings.Make(ArchivistAgent.Name, "intent/path-missing", Severities.Low, "A document names a path that does not exist", document.Path, evidence,
            other is null ? "Correct the path, or remove what refers to it." : "Write it as the file is named: other systems tell upper from lower case.", mention.Line, missing);
    }

    /// <summary>The path that a link means and that is missing, or null.</summary>
    private static string? Link(DeclaredDocument document, Mention mention, TreeIndex tree)
    {
        var target = mention.Text.Trim();
        if (target.Length is 0 or > 300 || target[0] is '#' or '?' || Scheme().IsMatch(target) || target.StartsWith("//", StringComparison.Ordinal) || Placeholder().IsMatch(target) || IsToFillIn(target)) return null;
        var end = target.IndexOfAny(['#', '?']);
        if (end >= 0) target = target[..end];
        target = Uri.UnescapeDataString(target);
        // The site's documents link to pages of the site.
        if (tree.HasGenerator && (document.Folder.StartsWith("doc", StringComparison.OrdinalIgnoreCase) || target.StartsWith('/') || !HasExtension(target))) return null;
        if (target.Length == 0 || target.Contains(' ', StringComparison.Ordinal) && !HasExtension(target) || target.Any(c => c is > '\u007e' or < ' ' or '\\' or '<' or '>' or '"' or '|' or '@' or ':')) return null;
        var rooted = target.StartsWith('/');
        if (TreeIndex.Resolve(rooted ? "" : document.Folder, target) is not { Length: > 0 } path || tree.MayHave(path)) return null;
        var first = path.Split('/')[0];
        if (ForgePages.Contains(first) && !tree.Has(first) || TreeIndex.IsOutput(path) && !path.StartsWith("lib/", StringComparison.Ordinal)) return null;
        // "/owner/name/…" is an address, unless the tree has that folder.
        if (rooted && !(path.Contains('/', StringComparison.Ordinal) && tree.Has(first))) return null;
        // What .github holds is shown elsewhere too, with links as from the top.
        if (document.Folder.Length > 0 && document.Path.StartsWith('.') && TreeIndex.Resolve("", target) is { } top && tree.MayHave(top)) return null;
        if (document.LinkedFolder is { } linked && TreeIndex.Resolve(linked, target) is { } there && tree.MayHave(there)) return null;
        // Some renderers add the ending.
        if (!HasExtension(path) && (tree.Has(path + ".md") || tree.Has(path + ".rst") || tree.Has(path + ".html") || tree.Has(path + "/index.md"))) return null;
        return HasExtension(path) || path.Contains('/', StringComparison.Ordinal) && tree.Has(first) || char.IsUpper(path[0]) ? path : null;
    }

    /// <summary>The path that a code span means and that is missing, or null.</summary>
    private static string? Span(DeclaredDocument document, Block block, Mention mention, TreeIndex tree)
    {
        if (!DeclarationReader.IsRules(IntentDocuments.Stem(document.Path)) && IntentDocuments.Stem(document.Path) is not ("architecture" or "design" or "maintainers")) return null;
        var text = mention.Text.StartsWith("./", StringComparison.Ordinal) ? mention.Text[2..] : mention.Text;
        if (!PathText().IsMatch(text) || Placeholder().IsMatch(text) || IsToFillIn(text)) return null;
        var folder = text.EndsWith('/');
        var path = text.TrimEnd('/');
        var segments = path.Split('/');
        if (segments.Length < 2 || segments.Any(segment => segment is "" or "." or "..") || !folder && !KnownExtensions.Contains(Path.GetExtension(path))) return null;
        if (TreeIndex.IsOutput(path) || Hypothetical().IsMatch(block.Text)) return null;
        var local = document.Folder + path;
        // Plainly a path of this repository: it begins with folders that are there.
        if (!tree.Has(segments[0]) && !(document.Folder.Length > 0 && tree.Has(document.Folder + segments[0]))) return null;
        if (tree.MayHave(path) || tree.MayHave(local) || tree.HasEnding(path)) return null;
        return path;
    }

    /// <summary>A segment such as <c>PROVIDER_NAME</c> stands for a name; documents and GitHub's templates are really called like that.</summary>
    private static bool IsToFillIn(string path) => path.Split('/').Any(segment => ToFillIn().IsMatch(segment));

    private static bool HasExtension(string path) => KnownExtensions.Contains(Path.GetExtension(path)) || Path.GetExtension(path).ToLowerInvariant() is ".png" or ".svg" or ".jpg" or ".jpeg" or ".gif" or ".pdf" or ".ipynb" or ".adoc";

    [GeneratedRegex(@"^(?!(ISSUE|PULL_REQUEST|DISCUSSION)_TEMPLATE)[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(\.(?!(md|markdown|rst|txt|adoc)$)[a-z0-9.]+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ToFillIn();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*:", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"[<>{}$*\[\]|]|\.\.\.|…|%7B|\b(your|my|foo|bar|baz|qux|example|xxx+|yyyy|nnn+|placeholder|path/to|some|name|sample|todo|hello|dummy|test123|new)\b|(your|my|foo|some|new)[-_]|\d{3,}\.|[-_](name|example|foo|bar)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^[A-Za-z0-9._][A-Za-z0-9._+-]*(/[A-Za-z0-9._+-]+)+/?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PathText();

    [GeneratedRegex(@"\b(creat(e|es|ed|ing)|add(s|ed|ing)?|new|generat(e|es|ed|ing|or)|output|outputs|writ(e|es|ten|ing)|emit(s|ted)?|produc(e|es|ed)|e\.g|i\.e|for example|for instance|example|such as|like|say|renam(e|ed)|remov(e|ed|al)|delet(e|ed)|no longer|previous(ly)?|former(ly)?|moved|was|were|old|legacy|deprecated|if (it|there|present|you)|optional(ly)?|when present|cop(y|ied)|would|will be|gitignored?|ignored|not (exist|committed|checked)|doesn't exist|does not exist|do(n't| not)|never|avoid|instead of|download(s|ed)?|install(s|ed)?|clone(d)?|branch(es)?|e2e report|upstream|imagine|suppose|called|named)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Hypothetical();
}
