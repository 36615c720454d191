namespace Charterhouse.RepoSync.Targets;

/// <summary>What a remote repository says of its HEAD and of one ref.</summary>
/// <param name="DefaultBranch">The branch that HEAD names; null when it names none.</param>
internal sealed record RemoteRefs(string? DefaultBranch, IReadOnlyDictionary<string, string> Shas)
{
    private const string Symbolic = "ref: refs/heads/";

    /// <summary>What to ask <c>git ls-remote</c> for. Its patterns match the ends of names, so the answer may hold more.</summary>
    public static string[] Patterns(string? name) => name is null ? ["HEAD"] : name.StartsWith("refs/tags/", StringComparison.Ordinal) ? ["HEAD", name, name + "^{}"] : ["HEAD", name];

    /// <summary>Reads the output of <c>git ls-remote --symref</c>.</summary>
    public static RemoteRefs Parse(string output)
    {
        string? branch = null;
        var shas = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            if (tab < 0) continue;
            var (value, name) = (line[..tab], line[(tab + 1)..]);
            if (name == "HEAD" && value.StartsWith(Symbolic, StringComparison.Ordinal)) branch = value[Symbolic.Length..];
            else if (HeadState.ShaPattern().IsMatch(value)) shas.TryAdd(name, value);
        }
        return new RemoteRefs(branch, shas);
    }

    /// <summary>The commit of a ref (of what an annotated tag names), or of HEAD; null when there is none.</summary>
    public string? Tip(string? name) => name is null ? Shas.GetValueOrDefault("HEAD") : Shas.GetValueOrDefault(name + "^{}") ?? Shas.GetValueOrDefault(name);
}
