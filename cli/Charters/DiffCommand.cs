using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Charters;

namespace Charterhouse.Cli.Charters;

/// <summary><c>charter diff</c>: what changed between two versions of a charter.</summary>
internal static class DiffCommand
{
    public static Command Create(CliContext context)
    {
        var runs = new Argument<string[]>("run") { Description = "Two runs, the earlier first (default: the last two versions of the current folder's charter)", Arity = new ArgumentArity(0, 2) };
        var repo = CommonOptions.Repo("The repository (default: the one in the current folder)");
        var from = VersionOption("--from", "The version to compare with (default: the one before the other)");
        var to = VersionOption("--to", "The version to look at (default: the last)");
        var json = CommonOptions.Json();
        var command = new Command("diff", "Shows what changed between two versions of a charter") { runs, repo, from, to, json };
        command.SetAction(async (parsed, _) =>
        {
            var named = parsed.GetValue(runs) ?? [];
            var problems = new List<InputProblem>();
            if (named.Length == 1) problems.Add(new("diff compares two runs, and one was given", "Give two, or none and --from and --to."));
            if (named.Length > 0 && (parsed.GetResult(repo) ?? parsed.GetResult(from) ?? parsed.GetResult(to)) is not null)
                problems.Add(new("runs cannot be combined with --repo, --from and --to", "Leave one of them away."));
            if (problems.Count > 0) throw new UsageException(problems);

            await using var session = await HostSession.TryReadAsync(context, context.Load(parsed).Options);
            var repository = named.Length == 0 ? await RepositoryLookup.FindAsync(session, parsed.GetValue(repo) ?? ".", context.Interrupted) : null;
            if (session is null) throw RunLookup.NotFound(named[0]);
            var comparison = repository is null
                ? await session.Charters.OfRunsAsync(
                    await RunLookup.RunAsync(session.Runs, named[0], context.Interrupted), await RunLookup.RunAsync(session.Runs, named[1], context.Interrupted), context.Interrupted)
                : await session.Charters.OfVersionsAsync(repository, parsed.GetValue(from), parsed.GetValue(to), context.Interrupted);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(comparison));
            else Print(context.Terminal, comparison);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(CliTerminal terminal, CharterComparison comparison)
    {
        terminal.Print($"{TerminalText.Line(comparison.Repository)}  {Side(comparison.From)} → {Side(comparison.To)}");
        if (comparison.From.Partial || comparison.To.Partial) terminal.Note("one of the two is partial: what it does not know is not compared");
        if (comparison.Changes.Count == 0) terminal.Print("Nothing changed.");
        foreach (var change in comparison.Changes) terminal.Print("  - " + TerminalText.Line(change));
    }

    private static string Side(ComparedCharter side) =>
        (side.Partial ? "partial charter" : string.Create(CultureInfo.InvariantCulture, $"v{side.Version}"))
        + (side.HeadSha is { Length: >= 10 } sha ? " at " + TerminalText.Line(sha[..10]) : "")
        + (side.HeadDate is { } date ? string.Create(CultureInfo.InvariantCulture, $" of {date.UtcDateTime:yyyy-MM-dd}") : "");

    private static Option<int?> VersionOption(string name, string description) => new(name) { Description = description, HelpName = "V", CustomParser = ParseVersion };

    private static int? ParseVersion(ArgumentResult result)
    {
        // v3, as it is shown, is 3.
        var text = result.Tokens[0].Value;
        if (int.TryParse(text.TrimStart('v'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1) return number;
        result.AddError($"{((OptionResult)result.Parent!).Option.Name} is '{text}'; give a version's number, such as 3");
        return null;
    }
}
