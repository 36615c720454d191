using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Formats;

/// <summary>
/// The parser's events of a YAML text that others wrote: the library's own model would recurse as deep, and expand as far, as the text wants. Whatever it holds,
/// nothing but <see cref="MalformedException"/> is thrown.
/// </summary>
internal sealed class YamlEvents(string text)
{
    private readonly Parser _parser = new(new StringReader(text.TrimStart('\uFEFF')));

    /// <summary>The next event; null at the text's end.</summary>
    /// <exception cref="MalformedException">It is no YAML.</exception>
    public ParsingEvent? Next()
    {
        try
        {
            return _parser.MoveNext() ? _parser.Current : null;
        }
        catch (YamlException e)
        {
            throw new MalformedException(LineOf(e.Start), "it is not YAML", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // Some malformed texts trip the parser itself instead of being reported by it.
            throw new MalformedException(_parser.Current is { } last ? LineOf(last.Start) : 1, "it is not YAML", e);
        }
    }

    public static int LineOf(Mark mark) => (int)Math.Clamp(mark.Line, 1, int.MaxValue);
}
