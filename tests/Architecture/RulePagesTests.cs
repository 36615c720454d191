using Charterhouse.Contracts.Charters;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Architecture.Tests;

/// <summary>Every rule has its page, and every page its rule.</summary>
public sealed class RulePagesTests
{
    private const string Folder = "docs/reference/rules";
    private static readonly string[] Headings = ["## What", "## Why", "## How to fix", "## False positives"];

    public static TheoryData<string> Rules => [.. RuleCatalog.All.Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_Page_HasSummaryAndTheFourHeadings(string name)
    {
        var path = Repository.File($"{Folder}/{RuleCatalog.Find(name)!.Page}");
        File.Exists(path).ShouldBeTrue($"{name} has no page {path}");
        var lines = File.ReadAllLines(path);

        lines[0].ShouldBe($"# {name}");
        var summary = lines.Skip(1).TakeWhile(line => !line.StartsWith('#')).Where(line => line.Length > 0).ToList();
        summary.ShouldNotBeEmpty($"{name} has no summary");
        summary[^1].ShouldEndWith(".");
        lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ShouldBe(Headings);
        foreach (var heading in Headings)
            lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).ShouldContain(line => line.Length > 0, $"{name}: nothing under '{heading}'");
    }

    [Fact]
    public void Pages_All_BelongToARule()
    {
        var pages = Directory.EnumerateFiles(Repository.File(Folder)).Select(path => Path.GetFileName(path)!);
        pages.Except(RuleCatalog.All.Select(rule => rule.Page), StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Catalogue_Rules_AreWellFormedAndThereOnce()
    {
        RuleCatalog.All.Select(rule => rule.Name).ShouldBeUnique();
        RuleCatalog.All.Select(rule => rule.Page).ShouldBeUnique();
        RuleCatalog.All.ShouldAllBe(rule => rule.Name.Split('/').Length == 2 && rule.Name == rule.Name.ToLowerInvariant() && rule.Title.Length > 0 && !rule.Title.EndsWith('.'));
        RuleCatalog.All.ShouldAllBe(rule => Severities.All.Contains(rule.Severity));
    }
}
