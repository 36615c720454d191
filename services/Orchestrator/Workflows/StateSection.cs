using Charterhouse.Engine;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>A declared channel; <see cref="Reducer"/> is null when it could not be read.</summary>
internal sealed record ChannelDraft(string Name, Reducer? Reducer, YamlNode Place);

/// <summary><c>state:</c>, the channels and their reducers.</summary>
internal static class StateSection
{
    private static readonly IReadOnlyDictionary<string, Reducer> Reducers = new Dictionary<string, Reducer>(StringComparer.Ordinal)
    {
        ["last"] = Reducer.Last,
        ["append"] = Reducer.Append,
        ["merge"] = Reducer.Merge,
    };

    private static readonly string[] Unsupported = ["keep_last", "sum", "max", "set_union"];

    public static string NameOf(Reducer reducer) => Reducers.Single(entry => entry.Value == reducer).Key;

    /// <summary>Null when the section cannot be read, so that nothing is said about its channels.</summary>
    public static IReadOnlyList<ChannelDraft>? Read(YamlNode? node, Problems problems)
    {
        if (node is null) return [];
        if (KeyChecks.Map(node, "state", "state: { findings: { reducer: append } }", problems) is not { } state) return null;
        List<ChannelDraft> channels = [];
        foreach (var (name, value) in state.Entries)
        {
            if (problems.Full) break;
            if (KeyChecks.IsName(name, "The channel", problems)) channels.Add(Channel(name, value, problems));
        }
        return channels;
    }

    private static ChannelDraft Channel(YamlScalar name, YamlNode value, Problems problems)
    {
        // `channel: append` is short for `channel: { reducer: append }`.
        if (value is YamlScalar { Value: not ("" or "~" or "null") } shorthand)
            return new ChannelDraft(name.Value, ReadReducer(shorthand, problems), shorthand);
        if (KeyChecks.Map(value, name.Value, "channel: { reducer: last }", problems) is not { } options)
            return new ChannelDraft(name.Value, null, name);
        foreach (var (key, _) in options.Entries.Where(entry => Unsupported.Contains(entry.Key.Value, StringComparer.Ordinal)))
            problems.Add(key, NotSupported(key.Value), KnownReducers);
        KeyChecks.Check(options, "a channel", ["reducer", .. options.Entries.Select(entry => entry.Key.Value).Where(key => Unsupported.Contains(key, StringComparer.Ordinal))], problems);
        return options.Find("reducer") is { } reducer
            ? new ChannelDraft(name.Value, ReadReducer(reducer, problems), reducer)
            : new ChannelDraft(name.Value, Reducer.Last, name);
    }

    private static Reducer? ReadReducer(YamlNode node, Problems problems)
    {
        var name = node switch
        {
            YamlScalar scalar => scalar.Value,
            YamlMap { Entries: [var only] } => only.Key.Value,
            _ => null,
        };
        if (name is not null && Unsupported.Contains(name, StringComparer.Ordinal))
            problems.Add(node, NotSupported(name), KnownReducers);
        else if (node is not YamlScalar)
            problems.Add(node, $"'reducer' must be a name{KeyChecks.Got(node)}.", KnownReducers);
        else if (Reducers.TryGetValue(name!, out var reducer))
            return reducer;
        else
            problems.Add(node, $"There is no reducer {Show.Quoted(name!)}.", Suggestion.Or(name!, Reducers.Keys, KnownReducers));
        return null;
    }

    private const string KnownReducers = "Use 'last', 'append' or 'merge'.";

    private static string NotSupported(string reducer) => $"The reducer '{reducer}' is not supported by this version.";
}
