using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Agents.Historian;
using Charterhouse.Agents.Scan;

namespace Charterhouse.Agents.Sentinel.Workflows;

/// <summary>
/// Accounts that can change this repository anyway, so that their actions add nobody who must be trusted: its owner, who makes much of its commits, who is
/// paid or asked for it (FUNDING, CODEOWNERS), whom it names as its maintainers, and the owner that its manifest at the top names.
/// </summary>
internal sealed partial class TrustedOwners
{
    /// <summary>One commit of so many makes a main author.</summary>
    private const int Share = 4;
    private const int FewCommits = 20;
    private const int Most = 500;
    private readonly HashSet<string> _names;

    private TrustedOwners(IEnumerable<string> names) => _names = names.Select(Plain).Where(name => name.Length > 1).Take(Most).ToHashSet(StringComparer.Ordinal);

    /// <summary>Those of a repository.</summary>
    /// <param name="owner">The repository's, or null when it is unknown.</param>
    public static TrustedOwners Of(string? owner, RepositoryFacts facts) =>
        new([.. owner is null ? [] : new[] { owner }, .. MainAuthors(facts.History), .. CodeOwners.Read(facts)?.Rules.SelectMany(rule => rule.Owners).Select(Account).Distinct(StringComparer.Ordinal) ?? [], .. facts.Excerpts.SelectMany(Named), .. Maintainers.Of(facts)]);

    /// <summary>True for such an account, also when it keeps its actions in one of its own: <c>acme-actions</c>. Case, hyphens and underlines aside.</summary>
    public bool Contains(string account)
    {
        var name = Plain(account);
        return _names.Contains(name) || name.EndsWith("actions", StringComparison.Ordinal) && _names.Contains(name[..^7]);
    }

    private static IEnumerable<string> MainAuthors(HistoryFacts history)
    {
        var (all, recent) = (history.Authors.Sum(author => author.Commits), history.Authors.Sum(author => author.Last365Days));
        return history.Authors.Where(author => !author.Bot && (author.Commits * Share >= all && all >= FewCommits || author.Last365Days * Share >= recent && recent >= FewCommits)).Select(author => author.Login).OfType<string>();
    }

    private static IEnumerable<string> Named(Excerpt file)
    {
        if (ExcerptChoice.IsFunding(file.Path)) return BoundedYaml.Read(file.Text)?.Find("github", StringComparison.OrdinalIgnoreCase)?.Texts ?? [];
        return ExcerptChoice.Depth(file.Path) == 0 && ExcerptChoice.IsManifest(file.Path) && RepositoryAddress().Match(file.Text) is { Success: true } address ? [address.Groups["owner"].Value] : [];
    }

    /// <summary>Of <c>@login</c> or <c>@organisation/team</c>; empty for an address.</summary>
    private static string Account(string owner) => owner.StartsWith('@') ? owner[1..].Split('/')[0] : "";

    private static string Plain(string name) => name.Trim().ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    /// <summary>npm's and Composer's JSON, Cargo's and Python's TOML.</summary>
    [GeneratedRegex(@"\brepository""?\s{0,4}[:=][^\n]{0,80}(\n[^\n]{0,80}){0,3}?github\.com[/:](?<owner>[A-Za-z0-9][A-Za-z0-9-]{0,38})/", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex RepositoryAddress();
}
