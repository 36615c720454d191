using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;

namespace Charterhouse.Cli.Tests.Documents;

/// <summary>docs/reference against the real command tree, settings, exit codes and failpoints.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    public static TheoryData<string> Commands => [.. All().Select(command => command.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void CliReference_Command_IsThereWithAllItsOptions(string path)
    {
        var section = Section(Document("docs/reference/cli.md"), $"## charter {path}\n");
        var command = All().Single(one => one.Path == path).Command;
        foreach (var option in command.Options.Where(option => !option.Hidden)) section.ShouldContain($"`{option.Name}", Case.Sensitive);
        foreach (var argument in command.Arguments) section.ShouldContain(argument.Name.ToUpperInvariant(), Case.Sensitive);
    }

    [Fact]
    public void CliReference_NamesNoCommandThatIsNotThere()
    {
        var headings = Document("docs/reference/cli.md").Split('\n').Where(line => line.StartsWith("## charter ", StringComparison.Ordinal)).Select(line => line["## charter ".Length..]);
        headings.ShouldBe(All().Select(command => command.Path), ignoreOrder: true);
    }

    [Fact]
    public void CliReference_CommonOptions_AreThere()
    {
        var section = Section(Document("docs/reference/cli.md"), "## Every command\n");
        foreach (var option in Tree().Options) section.ShouldContain($"`{option.Name}", Case.Sensitive);
    }

    [Fact]
    public void CliReference_ExitCodes_AreTheProgramsOwn()
    {
        var section = Section(Document("docs/reference/cli.md"), "## Exit codes\n");
        var codes = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (int)field.GetRawConstantValue()!);
        section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim()).Where(cell => int.TryParse(cell, out _))
            .ShouldBe(codes.Order().Select(code => code.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void ConfigurationReference_Keys_AreAllThere()
    {
        var text = Document("docs/reference/configuration.md");
        foreach (var key in ConfigurationKeys.All)
        {
            var row = text.Split('\n').SingleOrDefault(line => line.StartsWith($"| `{key.Name}` |", StringComparison.Ordinal));
            row.ShouldNotBeNull($"{key.Name} has no row");
            row.ShouldContain($"`{key.Variable}`", Case.Sensitive);
            if (key.Flag is not null) row.ShouldContain($"`{key.Flag}`", Case.Sensitive);
            if (!string.IsNullOrEmpty(key.Default)) row.ShouldContain($"`{key.Default}`", Case.Sensitive);
            if (key.Rule is NumberRule range) row.ShouldContain($"{range.Least} to {range.Most}", Case.Sensitive);
        }
    }

    [Fact]
    public void ConfigurationReference_OtherVariables_AreAllThere()
    {
        var text = Document("docs/reference/configuration.md");
        foreach (var variable in ConfigurationKeys.OtherVariables) text.ShouldContain($"`{variable}`", Case.Sensitive);
    }

    [Fact]
    public void HttpReference_Routes_AreThoseOfTheProgram()
    {
        var code = new[] { "services/Orchestrator/Api", "services/Ingest/Events", "services/RepoSync/Effects" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs")).SelectMany(file => Route().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["method"].Value.ToUpperInvariant() + " " + RoutePart().Replace(match.Groups["path"].Value, part => part.Groups["name"].Value.ToUpperInvariant())).Distinct().ToList();
        code.Count.ShouldBeGreaterThan(15);
        DocumentedRoute().Matches(Document("docs/reference/http-api.md")).Select(match => match.Groups["route"].Value).Where(route => route.Contains("/api/", StringComparison.Ordinal)).Distinct().ShouldBe(code, ignoreOrder: true);
    }

    [Fact]
    public void MetricsReference_Instruments_AreThoseOfTheProgram()
    {
        var code = new[] { "platform", "services" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .ToDictionary(match => match.Groups["name"].Value, match => (Kind: match.Groups["kind"].Value, Unit: match.Groups["unit"].Value), StringComparer.Ordinal);
        code.Count.ShouldBeGreaterThan(7);
        var rows = Document("docs/reference/metrics.md").Split('\n').Where(line => line.StartsWith("| `charter.", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        rows.Select(row => row[1].Trim('`')).ShouldBe(code.Keys, ignoreOrder: true);
        foreach (var row in rows)
        {
            var name = row[1].Trim('`');
            row[2].ShouldBe($"`{name.Replace('.', '_')}{(code[name].Unit == "s" ? "_seconds" : "")}{(code[name].Kind == "CreateCounter" ? "_total" : "")}`");
        }
    }

    [GeneratedRegex(@"(?<kind>CreateHistogram|CreateCounter|\bAdd)(<long>)?\(\x22(?<name>charter\.[a-z_.]+)\x22, \x22(?<unit>[^\x22]+)\x22", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\.(?<method>Get|Post)\(\x22(?<path>/api/[^\x22]+)\x22", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Route();

    [GeneratedRegex(@"\{(?<name>[a-z]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RoutePart();

    [GeneratedRegex(@"`(?<route>(GET|POST) /[^`?]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DocumentedRoute();

    [Fact]
    public void Contributing_Failpoints_AreAllThere()
    {
        var names = typeof(Failpoints).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral && field.Name != nameof(Failpoints.Variable));
        var text = Document("CONTRIBUTING.md");
        foreach (var name in names) text.ShouldContain($"`{(string)name.GetRawConstantValue()!}`", Case.Sensitive);
    }

    private static RootCommand Tree() => CharterCommandLine.Create(new CliContext(new CliTerminal(TextWriter.Null, TextWriter.Null), TimeProvider.System, CancellationToken.None));

    // The commands that do something, each with its path below 'charter'.
    private static IEnumerable<(string Path, Command Command)> All() => Below(Tree(), "");

    private static IEnumerable<(string Path, Command Command)> Below(Command command, string prefix) => command.Subcommands.SelectMany(child =>
        child.Subcommands.Count > 0 ? Below(child, prefix + child.Name + " ") : [(prefix + child.Name, child)]);

    private static string Section(string text, string heading)
    {
        var start = text.IndexOf(heading, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"there is no heading '{heading.TrimEnd()}'");
        var end = text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    private static string Document(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Services.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Services.sln is in no folder above the tests"));
}
