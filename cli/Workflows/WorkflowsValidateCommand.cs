using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Hosting;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Workflows;

/// <summary><c>charter workflows validate FILE</c>: every mistake as <c>file:line:column: message</c>.</summary>
internal static class WorkflowsValidateCommand
{
    public static Command Create(CliContext context)
    {
        var file = new Argument<string>("file") { Description = "The workflow file" };
        var json = CommonOptions.Json();
        var command = new Command("validate", "Checks a workflow file without running it") { file, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            var problems = new List<InputProblem>();
            if (WorkflowSources.Read(path, problems) is not { } text) throw new UsageException(problems);
            var mistakes = Connections.CheckWorkflow(text, path);
            if (parsed.GetValue(json)) context.Terminal.Print(RunEnvelope.OfValue(new { File = path, Valid = mistakes.Count == 0, Problems = mistakes }));
            else if (mistakes.Count == 0) context.Terminal.Result($"{TerminalText.Line(path)} is valid");
            else Print(context.Terminal, mistakes.Select(mistake => WorkflowSources.Describe(path, mistake)));
            return mistakes.Count == 0 ? ExitCodes.Ok : ExitCodes.Usage;
        });
        return command;
    }

    // Without the usual 'error: ' in front: editors and CI annotations look for the file at the start of the line.
    private static void Print(CliTerminal terminal, IEnumerable<InputProblem> problems)
    {
        foreach (var problem in problems)
        {
            terminal.Note(TerminalText.Line(problem.Message));
            if (problem.Fix is not null) terminal.Note("  fix: " + TerminalText.Line(problem.Fix));
        }
    }
}
