using System.CommandLine;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Cli.Analyze;

/// <summary>The options of <c>analyze</c>.</summary>
internal sealed class AnalyzeOptions
{
    public AnalyzeOptions()
    {
        FailOn.TakesOneOf(Severities.All);
    }

    public Argument<string[]> Targets { get; } = new("target") { Description = "Folders or URLs of repositories, or OWNER/REPOSITORY on GitHub (default: the current folder)", Arity = ArgumentArity.ZeroOrMore };
    public Option<string[]> Repos { get; } = new("--repos") { Description = "More targets", HelpName = "TARGET", AllowMultipleArgumentsPerToken = true };
    public Option<string> Workflow { get; } = CommonOptions.Workflow();
    public Option<string> Base { get; } = new("--base") { Description = "Analyse only the change since this branch, tag or commit", HelpName = "REF" };
    public Option<string> Out { get; } = new("--out") { Description = "Also write charter.md, charter.json and charter.sarif into this folder", HelpName = "DIR" };
    public Option<string> Format { get; } = ResultFormats.Option("text (a summary), md (the charter) or sarif (the findings)");
    public Option<string> FailOn { get; } = new("--fail-on") { Description = "Exit with 6 when there is an open finding of this severity or above", HelpName = string.Join('|', Severities.All) };
    public Option<bool> Json { get; } = CommonOptions.Json();
    public Option<string> RecursionLimit { get; } = CommonOptions.RecursionLimit();
    public Option<bool> NoWait { get; } = CommonOptions.NoWait();
    public Option<string> ResumeThread { get; } = new("--resume-thread") { Description = "Let the latest run of this thread go on", HelpName = "THREAD" };
    public Option<string> Checkpoint { get; } = new("--checkpoint") { Description = "With --resume-thread: start a new thread from this checkpoint", HelpName = "N" };
}
