namespace Charterhouse.Agents.Scan.Details.Tests;

/// <summary>What a file names in its imports, usings and its own namespace: enough to say that a module is named there, not to resolve anything.</summary>
internal static class ImportWords
{
    private const int WordLimit = 100;
    private const int LineLength = 400;

    private static readonly string[] Beginnings =
        ["import", "from ", "using ", "use ", "namespace ", "package ", "require", "include", "#include", "export ", "} from", "const ", "let ", "var ", "mod ", "extern ", "@testable ", "alias ", "\"", "_ \"", "@import"];

    /// <summary>Distinct words in the order of their appearance, lower case, letters and digits only.</summary>
    public static string[] Of(TestSource source)
    {
        var words = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in source.Lines())
        {
            if (words.Count >= WordLimit) break;
            if (line.End - line.Start > LineLength || !Array.Exists(Beginnings, line.Begins)) continue;
            // A variable that is no import begins alike.
            if ((line.Begins("const ") || line.Begins("let ") || line.Begins("var ")) && !line.Has("require(") && !line.Has("import(")) continue;
            foreach (var word in source.Text[line.Start..line.End].Split(['.', '/', ':', ' ', '\'', '"', ';', ',', '{', '}', '(', ')', '<', '>', '\\', '@', '\r', '\t', '='], StringSplitOptions.RemoveEmptyEntries))
            {
                var plain = Plain(word);
                if (plain.Length > 1 && words.Count < WordLimit && known.Add(plain)) words.Add(plain);
            }
        }
        return [.. words];
    }

    /// <summary>A name as it is compared: <c>Foo-Bar</c>, <c>foo_bar</c> and <c>FooBar</c> are one.</summary>
    public static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant));
}
