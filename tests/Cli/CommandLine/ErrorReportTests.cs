using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;

namespace Charterhouse.Cli.Tests.CommandLine;

public sealed class ErrorReportTests
{
    public static TheoryData<Exception, int, string> Problems => new()
    {
        { new UsageException([new("one", "do this"), new("two")]), 2, "error: one\n  fix: do this\nerror: two\n" },
        { new ConfigurationException([new("k", "f:1", "is bad", "mend it")]), 2, "error: f:1: k is bad; mend it\n" },
        { new RunRequestException("run_not_found", "no such run", "look"), 2, "error: no such run\n  fix: look\n" },
        { new RunRequestException("invalid_update", "bad"), 2, "error: bad\n" },
        { new RunRequestException("unknown_step", "no such step"), 2, "error: no such step\n" },
        { new RunRequestException("thread_is_live", "busy"), 1, "error: busy\n" },
        { new GitMissingException(null), 1, "error: git was not found on the PATH; install git 2.39 or later\n" },
        { new InvalidOperationException("odd\u001b[2J\nthing"), 1, "error: unexpected InvalidOperationException: odd thing\n  fix: Set CHARTER_DEBUG=1 to see where it happened.\n" },
    };

    [Theory]
    [MemberData(nameof(Problems), DisableDiscoveryEnumeration = true)]
    public void Write_Problem_GivesMessageAndCode(Exception problem, int code, string expected)
    {
        var error = new StringWriter();

        ErrorReport.Write(problem, new CliTerminal(TextWriter.Null, error), interrupted: false).ShouldBe(code);

        error.ToString().ShouldBe(expected);
    }

    [Fact]
    public void Write_Interrupted_IsExit3() =>
        ErrorReport.Write(new OperationCanceledException(), new CliTerminal(TextWriter.Null, TextWriter.Null), interrupted: true).ShouldBe(3);

    [Fact]
    public void Write_Debug_ShowsTheStack()
    {
        var error = new StringWriter();
        try
        {
            throw new InvalidOperationException("odd");
        }
        catch (InvalidOperationException problem)
        {
            ErrorReport.Write(problem, new CliTerminal(TextWriter.Null, error) { Debug = true }, interrupted: false);
        }
        error.ToString().ShouldContain(nameof(Write_Debug_ShowsTheStack));
    }

    [Theory]
    [InlineData(0, "published", "published")]
    [InlineData(3, "published", "cancelled")]
    [InlineData(1, "failed", "cancelled")]
    [InlineData(1, "running", "published")]
    public void Of_Statuses_FailureCountsMost(int code, string one, string other) => ExitCodes.Of([one, other]).ShouldBe(code);
}
