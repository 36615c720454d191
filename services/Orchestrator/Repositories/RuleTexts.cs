using System.Globalization;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Http;

namespace Charterhouse.Orchestrator.Repositories;

/// <summary>Rules of triggers as the texts of <see cref="RuleSettings"/>, in which they are configured, typed, checked and shown.</summary>
public static class RuleTexts
{
    /// <summary>Texts that were checked, as rules.</summary>
    public static TriggerRuleOverrides Read(IReadOnlyDictionary<string, string> texts)
    {
        return new TriggerRuleOverrides
        {
            Events = List(RuleSettings.Events),
            Branches = List(RuleSettings.Branches),
            Paths = List(RuleSettings.Paths),
            Drafts = Switch(RuleSettings.Drafts),
            Forks = Switch(RuleSettings.Forks),
            Bots = Switch(RuleSettings.Bots),
            WindowSeconds = texts.TryGetValue(RuleSettings.WindowSeconds, out var seconds) ? int.Parse(seconds, CultureInfo.InvariantCulture) : null,
            Edge = texts.GetValueOrDefault(RuleSettings.Edge),
            Supersede = texts.GetValueOrDefault(RuleSettings.Supersede),
            Effects = List(RuleSettings.Effects),
            DryRun = Switch(RuleSettings.DryRun),
            FailOn = texts.GetValueOrDefault(RuleSettings.FailOn),
        };

        IReadOnlyList<string>? List(string name) =>
            texts.TryGetValue(name, out var text) ? text.Split(RuleSettings.Separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : null;

        bool? Switch(string name) => texts.TryGetValue(name, out var text) ? text == "true" : null;
    }

    /// <summary>The text of every rule that is set.</summary>
    public static IReadOnlyDictionary<string, string> Write(TriggerRuleOverrides rules)
    {
        var texts = new (string Name, string? Text)[]
        {
            (RuleSettings.Events, List(rules.Events)), (RuleSettings.Branches, List(rules.Branches)), (RuleSettings.Paths, List(rules.Paths)),
            (RuleSettings.Drafts, Switch(rules.Drafts)), (RuleSettings.Forks, Switch(rules.Forks)), (RuleSettings.Bots, Switch(rules.Bots)),
            (RuleSettings.WindowSeconds, rules.WindowSeconds?.ToString(CultureInfo.InvariantCulture)), (RuleSettings.Edge, rules.Edge), (RuleSettings.Supersede, rules.Supersede),
            (RuleSettings.Effects, List(rules.Effects)), (RuleSettings.DryRun, Switch(rules.DryRun)), (RuleSettings.FailOn, rules.FailOn),
        };
        return texts.Where(one => one.Text is not null).ToDictionary(one => one.Name, one => one.Text!, StringComparer.Ordinal);

        static string? List(IReadOnlyList<string>? words) => words is null ? null : string.Join(RuleSettings.Separator, words);

        static string? Switch(bool? on) => on is null ? null : on.Value ? "true" : "false";
    }

    /// <summary>The rules that hold for a repository, each with where it comes from.</summary>
    internal static IReadOnlyList<RepositoryRule> Describe(Registration registration, IReadOnlySet<string> set)
    {
        var all = Write(new TriggerRuleOverrides
        {
            Events = registration.Rules.Events,
            Branches = registration.Rules.Branches,
            Paths = registration.Rules.Paths,
            Drafts = registration.Rules.Drafts,
            Forks = registration.Rules.Forks,
            Bots = registration.Rules.Bots,
            WindowSeconds = (int)registration.Rules.Window.TotalSeconds,
            Edge = registration.Rules.Edge,
            Supersede = registration.Rules.Supersede,
            Effects = registration.Rules.Effects,
            DryRun = registration.Rules.DryRun,
            FailOn = registration.Rules.FailOn,
        });
        var own = registration.Own is { } rules ? Write(rules) : new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. RuleSettings.Names.Select(name => new RepositoryRule(name, all[name],
            own.ContainsKey(name) ? RuleOrigins.Registry
            : registration.Setting?.Rules.ContainsKey(name) == true ? RuleOrigins.Repositories
            : set.Contains(name) ? RuleOrigins.Triggers : RuleOrigins.Default))];
    }

    /// <summary>Refuses rules and times that nobody can keep.</summary>
    /// <exception cref="RequestException">With the first problem.</exception>
    internal static void Check(RepositoryWishes wishes)
    {
        foreach (var (name, text) in wishes.Rules is null ? new Dictionary<string, string>(StringComparer.Ordinal) : Write(wishes.Rules))
        {
            if (RuleSettings.Check(name, text) is not { } problem) continue;
            throw new RequestException("invalid_rules", $"{name} {problem.Message}", Sentence(problem.Fix));
        }
        if (wishes.Schedule is { } when && RuleSettings.CheckSchedule(when) is { } wrong) throw new RequestException("invalid_schedule", $"schedule {wrong.Message}", Sentence(wrong.Fix));
    }

    private static string Sentence(string fix) => char.ToUpperInvariant(fix[0]) + fix[1..] + ".";
}
