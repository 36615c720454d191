using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>What the step kinds write is declared, with a reducer that fits what they write.</summary>
internal static class ChannelsCheck
{
    /// <summary>The form in which step kinds write; every other channel is written whole.</summary>
    private static Reducer Fitting(string channel) => channel switch
    {
        Channels.Sections or Channels.Effects => Reducer.Merge,
        Channels.Findings => Reducer.Append,
        _ => Reducer.Last,
    };

    public static void Check(IReadOnlyList<StepDraft> steps, IReadOnlyList<ChannelDraft> channels, Problems problems)
    {
        var declared = channels.ToDictionary(channel => channel.Name, StringComparer.Ordinal);
        var checkedChannels = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            foreach (var name in step.Kind?.Writes ?? [])
            {
                var reducer = StateSection.NameOf(Fitting(name));
                if (!declared.TryGetValue(name, out var channel))
                    problems.Add(step.Uses, $"'{step.Kind!.Name}' writes channel '{name}', which 'state' does not declare.", $"Add '{name}: {{ reducer: {reducer} }}' under 'state'.");
                else if (channel.Reducer is { } chosen && chosen != Fitting(name) && checkedChannels.Add(name))
                    problems.Add(channel.Place, $"Channel '{name}' has the reducer '{StateSection.NameOf(chosen)}', which does not fit what '{step.Kind!.Name}' writes.", $"Write '{name}: {{ reducer: {reducer} }}'.");
            }
        }
        // Every workflow has this one, so declaring it may only repeat what it is.
        if (declared.TryGetValue(Channels.Trigger, out var trigger) && trigger.Reducer is not (null or Reducer.Last))
            problems.Add(trigger.Place, $"Channel '{Channels.Trigger}' exists in every workflow, with the reducer 'last'.", "Remove it from 'state'.");
    }
}
