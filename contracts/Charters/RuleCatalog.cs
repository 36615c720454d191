using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Charters;

/// <summary>Every rule that a finding may name.</summary>
public static class RuleCatalog
{
    /// <summary>By agent, then as in the reference.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. Archivist,
        .. Historian,
        .. Librarian,
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

    private static Rule[] Historian =>
    [
        new("history/bus-factor-one", "historian", Severities.Low, "One person makes most of the changes"),
        new("history/stale", "historian", Severities.Info, "The work has all but stopped", "Maintained"),
    ];

    private static Rule[] Librarian =>
    [
        new("dependencies/lock-missing", "librarian", Severities.Medium, "An application has no lock file"),
        new("dependencies/lock-out-of-date", "librarian", Severities.Medium, "The lock file lags behind its manifest"),
        new("dependencies/unpinned", "librarian", Severities.Medium, "Dependencies float"),
        new("dependencies/image-unpinned", "librarian", Severities.Medium, "A base image is not pinned", "Pinned-Dependencies"),
        new("dependencies/manifest-invalid", "librarian", Severities.Medium, "A manifest cannot be parsed"),
        new("dependencies/several-versions", "librarian", Severities.Info, "A package is required in several major versions"),
    ];

    /// <summary>The rule of that name, or null.</summary>
    public static Rule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
