using Charterhouse.Agents.Facts;
using Charterhouse.Agents.Formats;
using Charterhouse.Contracts.Charters;

namespace Charterhouse.Agents.Librarian;

/// <summary>A FROM of a Dockerfile.</summary>
/// <param name="Image">Empty build arguments and such unresolved: null.</param>
internal sealed record BaseImage(string Image, string Path, int Line)
{
    /// <summary>Neither a digest nor a tag other than <c>latest</c>.</summary>
    public bool IsFloating
    {
        get
        {
            if (Image.Contains('@', StringComparison.Ordinal)) return false;
            var colon = Image.LastIndexOf(':');
            return colon < 0 || colon < Image.LastIndexOf('/') || Image[(colon + 1)..] == "latest";
        }
    }

    /// <summary>True for an image in the name of that owner, who moves it: <c>quay.io/acme/base</c> is acme's.</summary>
    public bool IsOf(string? owner) => owner is not null && Image.Split('/')[..^1].Contains(owner, StringComparer.OrdinalIgnoreCase);
}

/// <summary>Images that Dockerfiles build upon and compose files run.</summary>
internal static class Containers
{
    /// <summary>The base images of a Dockerfile; stages, <c>scratch</c> and what only the builder knows left out.</summary>
    public static IEnumerable<BaseImage> BaseImages(Excerpt file)
    {
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        var stages = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var (number, logical, start) = (0, "", 0);
        foreach (var raw in file.Text.Split('\n'))
        {
            number++;
            var line = raw.Trim();
            if (line.StartsWith('#') || logical.Length == 0 && line.Length == 0) continue;
            if (logical.Length == 0) start = number;
            logical = logical.Length == 0 ? line : logical + " " + line;
            if (line.EndsWith('\\') && logical.Length < 4000)
            {
                logical = logical[..^1].TrimEnd();
                continue;
            }
            var words = logical.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            logical = "";
            if (words.Length < 2) continue;
            if (words[0].Equals("ARG", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var argument in words[1..])
                    if (argument.IndexOf('=', StringComparison.Ordinal) is var equals and > 0) arguments.TryAdd(argument[..equals], argument[(equals + 1)..].Trim('"', '\''));
            }
            else if (words[0].Equals("FROM", StringComparison.OrdinalIgnoreCase))
            {
                var rest = words.Skip(1).SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal)).ToArray();
                if (rest.Length == 0) continue;
                var image = Fill(rest[0].Trim('"'), arguments);
                var isStage = stages.Contains(image);
                if (rest.Length >= 3 && rest[1].Equals("AS", StringComparison.OrdinalIgnoreCase)) stages.Add(rest[2]);
                if (!isStage && image != "scratch" && IsName(image)) yield return new BaseImage(image, file.Path, start);
            }
        }
    }

    /// <summary>The images of a compose file's services.</summary>
    public static IReadOnlyList<ImageUse> Services(Excerpt file)
    {
        var found = new List<(string Service, ImageUse Use)>();
        // A service that is built here gives its image the name.
        var built = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            YamlScalars.Read(file.Text, (path, value, line) =>
            {
                if (path is ["services", var service, "build", ..]) built.Add(service);
                else if (path is ["services", var runs, "image"] && Default(value) is var image && IsName(image)) found.Add((runs, new ImageUse(image, "service", file.Path, line)));
            });
        }
        catch (MalformedException)
        {
            // A template, or cut: what was found until there stands.
        }
        return found.Where(one => !built.Contains(one.Service)).Select(one => one.Use).ToArray();
    }

    private static string Fill(string image, Dictionary<string, string> arguments)
    {
        for (var i = 0; i < 8; i++)
        {
            var at = image.IndexOf('$', StringComparison.Ordinal);
            if (at < 0 || at + 1 >= image.Length) break;
            var braced = image[at + 1] == '{';
            var from = at + (braced ? 2 : 1);
            var to = from;
            while (to < image.Length && (char.IsAsciiLetterOrDigit(image[to]) || image[to] == '_')) to++;
            var (name, end) = (image[from..to], to);
            string? fallback = null;
            if (braced)
            {
                end = image.IndexOf('}', to);
                if (end < 0) break;
                if (image[to..end].StartsWith(":-", StringComparison.Ordinal)) fallback = image[(to + 2)..end];
                end++;
            }
            if ((arguments.GetValueOrDefault(name) is { Length: > 0 } known ? known : fallback) is not { } value || image.Length + value.Length > 400) break;
            image = string.Concat(image.AsSpan(0, at), value, image.AsSpan(end));
        }
        return image;
    }

    private static string Default(string image) => Fill(image, []);

    private static bool IsName(string image) => image.Length is > 0 and <= 300 && image.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '@');
}
