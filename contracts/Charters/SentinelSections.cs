namespace Charterhouse.Contracts.Charters;

/// <summary>What was looked at for dangers, and what came of it. The dangers themselves are findings.</summary>
/// <param name="Texts">Files whose text was searched for credentials: neither binary, vendored, generated nor too big.</param>
/// <param name="Workflows">GitHub Actions workflows that could be read.</param>
/// <param name="Dockerfiles">Outside tests and samples.</param>
/// <param name="Rules">Findings by rule; rules without any left out.</param>
/// <param name="Checks">The same evidence by the names of OpenSSF Scorecard's checks.</param>
public sealed record SecuritySection(int Texts, int Workflows, int Dockerfiles, IReadOnlyList<RuleCount> Rules, IReadOnlyList<SecurityCheck> Checks);

/// <summary>Findings of a rule.</summary>
public sealed record RuleCount(string Rule, int Count);

/// <summary>A check as OpenSSF Scorecard names it. No score: that would also weigh what a repository does not hold.</summary>
/// <param name="Result"><see cref="Pass"/>, <see cref="Warn"/> or <see cref="NotApplicable"/>.</param>
/// <param name="Evidence">What the result rests on.</param>
public sealed record SecurityCheck(string Name, string Result, string Evidence)
{
    public const string Pass = "pass";
    public const string Warn = "warn";
    public const string NotApplicable = "not_applicable";
}
