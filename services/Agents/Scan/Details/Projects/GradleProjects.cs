using System.Text;

namespace Charterhouse.Agents.Scan.Details.Projects;

/// <summary>
/// Gradle scripts as far as they say plainly which projects a build has (<c>include</c>) and which project uses which (<c>project(":x")</c>,
/// <c>projects.x</c>). Nothing is evaluated: what stands in an <c>if</c> counts, what a variable names does not.
/// </summary>
internal sealed class GradleProjects
{
    private const int Depth = 64;
    private const int StatementLimit = 20_000;

    private readonly DetailWriter _writer;
    /// <summary>What stands before each open brace.</summary>
    private readonly List<string> _blocks = [];
    private readonly StringBuilder _statement = new();
    private int _line = 1;
    private int _begun = 1;

    private GradleProjects(DetailWriter writer) => _writer = writer;

    public static void Read(string text, DetailWriter writer) => new GradleProjects(writer).Script(text);

    private void Script(string text)
    {
        var parentheses = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*')
            {
                var end = text[at + 1] == '/' ? text.IndexOf('\n', at) : text.IndexOf("*/", at + 2, StringComparison.Ordinal);
                if (end < 0) break;
                if (text[at + 1] == '*') _line += text.AsSpan(at, end - at).Count('\n');
                at = text[at + 1] == '/' ? end - 1 : end + 1;
                continue;
            }
            switch (c)
            {
                case '"' or '\'': at = Quoted(text, at); break;
                case '(': parentheses++; Append(c); break;
                case ')': parentheses = Math.Max(0, parentheses - 1); Append(c); break;
                case '{':
                    if (_blocks.Count < Depth) _blocks.Add(_statement.ToString().Trim());
                    (parentheses, _) = (0, _statement.Clear());
                    break;
                case '}':
                    Statement();
                    if (_blocks.Count > 0) _blocks.RemoveAt(_blocks.Count - 1);
                    break;
                case '\n':
                    // A list goes on behind its comma.
                    if (parentheses == 0 && (_statement.Length == 0 || _statement.ToString().TrimEnd() is not [.., ','])) Statement();
                    else Append(' ');
                    _line++;
                    break;
                case ';': Statement(); break;
                default: Append(c); break;
            }
        }
        Statement();
    }

    private void Append(char c)
    {
        if (_statement.Length == 0)
        {
            if (char.IsWhiteSpace(c)) return;
            _begun = _line;
        }
        if (_statement.Length < StatementLimit) _statement.Append(c);
    }

    /// <summary>The text in quotation marks, which are made double ones; where it ends.</summary>
    private int Quoted(string text, int at)
    {
        var mark = text[at];
        var isLong = at + 2 < text.Length && text[at + 1] == mark && text[at + 2] == mark;
        var begin = at + (isLong ? 3 : 1);
        var end = isLong ? text.IndexOf(new string(mark, 3), begin, StringComparison.Ordinal) : text.AsSpan(begin).IndexOfAny(mark, '\n') is var close and >= 0 ? begin + close : -1;
        if (end < 0) end = text.Length;
        Append('"');
        foreach (var c in text.AsSpan(begin, Math.Min(end - begin, DetailWriter.FieldLimit))) Append(c is '"' or '\n' ? ' ' : c);
        Append('"');
        _line += text.AsSpan(begin, end - begin).Count('\n');
        // A short one that the line's end cut off.
        return isLong ? end + 2 : end < text.Length && text[end] == '\n' ? end - 1 : end;
    }

    private void Statement()
    {
        var statement = _statement.ToString().Trim();
        _statement.Clear();
        if (statement.Length == 0) return;
        if (_blocks.Any(block => block.StartsWith("dependencies", StringComparison.Ordinal))) Uses(statement);
        else if (statement.StartsWith("include", StringComparison.Ordinal) && statement.Length > 7 && statement[7] is ' ' or '(' or '"')
        {
            foreach (var path in Texts(statement))
                if (!path.Contains('$', StringComparison.Ordinal)) Add(ProjectRows.Member, Absolute(path));
                else Add(ProjectRows.Member, ProjectRows.Any);
            // include(module): which one, only running it tells.
            if (!statement.Contains('"', StringComparison.Ordinal)) Add(ProjectRows.Member, ProjectRows.Any);
        }
        else if (statement.StartsWith("rootProject.name", StringComparison.Ordinal) && Texts(statement).FirstOrDefault() is { } root) Add(ProjectRows.Name, root);
        else if (statement.StartsWith("project(", StringComparison.Ordinal) && Texts(statement).ToArray() is [var path, .., var value])
        {
            if (statement.Contains(").name", StringComparison.Ordinal)) Add(ProjectRows.Named, Absolute(path), value);
            else if (statement.Contains(").projectDir", StringComparison.Ordinal)) Add(ProjectRows.Place, Absolute(path), Folder(value));
        }
    }

    private void Uses(string statement)
    {
        var owner = _blocks.Where(block => block.StartsWith("project(", StringComparison.Ordinal)).SelectMany(Texts).LastOrDefault("");
        var end = 0;
        while (end < statement.Length && char.IsLetterOrDigit(statement[end])) end++;
        var scope = IsTest(statement.AsSpan(0, end)) || _blocks.Any(block => IsTest(block)) ? ProjectRows.Test : "";
        for (var at = statement.IndexOf("project(", StringComparison.Ordinal); at >= 0; at = statement.IndexOf("project(", at + 8, StringComparison.Ordinal))
            if ((at == 0 || !char.IsLetterOrDigit(statement[at - 1])) && Texts(statement[at..]).FirstOrDefault() is { } to && to.StartsWith(':')) Add(ProjectRows.Uses, owner.Length == 0 ? "" : Absolute(owner), to, scope);
        for (var at = statement.IndexOf("projects.", StringComparison.Ordinal); at >= 0; at = statement.IndexOf("projects.", at + 9, StringComparison.Ordinal))
        {
            var stop = at + 9;
            while (stop < statement.Length && (char.IsLetterOrDigit(statement[stop]) || statement[stop] is '.' or '_')) stop++;
            if (at == 0 || !char.IsLetterOrDigit(statement[at - 1])) Add(ProjectRows.Uses, owner.Length == 0 ? "" : Absolute(owner), statement[at..stop], scope);
        }
    }

    private void Add(params ReadOnlySpan<string?> fields) => _writer.Add(ProjectRows.Kind, _begun, fields);

    private static string Absolute(string path) => path.StartsWith(':') ? path : ":" + path;

    /// <summary>Relative to the settings; what another variable begins is unknown, and so empty.</summary>
    private static string Folder(string value)
    {
        foreach (var root in (string[])["$rootDir/", "${rootDir}/", "$settingsDir/", "${settingsDir}/", "${rootProject.projectDir}/"])
            if (value.StartsWith(root, StringComparison.Ordinal)) value = value[root.Length..];
        return value.Contains('$', StringComparison.Ordinal) ? "" : value;
    }

    /// <summary>testImplementation, jvmTest, androidTestApi.</summary>
    private static bool IsTest(ReadOnlySpan<char> word) =>
        word.StartsWith("test", StringComparison.Ordinal) || word.Contains("Test", StringComparison.Ordinal) && !word.StartsWith("project(", StringComparison.Ordinal);

    private static IEnumerable<string> Texts(string statement)
    {
        var parts = statement.Split('"');
        for (var i = 1; i < parts.Length; i += 2)
            if (parts[i].Length > 0) yield return parts[i];
    }
}
