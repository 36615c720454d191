using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Charters;

/// <summary>Every rule that a finding may name.</summary>
public static class RuleCatalog
{
    /// <summary>By agent, then as in the reference.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. Archivist,
        .. Architect,
        .. Historian,
    ];

    private static Rule[] Archivist =>
    [
        new("readme/missing", "archivist", Severities.Medium, "There is no README"),
        new("readme/empty", "archivist", Severities.Low, "The README says next to nothing"),
        new("purpose/unstated", "archivist", Severities.Low, "Nothing states what the repository is for"),
        new("licence/missing", "archivist", Severities.Medium, "There is no licence", "License"),
        new("licence/file-missing", "archivist", Severities.Low, "The licence is declared, but its text is missing", "License"),
        new("licence/not-recognised", "archivist", Severities.Low, "The licence was not recognised", "License"),
        new("licence/contradiction", "archivist", Severities.Medium, "Licence file and manifest disagree"),
    ];

    private static Rule[] Architect =>
    [
        new("structure/module-cycle", "architect", Severities.Medium, "Modules depend on each other in a circle"),
        new("structure/file-cycle", "architect", Severities.Low, "Files import each other in a circle across folders"),
        new("structure/god-file", "architect", Severities.Low, "A large file that much depends on and that depends on much"),
    ];

    private static Rule[] Historian =>
    [
        new("history/bus-factor-one", "historian", Severities.Low, "One person makes most of the changes"),
        new("history/stale", "historian", Severities.Info, "The work has all but stopped", "Maintained"),
    ];

    /// <summary>The rule of that name, or null.</summary>
    public static Rule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
