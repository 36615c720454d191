using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Contracts.Charters;
using YamlDotNet.Core.Events;

namespace Charterhouse.Agents.Architect;

/// <summary>The services of a compose file that listen, with their ports. Reads events: no anchors are followed, nothing is built.</summary>
internal static class ComposeReader
{
    private const int ServiceLimit = 50;

    public static void Read(Excerpt file, List<EntryPoint> points)
    {
        var found = new List<EntryPoint>();
        try
        {
            Services(new YamlEvents(file.Text), file.Path, found);
        }
        catch (MalformedException)
        {
            // What stood before the mistake counts.
        }
        points.AddRange(found.Take(ServiceLimit));
    }

    private static void Services(YamlEvents events, string path, List<EntryPoint> found)
    {
        var keys = new List<string?>();
        string? service = null;
        var line = 0;
        var ports = new List<string>();
        string? key = null;
        // Of each open collection, whether it is a mapping; the key within the mapping stands in keys.
        var mappings = new Stack<bool>();
        while (events.Next() is { } current)
        {
            switch (current)
            {
                case MappingStart or SequenceStart:
                    if (mappings.Count > 0 && mappings.Peek()) keys.Add(key);
                    else keys.Add(null);
                    mappings.Push(current is MappingStart);
                    key = null;
                    break;
                case MappingEnd or SequenceEnd:
                    mappings.Pop();
                    keys.RemoveAt(keys.Count - 1);
                    key = null;
                    if (keys.Count == 2 && service is not null) Flush();
                    break;
                case Scalar scalar when mappings.Count > 0:
                    if (mappings.Peek() && key is null)
                    {
                        key = scalar.Value;
                        if (keys.Count == 2 && keys[1] == "services") (service, line) = (key, (int)scalar.Start.Line);
                    }
                    else
                    {
                        if (service is not null && keys.Count >= 4 && keys[3] == "ports" && (!mappings.Peek() || key == "published")) ports.Add(scalar.Value);
                        if (mappings.Peek()) key = null;
                    }
                    break;
                case AnchorAlias when mappings.Count > 0 && mappings.Peek():
                    key = null;
                    break;
            }
        }

        void Flush()
        {
            if (ports.Count > 0) found.Add(new EntryPoint("compose service", service!, path, line, (ports.Count == 1 ? "port " : "ports ") + string.Join(", ", ports.Take(8))));
            service = null;
            ports.Clear();
        }
    }
}
