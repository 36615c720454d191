namespace Charterhouse.Contracts.Charters;

/// <summary>What the repository's own settings file changes. There only when the repository has one.</summary>
/// <param name="Path">The file.</param>
/// <param name="Rules">Rules that it switches off or weighs anew, by name.</param>
/// <param name="Ignore">What it takes out of single rules or paths, as in the file.</param>
public sealed record SettingsSection(string Path, IReadOnlyList<RuleSetting> Rules, IReadOnlyList<IgnoreSetting> Ignore)
{
    /// <summary>How many findings the charter does not list because of it; counted when the charter is put together.</summary>
    public int Hidden { get; init; }
}

/// <summary>A rule that is tuned.</summary>
/// <param name="Severity"><c>off</c>, or the severity that its findings have here.</param>
public sealed record RuleSetting(string Rule, string Severity)
{
    /// <summary>The value of <see cref="Severity"/> for a rule that is switched off.</summary>
    public const string Off = "off";
}

/// <summary>Findings that are not listed.</summary>
/// <param name="Rule">A rule's name, in which <c>*</c> stands for anything.</param>
/// <param name="Path">A pattern of paths, or null for all findings of the rule.</param>
public sealed record IgnoreSetting(string Rule, string? Path, string Reason);
