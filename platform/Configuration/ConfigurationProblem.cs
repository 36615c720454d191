namespace Charterhouse.Platform.Configuration;

/// <summary>Something wrong with the configuration.</summary>
/// <param name="Key">The setting's dotted name, or the variable's or file's.</param>
/// <param name="Source"><c>file:line</c>, the environment variable or the flag.</param>
/// <param name="Message">Continues the key: "is 'many'".</param>
/// <param name="Fix">What to do, as an imperative.</param>
public sealed record ConfigurationProblem(string Key, string Source, string Message, string Fix)
{
    /// <summary>One line with everything in it.</summary>
    public override string ToString() => $"{Source}: {Key} {Message}; {Fix}";
}

/// <summary>The configuration cannot be used. Carries every problem, not only the first.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}

/// <summary>A setting as <c>config show</c> prints it; secrets are masked already.</summary>
/// <param name="Source"><c>default</c>, <c>file:line</c>, the environment variable or the flag.</param>
public sealed record ConfigurationValue(string Key, string Value, string Source);

/// <summary>What the loader read.</summary>
/// <param name="Values">Every key, in the table's order.</param>
/// <param name="Warnings">Sentences for standard error.</param>
/// <param name="File">The configuration file that was read, or null.</param>
public sealed record LoadedConfiguration(
    CharterOptions Options, IReadOnlyList<ConfigurationValue> Values, IReadOnlyList<string> Warnings, string? File);
