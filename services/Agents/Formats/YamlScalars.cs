using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Formats;

/// <summary>The scalars of the first document of a YAML text; aliases are left out.</summary>
internal static class YamlScalars
{
    private const int Depth = 100;

    /// <summary>Gives every scalar to the reader.</summary>
    /// <exception cref="MalformedException">It is no YAML.</exception>
    public static void Read(string text, ScalarReader reader)
    {
        var events = new YamlEvents(text);
        var path = new string[Depth + 2];
        // Per level: the next index of a sequence, or -1 for a mapping that waits for a key, -2 for one that waits for a value.
        var states = new int[Depth + 2];
        var depth = 0;
        while (events.Next() is { } found && found is not DocumentEnd)
        {
            if (found is MappingEnd or SequenceEnd)
            {
                depth--;
                continue;
            }
            if (found is not (NodeEvent or AnchorAlias)) continue;
            var isKey = depth > 0 && states[depth] == -1;
            if (isKey)
            {
                states[depth] = -2;
                path[depth - 1] = (found as Scalar)?.Value ?? "";
            }
            else if (depth > 0)
            {
                if (states[depth] >= 0) path[depth - 1] = JsonScalars.Index(states[depth]++);
                else states[depth] = -1;
                if (found is Scalar { Value: { } value }) reader(path.AsSpan(0, depth), value, YamlEvents.LineOf(found.Start));
            }
            if (found is not (MappingStart or SequenceStart)) continue;
            if (++depth > Depth) throw new MalformedException(YamlEvents.LineOf(found.Start), "it is nested too deep");
            states[depth] = found is SequenceStart ? 0 : -1;
        }
    }
}
