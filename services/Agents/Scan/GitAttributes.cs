using System.Text;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Scan.Git;
using Charterhouse.Agents.Scan.Languages;

namespace Charterhouse.Agents.Scan;

/// <summary>
/// The linguist attributes of the tree's .gitattributes files. Understands the patterns that people write (names, globs, <c>**</c>, anchored
/// paths); macros and quoted patterns are left out.
/// </summary>
internal sealed class GitAttributes
{
    private const int MaxBytes = 64 * 1024;
    private readonly List<Rule> _rules = [];

    public static bool IsAttributeFile(string path) => path == ".gitattributes" || path.EndsWith("/.gitattributes", StringComparison.Ordinal);

    /// <summary>How an attribute file is read: once, before the others, because it decides about them.</summary>
    public static BlobKey KeyOf(TreeEntry entry) => new(entry.Id, null, MaxBytes);

    /// <summary>True when no rule exists, which spares the matching.</summary>
    public bool IsEmpty => _rules.Count == 0;

    /// <summary>Reads one file; call for the outermost first, because a deeper file overrules it.</summary>
    public void Add(string path, string text)
    {
        var folder = path[..(path.LastIndexOf('/') + 1)];
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0][0] is '#' or '"' or '[' or '!') continue;
            var attributes = words.Skip(1).Where(word => word.TrimStart('-', '!').StartsWith("linguist-", StringComparison.Ordinal)).ToArray();
            if (attributes.Length == 0) continue;
            var pattern = Compile(words[0]);
            _rules.Add(new Rule(folder, pattern, words[0].TrimEnd('/').Contains('/', StringComparison.Ordinal), attributes));
        }
    }

    /// <summary>The flags after the rules, and the language that they name, or null.</summary>
    public (FileFlags Flags, Language? Language) Apply(string path, FileFlags flags)
    {
        Language? language = null;
        foreach (var rule in _rules)
        {
            if (!rule.Matches(path)) continue;
            foreach (var attribute in rule.Attributes)
            {
                var (name, on, value) = Parse(attribute);
                switch (name)
                {
                    case "linguist-vendored": flags = Set(flags, FileFlags.Vendored, on); break;
                    case "linguist-generated": flags = Set(flags, FileFlags.Generated, on); break;
                    case "linguist-documentation": flags = Set(flags, FileFlags.Documentation, on); break;
                    case "linguist-language" when value is not null: language = LanguageTable.Find(value); break;
                }
            }
        }
        return (flags, language);
    }

    private static (string Name, bool On, string? Value) Parse(string attribute)
    {
        if (attribute[0] is '-' or '!') return (attribute[1..], false, null);
        var equals = attribute.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return (attribute, true, null);
        var value = attribute[(equals + 1)..];
        return (attribute[..equals], value != "false", value);
    }

    private static FileFlags Set(FileFlags flags, FileFlags flag, bool on) => on ? flags | flag : flags & ~flag;

    private static Regex Compile(string glob)
    {
        var pattern = new StringBuilder("^");
        glob = glob.TrimStart('/');
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when glob.AsSpan(i).StartsWith("**/"): pattern.Append("(.*/)?"); i += 2; break;
                case '*' when glob.AsSpan(i).StartsWith("**"): pattern.Append(".*"); i++; break;
                case '*': pattern.Append("[^/]*"); break;
                case '?': pattern.Append("[^/]"); break;
                case '[' when glob.IndexOf(']', i) is > 0 and var end:
                    pattern.Append('[').Append(glob[(i + 1)..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace('!', '^')).Append(']');
                    i = end;
                    break;
                default: pattern.Append(Regex.Escape(glob[i].ToString())); break;
            }
        }
        // Non-backtracking: the pattern comes from the repository and must not be able to make matching slow.
        try
        {
            return new Regex(pattern.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException)
        {
            return new Regex("$^", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
    }

    private sealed record Rule(string Folder, Regex Pattern, bool Anchored, string[] Attributes)
    {
        public bool Matches(string path) =>
            path.StartsWith(Folder, StringComparison.Ordinal)
            && Pattern.IsMatch(Anchored ? path[Folder.Length..] : path[(path.LastIndexOf('/') + 1)..]);
    }
}
