using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Charters;

/// <summary>Every rule that a finding may name.</summary>
public static class RuleCatalog
{
    /// <summary>By agent, then as in the reference.</summary>
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. Archivist,
        .. Intent,
        .. Architect,
        .. Historian,
        .. Sentinel,
        .. Librarian,
        .. Examiner,
        .. Settings,
    ];

    private static Rule[] Archivist =>
    [
        new("readme/missing", "archivist", Severities.Medium, "There is no README"),
        new("readme/empty", "archivist", Severities.Low, "The README says next to nothing"),
        new("purpose/unstated", "archivist", Severities.Low, "Nothing states what the repository is for"),
        new("licence/missing", "archivist", Severities.Medium, "There is no licence", "License"),
        new("licence/file-missing", "archivist", Severities.Low, "The licence is declared, but its text is missing", "License"),
        new("licence/not-recognised", "archivist", Severities.Low, "The licence was not recognised", "License"),
        new("licence/contradiction", "archivist", Severities.Medium, "Licence file and manifest or README disagree"),
    ];

    private static Rule[] Intent =>
    [
        new("intent/path-missing", "archivist", Severities.Low, "A document names a path that does not exist"),
        new("intent/command-missing", "archivist", Severities.Low, "A documented command names what does not exist"),
    ];

    private static Rule[] Architect =>
    [
        new("structure/module-cycle", "architect", Severities.Medium, "Modules depend on each other in a circle"),
        new("structure/file-cycle", "architect", Severities.Low, "Files import each other in a circle across folders"),
        new("intent/layer-crossed", "architect", Severities.Medium, "A declared layer is crossed"),
        new("structure/god-file", "architect", Severities.Low, "A large file that much depends on and that depends on much"),
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

    private static Rule[] Sentinel =>
    [
        new("secrets/token", "sentinel", Severities.High, "A service's token or key in the repository"),
        new("secrets/private-key", "sentinel", Severities.High, "Private key in the repository"),
        new("secrets/password", "sentinel", Severities.Medium, "Password in an address or a connection string"),
        new("secrets/assigned-value", "sentinel", Severities.Medium, "A random value is assigned to a secret's name"),
        new("secrets/environment-file", "sentinel", Severities.Medium, "Environment file with secrets"),
        new("workflows/untrusted-checkout", "sentinel", Severities.High, "A privileged workflow checks out a stranger's code", "Dangerous-Workflow"),
        new("workflows/script-injection", "sentinel", Severities.High, "Script injection in a workflow", "Dangerous-Workflow"),
        new("workflows/token-permissions", "sentinel", Severities.Medium, "The workflow's token may write more than it needs", "Token-Permissions"),
        new("workflows/unpinned-action", "sentinel", Severities.Low, "An action is used by tag or branch", "Pinned-Dependencies"),
        new("workflows/self-hosted-on-pull-request", "sentinel", Severities.Medium, "Pull requests run on own machines"),
        new("workflows/secret-echoed", "sentinel", Severities.Low, "A workflow prints a secret"),
        new("dockerfile/runs-as-root", "sentinel", Severities.Info, "The image runs as root"),
        new("dockerfile/remote-add", "sentinel", Severities.Low, "ADD downloads without a checksum"),
        new("dockerfile/pipe-to-shell", "sentinel", Severities.Low, "A downloaded script runs unchecked", "Pinned-Dependencies"),
        new("dockerfile/secret-in-image", "sentinel", Severities.Medium, "A secret is part of the image"),
        new("repository/binary-artifact", "sentinel", Severities.Medium, "Compiled program in the repository", "Binary-Artifacts"),
        new("repository/private-key", "sentinel", Severities.Medium, "Key store in the repository"),
        new("security/policy-missing", "sentinel", Severities.Info, "There is no security policy", "Security-Policy"),
        new("security/update-tool-missing", "sentinel", Severities.Info, "No tool for updates of dependencies is configured", "Dependency-Update-Tool"),
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

    private static Rule[] Settings =>
    [
        new("settings/invalid", "settings", Severities.Low, "The repository's settings hold a mistake"),
    ];

    /// <summary>The rule of that name, or null.</summary>
    public static Rule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);
}
