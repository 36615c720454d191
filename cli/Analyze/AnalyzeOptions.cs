using System.CommandLine;

namespace Charterhouse.Cli.Analyze;

/// <summary>The options of <c>analyze</c>.</summary>
internal sealed class AnalyzeOptions
{
    public AnalyzeOptions() => Format.AcceptOnlyFromAmong("text", "md");

    public Argument<string[]> Targets { get; } = new("target") { Description = "Folders or URLs of repositories (default: the current folder)", Arity = ArgumentArity.ZeroOrMore };
    public Option<string[]> Repos { get; } = new("--repos") { Description = "More targets", HelpName = "TARGET", AllowMultipleArgumentsPerToken = true };
    public Option<string> Workflow { get; } = CommonOptions.Workflow();
    public Option<string> Base { get; } = new("--base") { Description = "Analyse only the change since this branch, tag or commit", HelpName = "REF" };
    public Option<string> Out { get; } = new("--out") { Description = "Also write charter.md and charter.json into this folder", HelpName = "DIR" };
    public Option<string> Format { get; } = new("--format") { Description = "What to print: text (a summary) or md (the charter)", HelpName = "text|md" };
    public Option<bool> Json { get; } = CommonOptions.Json();
    public Option<string> RecursionLimit { get; } = CommonOptions.RecursionLimit();
    public Option<bool> NoWait { get; } = CommonOptions.NoWait();
    public Option<string> ResumeThread { get; } = new("--resume-thread") { Description = "Let the latest run of this thread go on", HelpName = "THREAD" };
    public Option<string> Checkpoint { get; } = new("--checkpoint") { Description = "With --resume-thread: start a new thread from this checkpoint", HelpName = "N" };
}
