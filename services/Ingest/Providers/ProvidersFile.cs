using System.Text.RegularExpressions;
using Charterhouse.Platform.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Charterhouse.Ingest.Providers;

/// <summary>Reads the file of the setting <c>webhooks.providers</c> (docs/reference/webhooks.md). All mistakes are told at once.</summary>
internal sealed partial class ProvidersFile(string file, IReadOnlyDictionary<string, string> environment)
{
    private static readonly string[] Taken = ["github", "gitlab"];
    private readonly List<ConfigurationProblem> problems = [];

    /// <summary>The providers of a file.</summary>
    /// <exception cref="ConfigurationException">With all problems.</exception>
    public static IReadOnlyList<GenericProvider> Read(string file, IReadOnlyDictionary<string, string> environment)
    {
        var reader = new ProvidersFile(file, environment);
        var providers = reader.Read();
        return reader.problems.Count == 0 ? providers : throw new ConfigurationException(reader.problems);
    }

    private List<GenericProvider> Read()
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(File.ReadAllText(file)));
        }
        catch (YamlException problem)
        {
            problems.Add(new("webhooks.providers", $"{file}:{problem.Start.Line}", "is not valid YAML: " + problem.Message.Split('\n')[0].Trim(), "correct the line"));
            return [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("webhooks.providers", file, "cannot be read: " + problem.Message, "name a readable file"));
            return [];
        }
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            problems.Add(new("webhooks.providers", file, "is not a mapping of names to providers", "write 'name:' with its settings on indented lines below"));
            return [];
        }
        return [.. root.Children.Select(entry => ReadProvider(entry.Key, entry.Value)).OfType<GenericProvider>()];
    }

    private GenericProvider? ReadProvider(YamlNode key, YamlNode value)
    {
        var name = (key as YamlScalarNode)?.Value ?? "";
        if (!Name().IsMatch(name) || Taken.Contains(name, StringComparer.Ordinal)) return Refuse(key, name, "is no name for a provider", "use lower-case letters, digits and '-', and neither github nor gitlab");
        if (Mapping(value, name, "signature", "secret", "delivery", "trigger", "artifact") is not { } provider) return null;
        var signature = Mapping(provider.GetValueOrDefault("signature"), name + ".signature", "scheme", "header", "prefix");
        var secret = Secret(provider.GetValueOrDefault("secret"), value, name + ".secret");
        var scheme = Text(signature, "scheme", value, name + ".signature");
        var header = Text(signature, "header", value, name + ".signature");
        if (scheme is not (null or "hmac-sha256" or "token")) Refuse(value, name + ".signature.scheme", $"is '{scheme}'", "give hmac-sha256 or token");
        var trigger = provider.TryGetValue("trigger", out var wanted) ? ReadTrigger(wanted, name + ".trigger") : null;
        var artifact = provider.TryGetValue("artifact", out var told) ? ReadArtifact(told, name + ".artifact") : null;
        if (provider.ContainsKey("trigger") == provider.ContainsKey("artifact")) return Refuse(value, name, "has both of trigger and artifact, or neither", "say what its events are for: one of the two");
        if (secret is null || scheme is null || header is null || (trigger is null && artifact is null)) return null;
        return new GenericProvider(name, secret)
        {
            IsHmac = scheme == "hmac-sha256",
            SignatureHeader = header,
            Prefix = signature!.TryGetValue("prefix", out var prefix) ? (prefix as YamlScalarNode)?.Value ?? "" : "",
            Delivery = provider.TryGetValue("delivery", out var delivery) ? Place(delivery, name + ".delivery", headers: true) : null,
            Trigger = trigger,
            Artifact = artifact,
        };
    }

    private TriggerMapping? ReadTrigger(YamlNode node, string path)
    {
        if (Mapping(node, path, "repository", "ref", "head", "before", "actor") is not { } parts) return null;
        var (repository, reference, head) = (Needed(parts, "repository", node, path), Needed(parts, "ref", node, path), Needed(parts, "head", node, path));
        return repository is null || reference is null || head is null ? null : new TriggerMapping(repository, reference, head, Optional(parts, "before", path), Optional(parts, "actor", path));
    }

    private ArtifactMapping? ReadArtifact(YamlNode node, string path)
    {
        if (Mapping(node, path, "key", "type", "url", "state") is not { } parts) return null;
        var (key, type) = (Needed(parts, "key", node, path), Text(parts, "type", node, path));
        if (type is not null && !Name().IsMatch(type)) return (ArtifactMapping?)(object?)Refuse(node, path + ".type", $"is '{type}'", "use lower-case letters, digits and '-'");
        return key is null || type is null ? null : new ArtifactMapping(key, type, Optional(parts, "url", path), Optional(parts, "state", path));
    }

    private Dictionary<string, YamlNode>? Mapping(YamlNode? node, string path, params string[] known)
    {
        if (node is not YamlMappingNode mapping)
        {
            problems.Add(new(path, At(node), "is not a mapping", "put its settings on indented lines below it: " + string.Join(", ", known)));
            return null;
        }
        var parts = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (known.Contains(key, StringComparer.Ordinal)) parts[key] = value;
            else Refuse(keyNode, $"{path}.{key}", "is not a setting", Suggestion.Nearest(key, known) is { } nearest ? $"did you mean '{nearest}'?" : "the settings here are " + string.Join(", ", known));
        }
        return parts;
    }

    private ValuePlace? Needed(Dictionary<string, YamlNode> parts, string name, YamlNode around, string path)
    {
        if (parts.TryGetValue(name, out var node)) return Place(node, $"{path}.{name}", headers: false);
        Refuse(around, $"{path}.{name}", "is missing", "give a JSON pointer such as /repository/url");
        return null;
    }

    private ValuePlace? Optional(Dictionary<string, YamlNode> parts, string name, string path) => parts.TryGetValue(name, out var node) ? Place(node, $"{path}.{name}", headers: false) : null;

    private string? Text(Dictionary<string, YamlNode>? parts, string name, YamlNode around, string path)
    {
        if (parts is null) return null;
        if (parts.TryGetValue(name, out var node) && node is YamlScalarNode { Value: { Length: > 0 } text }) return text;
        Refuse(around, $"{path}.{name}", "is missing", "give a value");
        return null;
    }

    private ValuePlace? Place(YamlNode node, string path, bool headers)
    {
        var text = (node as YamlScalarNode)?.Value ?? "";
        if (headers && text.StartsWith("header:", StringComparison.Ordinal) && text.Length > "header:".Length) return new ValuePlace(text["header:".Length..].Trim(), []);
        if (text.StartsWith('/')) return new ValuePlace(null, [.. text[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
        Refuse(node, path, $"is '{text}'", headers ? "give a JSON pointer such as /id, or header:NAME" : "give a JSON pointer such as /repository/url (RFC 6901)");
        return null;
    }

    /// <summary>Only the name of a variable: a secret does not stand in a file of settings.</summary>
    private RotatingSecret? Secret(YamlNode? node, YamlNode around, string path)
    {
        if ((node as YamlScalarNode)?.Value is not { } text || Variable().Match(text) is not { Success: true } match)
        {
            Refuse(node ?? around, path, node is null ? "is missing" : "would keep a secret in the file", "write ${NAME} and set the variable NAME, or NAME_FILE");
            return null;
        }
        var name = match.Groups["name"].Value;
        if (environment.TryGetValue(name, out var value) && value.Length > 0) return Checked(value, null);
        if (!environment.TryGetValue(name + "_FILE", out var from) || from.Length == 0)
        {
            Refuse(node, path, $"needs the environment variable {name}, which is not set", $"set {name} or {name}_FILE");
            return null;
        }
        try
        {
            return Checked(File.ReadAllText(from), Path.GetFullPath(from));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Refuse(node, path, $"{name}_FILE names a file that cannot be read: {problem.Message}", "name a readable file");
            return null;
        }

        RotatingSecret? Checked(string secret, string? origin)
        {
            if (SecretsRule.Problem(secret) is not { } problem) return new RotatingSecret(secret.Trim(), origin);
            Refuse(node, path, problem.Message, problem.Fix);
            return null;
        }
    }

    private GenericProvider? Refuse(YamlNode node, string key, string message, string fix)
    {
        problems.Add(new("webhooks.providers: " + key, At(node), message, fix));
        return null;
    }

    private string At(YamlNode? node) => node is null ? file : $"{file}:{node.Start.Line}";

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("^\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_]{0,99})\\}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
