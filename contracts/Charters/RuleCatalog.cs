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
        .. Examiner,
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
        new("ownership/pattern-dead", "historian", Severities.Low, "A pattern of CODEOWNERS matches nothing"),
    ];

    private static Rule[] Examiner =>
    [
        new("tests/none", "examiner", Severities.Low, "There are no tests"),
        new("tests/focused", "examiner", Severities.Medium, "A focused test leaves out the others of its file"),
        new("tests/not-in-ci", "examiner", Severities.Medium, "Continuous integration does not run the tests", "CI-Tests"),
        new("tests/module-untested", "examiner", Severities.Info, "A module without tests of its own"),
        new("ci/none", "examiner", Severities.Info, "No continuous integration is configured here", "CI-Tests"),
    ];

    /// <summary>The rule of that name, or null.</summary>
    public static Rule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
