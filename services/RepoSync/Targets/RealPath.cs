namespace Charterhouse.RepoSync.Targets;

/// <summary>The path without symbolic links: two ways to one folder are one identity.</summary>
internal static class RealPath
{
    // As many links as Linux follows (path_resolution(7)).
    private const int MaxLinks = 40;

    public static string Of(string path)
    {
        var links = 0;
        var pending = new Stack<string>(Parts(Path.GetFullPath(path)));
        var root = Path.GetPathRoot(Path.GetFullPath(path))!;
        var real = root;
        while (pending.TryPop(out var part))
        {
            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target || ++links > MaxLinks)
            {
                real = next;
                continue;
            }
            var full = Path.GetFullPath(target, real);
            foreach (var inner in Parts(full)) pending.Push(inner);
            real = root;
        }
        return real;
    }

    private static IEnumerable<string> Parts(string full) =>
        full.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();
}
