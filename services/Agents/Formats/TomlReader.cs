using System.Runtime.InteropServices;

namespace Charterhouse.Agents.Formats;

/// <summary>The tables and scalars of a TOML text. It reads everything that TOML 1.0 allows and is not strict about what it forbids.</summary>
internal sealed class TomlReader
{
    private const int Depth = 64;
    private const int Mistakes = 100;
    private const int Entries = 20_000;

    private readonly TomlText _text;
    private readonly ScalarReader _scalar;
    private readonly ScalarReader? _table;
    private readonly List<string> _path = [];
    /// <summary>Arrays of tables by their path: how many tables there are.</summary>
    private readonly Dictionary<string, int> _arrays = new(StringComparer.Ordinal);
    /// <summary>How much of the path is the table's.</summary>
    private int _tableDepth;
    /// <summary>The table's name could not be read: nobody knows whose members these are.</summary>
    private bool _lost;

    private TomlReader(string text, ScalarReader scalar, ScalarReader? table) => (_text, _scalar, _table) = (new TomlText(text), scalar, table);

    /// <summary>Gives every scalar to the reader: for texts of megabytes, and for those who tell of mistakes.</summary>
    /// <exception cref="MalformedException">It is no TOML.</exception>
    public static void Read(string text, ScalarReader scalar) => new TomlReader(text, scalar, null).Document(0);

    /// <summary>
    /// The tables and scalars in their order, as many as a manifest may have. What does not end or is no TOML is left out with its line, so that a text that was
    /// cut or is a template says what it can.
    /// </summary>
    public static IReadOnlyList<TomlEntry> Manifest(string text)
    {
        var entries = new List<TomlEntry>();
        try
        {
            new TomlReader(text, Add, (path, _, line) => Add(path, null, line)).Document(Mistakes);
        }
        catch (MalformedException)
        {
            // So many mistakes: it is something else. What was found until there stands.
        }
        return entries;

        void Add(ReadOnlySpan<string> path, string? value, int line)
        {
            if (entries.Count < Entries) entries.Add(new TomlEntry(path.ToArray(), value, line));
        }
    }

    private void Document(int mistakes)
    {
        while (_text.SkipBlank())
        {
            try
            {
                Statement();
            }
            catch (MalformedException) when (mistakes-- > 0)
            {
                _text.SkipLine();
            }
        }
    }

    private void Statement()
    {
        if (_text.Peek == '[') Header();
        else
        {
            _path.RemoveRange(_tableDepth, _path.Count - _tableDepth);
            Member(0);
        }
        _text.SkipSpaces();
        if (_text.Peek == '#') _text.SkipLine();
        if (!_text.IsLineEnd) throw _text.Bad();
    }

    private void Header()
    {
        var line = _text.Line;
        _text.Take('[');
        var array = _text.Take('[');
        _path.Clear();
        (_tableDepth, _lost) = (0, true);
        var keys = new List<string>();
        Key(keys);
        for (var i = 0; i < keys.Count; i++)
        {
            _path.Add(keys[i]);
            var name = string.Join('\u001f', _path);
            if (array && i == keys.Count - 1) _path.Add(JsonScalars.Index((_arrays[name] = _arrays.GetValueOrDefault(name) + 1) - 1));
            else if (_arrays.TryGetValue(name, out var count)) _path.Add(JsonScalars.Index(count - 1));
        }
        _text.Expect(']');
        if (array) _text.Expect(']');
        (_tableDepth, _lost) = (_path.Count, false);
        _table?.Invoke(CollectionsMarshal.AsSpan(_path), "", line);
    }

    private void Member(int depth)
    {
        Key(_path);
        _text.Expect('=');
        Value(depth);
    }

    private void Key(List<string> into)
    {
        var words = 0;
        do
        {
            // Each of a header's words is looked up with all before it.
            if (++words > Depth) throw TooDeep();
            _text.SkipSpaces();
            into.Add(_text.Word());
            _text.SkipSpaces();
        }
        while (_text.Take('.'));
    }

    private void Value(int depth)
    {
        if (depth > Depth) throw TooDeep();
        _text.SkipSpaces();
        var line = _text.Line;
        switch (_text.Peek)
        {
            case '"' or '\'':
                Emit(_text.Quoted(), line);
                break;
            case '[':
                _text.Take('[');
                for (var i = 0; _text.SkipBlank() && _text.Peek != ']'; i++)
                {
                    _path.Add(JsonScalars.Index(i));
                    Value(depth + 1);
                    _path.RemoveAt(_path.Count - 1);
                    if (!_text.SkipBlank() || !_text.Take(',')) break;
                }
                _text.SkipBlank();
                _text.Expect(']');
                break;
            case '{':
                _text.Take('{');
                while (_text.SkipBlank() && _text.Peek != '}')
                {
                    var before = _path.Count;
                    Member(depth + 1);
                    _path.RemoveRange(before, _path.Count - before);
                    if (!_text.SkipBlank() || !_text.Take(',')) break;
                }
                _text.SkipBlank();
                _text.Expect('}');
                break;
            default:
                Emit(_text.Plain(), line);
                break;
        }
    }

    private void Emit(string value, int line)
    {
        if (!_lost) _scalar(CollectionsMarshal.AsSpan(_path), value, line);
    }

    private MalformedException TooDeep() => new(_text.Line, "it is nested too deep");
}

/// <summary>A table's header, or a scalar.</summary>
/// <param name="Path">Names, and indexes of arrays, from the outermost.</param>
/// <param name="Value">Null for a header.</param>
/// <param name="Line">1-based.</param>
internal sealed record TomlEntry(IReadOnlyList<string> Path, string? Value, int Line);
