using System.Xml.Linq;
using Charterhouse.Agents.Formats;

namespace Charterhouse.Agents.Scan.Details.Packages.Ecosystems;

/// <summary>Project files, central versions, packages.config and packages.lock.json.</summary>
internal static class NuGetFiles
{
    private static readonly string[] TestPackages = ["Microsoft.NET.Test.Sdk", "xunit", "xunit.v3", "NUnit", "MSTest", "MSTest.TestFramework", "TUnit"];

    /// <summary>A project, a .props or .targets file: package references with the properties of the same file filled in.</summary>
    public static void ReadProject(string text, DetailWriter writer)
    {
        var root = XmlText.Read(text);
        var properties = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in root.Descendants().Where(e => e.Parent?.Name.LocalName == "PropertyGroup" && !e.HasElements)) properties.TryAdd(property.Name.LocalName, property.Value.Trim());
        var test = properties.GetValueOrDefault("IsTestProject") is { } isTest && isTest.Equals("true", StringComparison.OrdinalIgnoreCase);
        foreach (var item in root.Descendants())
        {
            var kind = item.Name.LocalName;
            if (kind is not ("PackageReference" or "PackageVersion" or "GlobalPackageReference")) continue;
            var updated = item.Attribute("Include") is null && kind == "PackageReference";
            foreach (var name in (item.Attribute("Include")?.Value ?? item.Attribute("Update")?.Value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (name.Contains("$(", StringComparison.Ordinal) || name.Contains("@(", StringComparison.Ordinal)) continue;
                var version = Fill(item.Metadata("VersionOverride") ?? item.Metadata("Version") ?? "", properties);
                if (updated) writer.Add(PackageRows.Central, XmlText.LineOf(item), name, name, version);
                else if (kind == "PackageVersion") writer.Add(PackageRows.Central, XmlText.LineOf(item), name, name, version);
                else
                {
                    if (TestPackages.Contains(name, StringComparer.OrdinalIgnoreCase) && !IsConditional(item)) test = true;
                    var dev = kind == "GlobalPackageReference" || string.Equals(item.Metadata("PrivateAssets"), "all", StringComparison.OrdinalIgnoreCase) || IsForTests(item);
                    writer.Add(PackageRows.Requires, XmlText.LineOf(item), name, version, dev ? Scope.Dev : Scope.Runtime, version.Length == 0 ? Source.Central : "", IsConditional(item) ? "conditional" : "");
                }
            }
        }
        var output = properties.GetValueOrDefault("OutputType") ?? "";
        var program = output.Equals("Exe", StringComparison.OrdinalIgnoreCase) || output.Equals("WinExe", StringComparison.OrdinalIgnoreCase) || root.Attribute("Sdk")?.Value is "Microsoft.NET.Sdk.Web" or "Microsoft.NET.Sdk.Worker";
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.NuGet, properties.GetValueOrDefault("PackageId") ?? properties.GetValueOrDefault("AssemblyName") ?? "", test ? Trait.Test : program ? Trait.Program : "");
    }

    public static void ReadConfig(string text, DetailWriter writer)
    {
        foreach (var package in XmlText.Read(text).Descendants().Where(e => e.Name.LocalName == "package"))
        {
            var (name, version) = (package.Metadata("id") ?? "", package.Metadata("version") ?? "");
            if (name.Length > 0) writer.Add(PackageRows.Requires, XmlText.LineOf(package), name, version, package.Metadata("developmentDependency") == "true" ? Scope.Dev : Scope.Runtime, "");
        }
        writer.Add(PackageRows.Manifest, 0, PackageEcosystems.NuGet, "", "");
    }

    public static void ReadLock(string text, DetailWriter writer)
    {
        writer.Add(PackageRows.Lock, 0, PackageEcosystems.NuGet);
        string type = "";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        JsonScalars.Read(text, (path, value, line) =>
        {
            if (path is ["dependencies", _, _, "type"]) type = value;
            // Once for all frameworks and runtimes.
            else if (path is ["dependencies", _, var name, "resolved"] && seen.Add(name + "\n" + value)) writer.Add(PackageRows.Locked, line, name, value, type == "Direct" ? "direct" : "");
        });
    }

    private static bool IsConditional(XElement item) => item.AncestorsAndSelf().Any(e => e.Attribute("Condition") is not null || e.Name.LocalName is "When" or "Otherwise");

    private static bool IsForTests(XElement item) => item.AncestorsAndSelf().Any(e => e.Attribute("Condition")?.Value is { } condition && condition.Contains("Test", StringComparison.Ordinal) && !condition.Contains("!=", StringComparison.Ordinal));

    private static string Fill(string value, Dictionary<string, string> properties)
    {
        for (var i = 0; i < 5 && value.IndexOf("$(", StringComparison.Ordinal) is var from and >= 0; i++)
        {
            var to = value.IndexOf(')', from);
            if (to < 0 || !properties.TryGetValue(value[(from + 2)..to], out var known)) break;
            value = string.Concat(value.AsSpan(0, from), known, value.AsSpan(to + 1));
            if (value.Length > DetailWriter.FieldLimit) break;
        }
        return value;
    }
}
