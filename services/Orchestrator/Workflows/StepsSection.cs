using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Engine;
using Charterhouse.Platform.Configuration;

namespace Charterhouse.Orchestrator.Workflows;

/// <summary>A step as far as it could be read.</summary>
internal sealed record StepDraft(YamlScalar Name, StepKind? Kind, YamlNode Uses, IReadOnlyList<YamlScalar> Needs, StepDefaults Settings)
{
    private static readonly IReadOnlyDictionary<string, string> NoParameters = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>By name; only what the kind knows.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = NoParameters;

    public StepDefinition ToDefinition() => new()
    {
        Name = Name.Value,
        Kind = Kind!.Name,
        Needs = [.. Needs.Select(need => need.Value)],
        Writes = Kind.Writes,
        Retry = Settings.Retry,
        Timeout = Settings.Timeout,
        IdleTimeout = Settings.Idle,
        Parameters = CanonicalJson.ToElement(Parameters),
    };
}

/// <summary><c>steps:</c>, each by itself; how they hang together is checked elsewhere.</summary>
internal static class StepsSection
{
    public const int MaxSteps = 500;

    private const string Example = "steps: { sync: { uses: repository/sync } }";

    private static readonly string[] Keys = ["uses", "needs", "retry", "timeout", "idle_timeout", "with"];

    public static IReadOnlyList<StepDraft> Read(YamlMap workflow, StepDefaults defaults, Problems problems)
    {
        if (workflow.Find("steps") is not { } node)
        {
            problems.Add(workflow, "'steps' is missing.", $"Add '{Example}'.");
            return [];
        }
        if (KeyChecks.Map(node, "steps", Example, problems) is not { } steps) return [];
        if (steps.Entries.Count == 0) problems.Add(node, "There are no steps.", $"Add one, for example '{Example}'.");
        if (steps.Entries.Count > MaxSteps)
        {
            problems.Add(steps.Entries[MaxSteps].Key, $"There are {steps.Entries.Count} steps; at most {MaxSteps} are allowed.", "Split the workflow.");
            return [];
        }
        return [.. steps.Entries.Select(entry => Step(entry, defaults, problems))];
    }

    private static StepDraft Step(YamlEntry entry, StepDefaults defaults, Problems problems)
    {
        var (name, value) = entry;
        KeyChecks.IsName(name, "The step", problems);
        if (KeyChecks.Map(value, name.Value, "step: { uses: repository/sync }", problems) is not { } step)
            return new StepDraft(name, null, name, [], defaults);
        KeyChecks.Check(step, "a step", Keys, problems);
        var kind = Kind(step, name, problems);
        var parameters = Parameters(step.Find("with"), kind, problems);
        return new StepDraft(name, kind, step.Find("uses") ?? name, Needs(step.Find("needs"), problems), defaults.With(step, problems)) { Parameters = parameters };
    }

    private static StepKind? Kind(YamlMap step, YamlScalar name, Problems problems)
    {
        var known = StepKinds.All.Select(kind => kind.Name).ToList();
        switch (step.Find("uses"))
        {
            case null:
                problems.Add(name, $"Step {Show.Quoted(name.Value)} has no 'uses'.", $"Add the kind of step: {string.Join(", ", known)}.");
                return null;
            case YamlScalar uses when StepKinds.Find(uses.Value) is { } kind:
                return kind;
            case YamlScalar uses:
                problems.Add(uses, $"There is no step kind {Show.Quoted(uses.Value)}.", Suggestion.Or(uses.Value, known, $"Known kinds: {string.Join(", ", known)}."));
                return null;
            case var other:
                problems.Add(other, $"'uses' must be the name of a step kind{KeyChecks.Got(other)}.", $"Known kinds: {string.Join(", ", known)}.");
                return null;
        }
    }

    private static List<YamlScalar> Needs(YamlNode? node, Problems problems)
    {
        List<YamlScalar> needs = [];
        IReadOnlyList<YamlNode> items = node switch
        {
            null or YamlScalar { Value: "" or "~" or "null" } => [],
            YamlList list => list.Items,
            _ => [node],
        };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (item is not YamlScalar need)
                problems.Add(item, $"'needs' takes names of steps{KeyChecks.Got(item)}.", "Write 'needs: [first, second]'.");
            else if (!seen.Add(need.Value))
                problems.Add(need, $"{Show.Quoted(need.Value)} is needed twice.", "Remove one of them.");
            else
                needs.Add(need);
        }
        return needs;
    }

    private static Dictionary<string, string> Parameters(YamlNode? node, StepKind? kind, Problems problems)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        if (KeyChecks.Map(node, "with", "with: {}", problems) is not { } parameters || kind is null) return read;
        foreach (var (key, value) in parameters.Entries)
        {
            var known = kind.Parameters.FirstOrDefault(parameter => parameter.Name == key.Value);
            if (known is null)
            {
                problems.Add(key, $"The step kind '{kind.Name}' has no parameter {Show.Quoted(key.Value)}.",
                    kind.Parameters.Count == 0 ? "Remove it: the kind takes no parameters." : Suggestion.Or(key.Value, kind.Parameters.Select(parameter => parameter.Name), $"It takes {string.Join(", ", kind.Parameters.Select(parameter => parameter.Name))}."));
            }
            else if (value is not YamlScalar { Value: var text } || !known.Values.Contains(text, StringComparer.Ordinal))
                problems.Add(value, $"{Show.Quoted(key.Value)} takes one of {string.Join(", ", known.Values)}{KeyChecks.Got(value)}.", $"Write '{key.Value}: {known.Values[0]}'.");
            else
                read[known.Name] = text;
        }
        return read;
    }
}
