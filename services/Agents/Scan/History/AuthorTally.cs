using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Charterhouse.Agents.Facts;

namespace Charterhouse.Agents.Scan.History;

/// <summary>
/// Counts commits per author. One address is one person, whatever its tag after a plus; so is one name, unless many people have it (root, unknown). git has applied
/// .mailmap before; what its names kept git from is <see cref="Mailmap"/>'s.
/// </summary>
internal sealed partial class AuthorTally(Mailmap mailmap)
{
    private static readonly FrozenSet<string> NobodysName = new[]
    {
        "", "root", "admin", "administrator", "user", "unknown", "ubuntu", "dev", "developer", "test", "localhost", "none", "no author", "(no author)", "your name", "me", "git", "vagrant", "runner", "jenkins", "name",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const int ShortestLogin = 6;

    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts a commit; returns the entry that it went to.</summary>
    public int Add(string name, string address, DateTimeOffset time, bool recent, bool last90)
    {
        (name, address) = mailmap.Of(name.Trim(), address.Trim());
        // Some put their address where the name belongs; what is kept here gets printed.
        if (name.IndexOf('@', StringComparison.Ordinal) is > 0 and var sign) name = name[..sign];
        var key = IsNobodys(address) ? "\n" + name : BotName().IsMatch(name) ? address : Mailbox(address);
        if (!_byAddress.TryGetValue(key, out var index))
        {
            _byAddress[key] = index = _entries.Count;
            _entries.Add(new Entry(name.Length > 0 ? name : "(no name)", LoginOf(address), LocalPart(address), time));
        }
        _entries[index].Count(time, recent, last90);
        return index;
    }

    /// <summary>The authors, most commits first, and where an entry's commits went.</summary>
    public (IReadOnlyList<AuthorFact> Authors, Func<int, int> IndexOf) Merge()
    {
        var leader = new int[_entries.Count];
        var byName = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < leader.Length; i++)
        {
            leader[i] = i;
            var name = _entries[i].Name;
            if (NobodysName.Contains(name)) continue;
            if (byName.TryGetValue(name, out var first)) leader[i] = first;
            else byName[name] = i;
        }
        JoinAccounts(leader);
        JoinByLogin(leader);
        var people = Enumerable.Range(0, leader.Length).GroupBy(i => leader[i])
            .Select(group => (Leader: group.Key, Fact: ToFact(_entries[group.MaxBy(i => _entries[i].Commits)].Name, group.Select(i => _entries[i]).ToArray())))
            .OrderByDescending(person => person.Fact.Commits).ThenBy(person => person.Fact.Name, StringComparer.Ordinal).ThenBy(person => person.Leader)
            .ToArray();
        var position = new Dictionary<int, int>();
        for (var i = 0; i < people.Length; i++) position[people[i].Leader] = i;
        return (people.Select(person => person.Fact).ToArray(), entry => position[leader[entry]]);
    }

    /// <summary>
    /// Whoever commits under the login of a person's GitHub address, as a name or before the sign of another address, is that person. Logins are unique,
    /// first names are not: short ones join nobody.
    /// </summary>
    private void JoinByLogin(int[] leader)
    {
        var byLogin = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < leader.Length; i++)
            if (_entries[i].Login is { } login && Plain(login) is { Length: >= ShortestLogin } plain && !BotName().IsMatch(_entries[i].Name)) byLogin.TryAdd(plain, i);
        for (var i = 0; i < leader.Length; i++)
        {
            var entry = _entries[i];
            if (entry.Login is not null || BotName().IsMatch(entry.Name)) continue;
            if (byLogin.TryGetValue(Plain(entry.Name), out var owner) || byLogin.TryGetValue(entry.Mailbox, out owner)) Join(leader, i, owner);
        }
    }

    /// <summary>GitHub's address of an account is one person's, with the account's number before it or without.</summary>
    private void JoinAccounts(int[] leader)
    {
        var byLogin = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < leader.Length; i++)
            if (_entries[i].Login is { } login && !BotName().IsMatch(_entries[i].Name) && !byLogin.TryAdd(login, i)) Join(leader, i, byLogin[login]);
    }

    private static void Join(int[] leader, int one, int other)
    {
        var (from, to) = (Math.Max(leader[one], leader[other]), Math.Min(leader[one], leader[other]));
        if (from == to) return;
        for (var j = 0; j < leader.Length; j++)
            if (leader[j] == from) leader[j] = to;
    }

    /// <summary>Case, spaces, dots and hyphens aside.</summary>
    private static string Plain(string name) => string.Concat(name.Where(c => c is not (' ' or '.' or '-' or '_'))).ToLowerInvariant();

    /// <summary>What stands before the sign, plain; empty where it is nobody's.</summary>
    private static string LocalPart(string address) =>
        !IsNobodys(address) && Mailbox(address.Trim()) is var mailbox && mailbox.LastIndexOf('@') is > 0 and var at && !NobodysName.Contains(mailbox[..at]) ? Plain(mailbox[..at]) : "";

    private static AuthorFact ToFact(string name, Entry[] entries) =>
        new(name, BotName().IsMatch(name), entries.Sum(e => e.Commits), entries.Sum(e => e.Last365), entries.Sum(e => e.Last90),
            Day(entries.Min(e => e.First)), Day(entries.Max(e => e.Last)), entries.Where(e => e.Login is not null).MaxBy(e => e.Commits)?.Login);

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// Without the tag that sorts one person's mail: <c>ada+work@</c> is <c>ada@</c>. GitHub's addresses have a number before their plus, and every person another.
    /// </summary>
    private static string Mailbox(string address)
    {
        var at = address.LastIndexOf('@');
        var plus = address.IndexOf('+', StringComparison.Ordinal);
        return plus <= 0 || plus > at || address.EndsWith("@users.noreply.github.com", StringComparison.OrdinalIgnoreCase) ? address : string.Concat(address.AsSpan(0, plus), address.AsSpan(at));
    }

    private static string? LoginOf(string address) => GitHubAddress().Match(address.Trim()) is { Success: true } match ? match.Groups["login"].Value : null;

    private static bool IsNobodys(string address) =>
        address.Length == 0 || !address.Contains('@', StringComparison.Ordinal) || NobodysAddress().IsMatch(address);

    [GeneratedRegex(@"@localhost|@\(none\)|^none@|^noreply@github\.com$|^(you|user|email)@example|@localdomain$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NobodysAddress();

    [GeneratedRegex(@"^(\d{1,12}\+)?(?<login>[a-z0-9][a-z0-9-]{0,38})@users\.noreply\.github\.com$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex GitHubAddress();

    [GeneratedRegex(@"\[bot\]|[-_ ](ro)?bot$|^(?!(talbot|abbot|cabot)$)[\w.-]+bot$|^[\w.-]+releaser$|^(dependabot|renovate|greenkeeper|github[- ]actions?|pre-commit-ci|imgbot|mergify|weblate|semantic-release|netlify|vercel|codecov|snyk)\b|^(copilot|copilot-swe-agent|devin ai|cursor agent|openhands)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex BotName();

    private sealed class Entry(string name, string? login, string mailbox, DateTimeOffset time)
    {
        public string Name { get; } = name;
        public string? Login { get; } = login;
        public string Mailbox { get; } = mailbox;
        public DateTimeOffset First { get; private set; } = time;
        public DateTimeOffset Last { get; private set; } = time;
        public int Commits { get; private set; }
        public int Last365 { get; private set; }
        public int Last90 { get; private set; }

        public void Count(DateTimeOffset at, bool recent, bool last90)
        {
            if (at < First) First = at;
            if (at > Last) Last = at;
            Commits++;
            if (recent) Last365++;
            if (last90) Last90++;
        }
    }
}
