using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Charterhouse.Journeys.Tests;

/// <summary>One of our services as <c>docker-compose.yml</c> and the target in <c>deploy/Dockerfile</c> say it is run.</summary>
/// <param name="Project">The folder of what the image holds, such as <c>Agents</c>.</param>
/// <param name="User">The image's last USER.</param>
/// <param name="Environment">The image's ENV, then the composition's.</param>
/// <param name="Entry">ENTRYPOINT and the composition's command.</param>
/// <param name="Health">The health check's command; empty for none.</param>
internal sealed record ComposedService(string Name, string Project, string User, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Entry, IReadOnlyList<string> Health, IReadOnlyDictionary<object, object> Node)
{
    /// <summary>The strings of one of the service's lists.</summary>
    public List<string> List(string key) => Composition.List(Node, key);
}

/// <summary>The composition of the distributed profile: read, not guessed.</summary>
internal sealed partial class Composition
{
    private sealed record Line(string Word, string Text);

    /// <summary>What a FROM begins.</summary>
    private sealed record Stage(string Base, List<Line> Lines);

    private readonly Dictionary<object, object> root;

    private Composition(Dictionary<object, object> root, IReadOnlyList<ComposedService> own) => (this.root, Own) = (root, own);

    /// <summary>The folder of the sources.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>What is built from the Dockerfile.</summary>
    public IReadOnlyList<ComposedService> Own { get; }

    /// <summary>All services by name, those of others too.</summary>
    public IReadOnlyDictionary<string, Dictionary<object, object>> Services => Section("services").ToDictionary(one => (string)one.Key, one => (Dictionary<object, object>)one.Value, StringComparer.Ordinal);

    /// <summary>The file of each secret, relative to <see cref="Root"/>.</summary>
    public IReadOnlyDictionary<string, string> Secrets => Section("secrets").ToDictionary(one => (string)one.Key, one => (string)((Dictionary<object, object>)one.Value)["file"], StringComparer.Ordinal);

    public ComposedService this[string name] => Own.Single(service => service.Name == name);

    public static Composition Read()
    {
        using var reader = new StreamReader(Path.Combine(Root, "docker-compose.yml"));
        var file = new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(reader)));
        var stages = Stages(File.ReadAllText(Path.Combine(Root, "deploy", "Dockerfile")));
        var own = new List<ComposedService>();
        foreach (var (name, value) in (Dictionary<object, object>)file["services"])
        {
            var node = (Dictionary<object, object>)value;
            if (!node.TryGetValue("build", out var build)) continue;
            var lines = Lines(stages, (string)((Dictionary<object, object>)build)["target"]);
            var environment = lines.Where(line => line.Word == "ENV").Select(line => line.Text.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
            if (node.TryGetValue("environment", out var more))
                foreach (var (key, text) in (Dictionary<object, object>)more) environment[(string)key] = (string)text;
            own.Add(new ComposedService(
                (string)name, Path.GetFileName(lines.Last(line => line.Word == "COPY").Text.Split(' ')[1]), lines.Last(line => line.Word == "USER").Text, environment,
                [.. Command(lines, "ENTRYPOINT"), .. List(node, "command")], Command(lines, "HEALTHCHECK"), node));
        }
        return new Composition(file, own);
    }

    /// <summary>The strings of a list; none where there is no such key.</summary>
    public static List<string> List(IReadOnlyDictionary<object, object> node, string key) => node.TryGetValue(key, out var list) ? [.. ((List<object>)list).Cast<string>()] : [];

    private Dictionary<object, object> Section(string name) => (Dictionary<object, object>)root[name];

    private static Dictionary<string, Stage> Stages(string text)
    {
        var stages = new Dictionary<string, Stage>(StringComparer.Ordinal);
        List<Line> lines = [];
        foreach (Match match in Instruction().Matches(text.Replace("\\\n", "", StringComparison.Ordinal)))
        {
            var (word, rest) = (match.Groups["word"].Value, match.Groups["rest"].Value);
            if (word == "FROM") stages.Add(rest.Split(' ')[2], new Stage(rest.Split(' ')[0], lines = []));
            else lines.Add(new Line(word, rest));
        }
        return stages;
    }

    private static List<Line> Lines(Dictionary<string, Stage> stages, string target) =>
        stages.TryGetValue(target, out var stage) ? [.. Lines(stages, stage.Base), .. stage.Lines] : [];

    private static string[] Command(List<Line> lines, string word) =>
        lines.LastOrDefault(line => line.Word == word)?.Text is { } rest ? JsonSerializer.Deserialize<string[]>(rest[rest.IndexOf('[', StringComparison.Ordinal)..])! : [];

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Services.sln"))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Services.sln is in no folder above the tests"));

    [GeneratedRegex("^(?<word>[A-Z]+) +(?<rest>.+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instruction();
}
