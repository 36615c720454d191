using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Scan.Details.Packages.Formats;

/// <summary>The scalars of the first document of a YAML text; aliases are left out.</summary>
internal static class YamlScalars
{
    private const int Depth = 100;

    /// <summary>Gives every scalar to the reader.</summary>
    /// <exception cref="MalformedException">It is no YAML.</exception>
    public static void Read(string text, ScalarReader reader)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            var path = new string[Depth + 2];
            // Per level: the next index of a sequence, or -1 for a mapping that waits for a key, -2 for one that waits for a value.
            var states = new int[Depth + 2];
            var depth = 0;
            while (parser.MoveNext())
            {
                if (parser.Current is DocumentEnd) return;
                if (parser.Current is MappingEnd or SequenceEnd)
                {
                    depth--;
                    continue;
                }
                if (parser.Current is not (Scalar or MappingStart or SequenceStart or AnchorAlias)) continue;
                var isKey = depth > 0 && states[depth] == -1;
                if (isKey)
                {
                    states[depth] = -2;
                    path[depth - 1] = (parser.Current as Scalar)?.Value ?? "";
                }
                else if (depth > 0)
                {
                    if (states[depth] >= 0) path[depth - 1] = JsonScalars.Index(states[depth]++);
                    else states[depth] = -1;
                    if (parser.Current is Scalar { Value: { } value } scalar) reader(path.AsSpan(0, depth), value, (int)Math.Min(int.MaxValue, scalar.Start.Line));
                }
                if (parser.Current is not (MappingStart or SequenceStart)) continue;
                if (++depth > Depth) throw new MalformedException((int)Math.Min(int.MaxValue, parser.Current.Start.Line), "it is nested too deep");
                states[depth] = parser.Current is SequenceStart ? 0 : -1;
            }
        }
        catch (YamlException e)
        {
            throw new MalformedException((int)Math.Min(int.MaxValue, e.Start.Line), "it is not YAML", e);
        }
    }
}
