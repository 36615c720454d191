namespace Charterhouse.Agents.Scan.Details.Imports;

/// <summary>What a file of TypeScript exports, as far as types and values are to be told apart.</summary>
internal sealed class ScriptExports
{
    private const int Most = 2_000;
    private readonly HashSet<string> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private bool _anyType, _anyValue;

    /// <summary>An export of a kind.</summary>
    public void Add(bool isType)
    {
        _anyType |= isType;
        _anyValue |= !isType;
    }

    /// <summary>A declaration of that name.</summary>
    public void Name(string name, bool isType)
    {
        if (_types.Count + _values.Count < Most) (isType ? _types : _values).Add(name);
    }

    /// <summary>A list of names in braces.</summary>
    public void Add(ScriptNames names, bool isType)
    {
        foreach (var (name, type) in names.Given) Name(name, type || isType);
    }

    public void Write(DetailWriter writer)
    {
        if (_anyType && !_anyValue) writer.Add(ImportRows.Types, 0);
        // A value may have the name of a type; who imports it imports both. Beyond the bound a value may have been missed.
        if (_types.Count + _values.Count < Most)
            foreach (var name in _types.Except(_values, StringComparer.Ordinal).Order(StringComparer.Ordinal)) writer.Add(ImportRows.TypeName, 0, name);
    }
}

/// <summary>The names between the braces of an import or export.</summary>
internal sealed class ScriptNames
{
    private readonly List<(string Name, string As, bool Type)> _names = [];
    private bool _begins = true, _type, _alias, _other;

    /// <summary>By the names that others see.</summary>
    public IEnumerable<(string Name, bool Type)> Given => _names.Select(name => (name.As, name.Type));

    /// <summary>Each is said to be a type.</summary>
    public bool OnlyTypes => !_other && _names.Count > 0 && _names.TrueForAll(name => name.Type);

    /// <summary>The names that are not said to be types, by what the other file calls them, with commas; empty when more than names is meant, or too many.</summary>
    public string Values => !_other && string.Join(',', _names.Where(name => !name.Type).Select(name => name.Name)) is { Length: <= DetailWriter.FieldLimit } names ? names : "";

    /// <summary>The next token of the list.</summary>
    /// <param name="depth">1 within the braces.</param>
    public void Take(ref SourceTokens tokens, int depth)
    {
        if (tokens.IsMark('*') || depth == 0 && tokens.Kind == TokenKind.Word) _other = true;
        else if (tokens.Kind == TokenKind.Mark) (_begins, _type, _alias) = (true, false, false);
        else if (tokens.Kind == TokenKind.Word) Word(tokens.Value.ToString());
        else _other = true;
    }

    private void Word(string word)
    {
        if (_begins && word == "type" && !_type) _type = true;
        else if (_begins)
        {
            _names.Add((word, word, _type));
            _begins = false;
        }
        else if (word == "as") _alias = true;
        else if (_alias && _names.Count > 0) _names[^1] = _names[^1] with { As = word };
    }
}
