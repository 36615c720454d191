using Charterhouse.Contracts.Steps;

namespace Charterhouse.Contracts.Triggers;

/// <summary>What a repository's runs may write outside of the house, as rules name it; the last part of the step kind.</summary>
public static class EffectNames
{
    public const string Comment = "comment";
    public const string Check = "check";
    public const string Status = "status";
    public const string Dashboard = "dashboard";
    public const string Sarif = "sarif";
    public const string Webhook = "webhook";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Comment, Check, Status, Dashboard, Sarif, Webhook];

    /// <summary>The step kind of a name.</summary>
    public static string KindOf(string name) => StepKinds.EffectPrefix + name;
}
