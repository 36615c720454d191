using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Charterhouse.Platform.Configuration;

/// <summary>A value as one source gave it.</summary>
/// <param name="Shown">The same, or a mask.</param>
internal sealed record Setting(string Text, string Shown, string Source);

/// <summary>
/// Reads <c>charterhouse.yaml</c> into settings by dotted name and notes everything that does not belong there. Accepts both this
/// product's flat <c>orchestration:</c> and the older nested <c>orchestration: langgraph:</c>.
/// </summary>
internal sealed class ConfigurationFile(string file, IReadOnlyDictionary<string, string> environment, List<ConfigurationProblem> problems)
{
    private const string Nested = "orchestration.langgraph";
    private static readonly string[] Sections = ["orchestration", Nested, "retention", "audit", "webhooks", "cache", "prune", "triggers", "github", "gitlab"];
    private static readonly string[] CheckpointerParts = [.. ConfigurationKeys.All.Select(key => key.Name)
        .Where(name => name.StartsWith(ConfigurationKeys.Checkpointer.Name + ".", StringComparison.Ordinal)).Select(name => name[(ConfigurationKeys.Checkpointer.Name.Length + 1)..])];
    private static readonly string[] RuleLists = [.. new[] { RuleSettings.Events, RuleSettings.Branches, RuleSettings.Paths }.Select(name => "triggers." + name)];
    private readonly Dictionary<string, Setting> settings = new(StringComparer.Ordinal);

    /// <summary>The repositories of the list in the file, in its order; their addresses are those of the setting.</summary>
    public IReadOnlyList<RepositorySetting> Repositories { get; private set; } = [];

    public IReadOnlyDictionary<string, Setting> Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count > 1)
                Report(stream.Documents[1].RootNode, "document", "is a second one in the file", "keep one YAML document");
            else if (stream.Documents.Count == 1)
                ReadRoot(stream.Documents[0].RootNode);
        }
        catch (YamlException problem)
        {
            problems.Add(new(Path.GetFileName(file), $"{file}:{problem.Start.Line}", "is not valid YAML: " + FirstLine(problem.Message), "correct the line"));
        }
        return settings;
    }

    private void ReadRoot(YamlNode root)
    {
        if (root is YamlMappingNode mapping) ReadSection(mapping, "");
        else if (root is not YamlScalarNode { Value: null or "" }) Report(root, "the file", "is not a mapping", "write settings as 'key: value' lines");
    }

    private void ReadSection(YamlMappingNode section, string prefix)
    {
        foreach (var (keyNode, value) in section.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            var path = prefix.Length == 0 ? key : $"{prefix}.{key}";
            var name = path.StartsWith(Nested + ".", StringComparison.Ordinal) ? string.Concat("orchestration", path.AsSpan(Nested.Length)) : path;
            if (Sections.Contains(path, StringComparer.Ordinal)) ReadSubsection(keyNode, value, path);
            else if (name == ConfigurationKeys.Checkpointer.Name && value is YamlMappingNode checkpointer) ReadCheckpointer(checkpointer, path);
            else if (ConfigurationKeys.All.FirstOrDefault(known => known.Name == name) is { Secret: true } secret)
                Report(keyNode, path, "is a secret and is not read from a file", $"remove the line and set {secret.Variable} or {secret.Variable}_FILE");
            else if (ConfigurationKeys.All.Any(known => known.Name == name)) Take(keyNode, value, path, name);
            else ReportUnknown(keyNode, key, path, prefix);
        }
    }

    private void ReadSubsection(YamlNode keyNode, YamlNode value, string path)
    {
        if (value is YamlMappingNode mapping) ReadSection(mapping, path);
        else if (value is not YamlScalarNode { Value: null or "" }) Report(keyNode, path, "is not a mapping", "put its settings on indented lines below it");
    }

    private void ReadCheckpointer(YamlMappingNode checkpointer, string path)
    {
        var name = ConfigurationKeys.Checkpointer.Name;
        var type = checkpointer.Children.FirstOrDefault(child => child.Key is YamlScalarNode { Value: "type" });
        if (type.Key is null) Report(checkpointer, path, "has no type", "add 'type: sqlite' or 'type: postgres'");
        else Take(type.Key, type.Value, path + ".type", name);
        var postgres = type.Value is YamlScalarNode { Value: "postgres" or "postgresql" };
        foreach (var (keyNode, value) in checkpointer.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (key == "type") continue;
            if (!CheckpointerParts.Contains(key, StringComparer.Ordinal)) ReportUnknown(keyNode, key, $"{path}.{key}", path);
            else if (!postgres) Report(keyNode, $"{path}.{key}", "belongs to a checkpointer of type postgres", "remove the line");
            else if (key == "connection_string" && value is YamlScalarNode { Value: { } text } && !text.Contains("${", StringComparison.Ordinal))
                Report(keyNode, $"{path}.{key}", "would keep a password in the file", "write ${POSTGRES_CONNECTION_STRING} and set the variable");
            else Take(keyNode, value, $"{path}.{key}", $"{name}.{key}");
        }
    }

    private void Take(YamlNode keyNode, YamlNode value, string path, string name)
    {
        if (value is YamlSequenceNode repositories && name == ConfigurationKeys.Repositories.Name)
        {
            if (new RepositoryItems(Report).Read(repositories) is not { } items) return;
            Repositories = items;
            TakeText(keyNode, value, path, name, string.Join(RepositoriesRule.Separator, items.Select(item => item.Url)));
        }
        else if (value is YamlSequenceNode list && RuleLists.Contains(name, StringComparer.Ordinal) && RepositoryItems.Words(list) is { } words)
        {
            TakeText(keyNode, value, path, name, string.Join(RuleSettings.Separator, words));
        }
        else if (value is YamlScalarNode scalar)
        {
            TakeText(keyNode, value, path, name, scalar is { Style: ScalarStyle.Plain, Value: "~" or "null" } ? "" : scalar.Value ?? "");
        }
        else
        {
            Report(keyNode, path, "is not a single value", "write it as 'key: value'");
        }
    }

    private void TakeText(YamlNode keyNode, YamlNode value, string path, string name, string given)
    {
        if (given.Length == 0)
        {
            Report(keyNode, path, "has no value", "give one or remove the line");
            return;
        }
        var (text, shown, missing) = EnvironmentExpansion.Expand(given, environment);
        foreach (var variable in missing)
            Report(value, path, $"needs the environment variable {variable}, which is not set", $"set {variable} or write the value");
        if (missing.Count > 0) return;
        if (!settings.TryAdd(name, new Setting(text, ConfigurationKeys.All.Any(key => key.Name == name && key.Secret) ? "***" : shown, SourceOf(value))))
            Report(keyNode, path, $"is given twice (also at {settings[name].Source})", "remove one");
    }

    private void ReportUnknown(YamlNode node, string key, string path, string prefix)
    {
        var siblings = ConfigurationKeys.All.Select(known => known.Name).Concat(Sections)
            .Where(name => Parent(name) == prefix || prefix == Nested && Parent(name) == "orchestration")
            .Select(name => name[(name.LastIndexOf('.') + 1)..])
            .Concat(prefix.EndsWith("checkpointer", StringComparison.Ordinal) ? ["type", .. CheckpointerParts] : []);
        var elsewhere = ConfigurationKeys.All.FirstOrDefault(known => known.Name.EndsWith("." + key, StringComparison.Ordinal) || known.Name == key);
        var fix = Suggestion.Nearest(key, siblings) is { } nearest ? $"did you mean '{nearest}'?"
            : elsewhere is not null ? $"write it as {elsewhere.Name}"
            : LooksSecret(key) ? "secrets are read from the environment only: remove the line"
            : "remove the line ('charter config show' lists the settings)";
        Report(node, path, "is not a setting", fix);
    }

    private static bool LooksSecret(string key) =>
        new[] { "token", "secret", "password", "api_key" }.Any(part => key.Contains(part, StringComparison.OrdinalIgnoreCase));

    private static string Parent(string name) => name.LastIndexOf('.') is var dot and >= 0 ? name[..dot] : "";

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private string SourceOf(YamlNode node) => $"{file}:{node.Start.Line}";

    private void Report(YamlNode node, string key, string message, string fix) => problems.Add(new(key, SourceOf(node), message, fix));
}
