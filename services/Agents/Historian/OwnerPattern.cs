namespace Charterhouse.Agents.Historian;

/// <summary>
/// A pattern as in .gitignore, with GitHub's exceptions: a folder stands for everything in it, but <c>docs/*</c> only for the files right
/// there. Linear in pattern times path.
/// </summary>
internal sealed class OwnerPattern
{
    private readonly string[] _segments;
    private readonly bool _folderOnly;
    private readonly bool _directOnly;

    public OwnerPattern(string pattern)
    {
        _folderOnly = pattern.EndsWith('/');
        var trimmed = pattern.Trim('/');
        _directOnly = pattern.EndsWith("/*", StringComparison.Ordinal);
        var anchored = pattern.StartsWith('/') || trimmed.Contains('/', StringComparison.Ordinal);
        var segments = trimmed.Split('/', StringSplitOptions.RemoveEmptyEntries);
        _segments = anchored || segments.Length == 0 ? segments : ["**", .. segments];
    }

    /// <summary>True when the file at the path, or a folder that holds it, is meant.</summary>
    public bool Matches(string path)
    {
        if (_segments.Length == 0) return false;
        var segments = path.Split('/');
        // reachable[i]: the pattern's first i segments match what was read of the path.
        var reachable = new bool[_segments.Length + 1];
        reachable[0] = true;
        Skip(reachable);
        for (var at = 0; at < segments.Length; at++)
        {
            var next = new bool[_segments.Length + 1];
            for (var i = 0; i < _segments.Length; i++)
            {
                if (!reachable[i]) continue;
                if (_segments[i] == "**") next[i] = true;
                if (_segments[i] == "**" || Glob(_segments[i], segments[at])) next[i + 1] = true;
            }
            Skip(next);
            reachable = next;
            var isFile = at == segments.Length - 1;
            if (reachable[^1] && (isFile ? !_folderOnly : !_directOnly)) return true;
        }
        return false;
    }

    /// <summary><c>**</c> may stand for nothing, but not at the end.</summary>
    private void Skip(bool[] reachable)
    {
        for (var i = 0; i < _segments.Length - 1; i++)
            if (reachable[i] && _segments[i] == "**") reachable[i + 1] = true;
    }

    /// <summary><c>*</c> and <c>?</c> within one segment.</summary>
    private static bool Glob(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n] && pattern[p] != '*')) (p, n) = (p + 1, n + 1);
            else if (p < pattern.Length && pattern[p] == '*') (star, mark, p) = (p, n, p + 1);
            else if (star >= 0) (p, n, mark) = (star + 1, mark + 1, mark + 1);
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
