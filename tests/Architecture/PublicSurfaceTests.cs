using System.Reflection;

namespace Charterhouse.Architecture.Tests;

/// <summary>
/// The public types of contracts and services are approved text: a change shows in the diff. To approve, copy the message's list into the
/// file that it names.
/// </summary>
public sealed class PublicSurfaceTests
{
    [Theory]
    [InlineData("Charterhouse.Contracts", true)]
    [InlineData("Charterhouse.RepoSync", false)]
    [InlineData("Charterhouse.Ingest", false)]
    [InlineData("Charterhouse.Agents", false)]
    [InlineData("Charterhouse.Orchestrator", false)]
    public void PublicTypes_OfAssembly_AreApproved(string name, bool withMembers)
    {
        var path = Repository.File($"tests/Architecture/approved/{name}.approved.txt");
        var actual = string.Join('\n', Describe(Assembly.Load(name), withMembers)) + "\n";
        if (Environment.GetEnvironmentVariable("CHARTER_APPROVE") == "1") File.WriteAllText(path, actual);
        actual.ShouldBe(File.Exists(path) ? File.ReadAllText(path) : "", $"{path} differs (CHARTER_APPROVE=1 writes it)");
    }

    private static IEnumerable<string> Describe(Assembly assembly, bool withMembers)
    {
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            yield return type.FullName!;
            if (!withMembers) continue;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).OrderBy(property => property.Name, StringComparer.Ordinal))
                yield return $"  {property.Name}: {Name(property.PropertyType)}";
        }
    }

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
