using System.Xml.Linq;
using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>pom.xml, with the properties of the same file filled in; the parent, whose properties and versions hold as well. Profiles and plugins are left out.</summary>
internal static class MavenPom
{
    private const int PropertyLimit = 1_000;

    public static void Read(string text, DetailWriter writer)
    {
        var root = XmlText.Read(text);
        if (root.Name.LocalName != "project") return;
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.Child("properties")?.Elements() ?? []) properties[property.Name.LocalName] = property.Value.Trim();
        var parent = root.Child("parent");
        foreach (var member in (string[])["version", "groupId"])
            if ((root.Child(member) ?? parent.Child(member))?.Value.Trim() is { } value) properties["project." + member] = properties["pom." + member] = value;
        string Fill(string? value)
        {
            for (var i = 0; i < 5 && value is not null && value.IndexOf("${", StringComparison.Ordinal) is var from and >= 0; i++)
            {
                var to = value.IndexOf('}', from);
                if (to < 0 || !properties.TryGetValue(value[(from + 2)..to], out var known)) break;
                value = string.Concat(value.AsSpan(0, from), known, value.AsSpan(to + 1));
                if (value.Length > DetailWriter.FieldLimit) break;
            }
            return value?.Trim() ?? "";
        }

        foreach (var property in properties.Take(PropertyLimit)) writer.Add(PackageRows.Property, 0, property.Key, Fill(property.Value));
        if (parent is not null) writer.Add(PackageRows.Parent, XmlText.LineOf(parent), $"{Fill(parent.Child("groupId")?.Value)}:{Fill(parent.Child("artifactId")?.Value)}", parent.Child("relativePath")?.Value.Trim() ?? "../pom.xml");
        foreach (var (dependency, managed) in Dependencies(root.Child("dependencyManagement").Child("dependencies"), true).Concat(Dependencies(root.Child("dependencies"), false)))
        {
            var name = $"{Fill(dependency.Child("groupId")?.Value)}:{Fill(dependency.Child("artifactId")?.Value)}";
            var (version, scope, line) = (Fill(dependency.Child("version")?.Value), Fill(dependency.Child("scope")?.Value), XmlText.LineOf(dependency));
            if (managed) writer.Add(PackageRows.Central, line, name, name, version);
            else
                writer.Add(PackageRows.Requires, line, name, version, scope == "test" ? Scope.Dev : scope is "provided" ? Scope.Build : Fill(dependency.Child("optional")?.Value) == "true" ? Scope.Optional : Scope.Runtime,
                    version.Length == 0 ? Source.Central : scope == "system" ? Source.Local : "");
        }
        var group = Fill(root.Child("groupId")?.Value ?? parent.Child("groupId")?.Value);
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.Maven, $"{group}:{Fill(root.Child("artifactId")?.Value)}", root.Child("modules") is null ? "" : Trait.Workspace);
    }

    private static IEnumerable<(XElement, bool)> Dependencies(XElement? list, bool managed) => (list?.Elements() ?? []).Where(e => e.Name.LocalName == "dependency").Select(e => (e, managed));
}
