using System.Text.Json.Serialization;
using Charterhouse.Contracts.Repositories;

namespace Charterhouse.Contracts.Charters;

/// <summary>What tests there are. A test is a test function as it is declared: one with many rows of data is one.</summary>
/// <param name="Frameworks">Most tests first.</param>
/// <param name="Cases">All of them.</param>
/// <param name="Disabled">Those of them that are marked to be skipped.</param>
/// <param name="TestFiles">Source files that hold tests or stand among them.</param>
/// <param name="TestLines">Code and comment lines of these, and of test modules within source files.</param>
/// <param name="SourceFiles">All other source files: code, written here, no documentation.</param>
/// <param name="SourceLines">Code and comment lines of these.</param>
/// <param name="Modules">The largest by source first, at most <see cref="ModuleLimit"/>.</param>
/// <param name="ModuleCount">How many modules have source of their own.</param>
/// <param name="Untested">Modules of which it is sure that no test lies in them, is named after them or imports them; the largest first.</param>
/// <param name="Coverage">Where the measuring of coverage is set up.</param>
public sealed record TestsSection(
    IReadOnlyList<TestFramework> Frameworks, int Cases, int Disabled, int TestFiles, long TestLines, int SourceFiles, long SourceLines,
    IReadOnlyList<ModuleTests> Modules, int ModuleCount, IReadOnlyList<string> Untested, IReadOnlyList<CoverageSetting> Coverage)
{
    /// <summary>How many modules are listed.</summary>
    public const int ModuleLimit = 50;
}

/// <summary>A framework by its marks in the tests.</summary>
/// <param name="Files">Files with tests of it.</param>
/// <param name="Path">The file with most of them.</param>
/// <param name="Line">The first test there, 1-based.</param>
/// <param name="Ci">The command of continuous integration that runs tests of this ecosystem; null when none was recognised.</param>
public sealed record TestFramework(string Name, int Cases, int Disabled, int Files, string Path, int Line, CiEvidence? Ci);

/// <summary>A command and its place.</summary>
public sealed record CiEvidence(string Command, string Path, int Line);

/// <summary>A module's source against the tests that lie in it or are named after it.</summary>
/// <param name="Path">The folder; <c>.</c> for the top.</param>
/// <param name="SourceLines">Code and comment lines.</param>
/// <param name="TestLines">Code and comment lines.</param>
/// <param name="Ratio">Test lines for each source line, two digits.</param>
public sealed record ModuleTests(string Path, long SourceLines, long TestLines, int Cases, double Ratio);

/// <summary>A setting of coverage.</summary>
/// <param name="Tool">Such as <c>Codecov</c>, <c>coverage.py</c>.</param>
/// <param name="Line">1-based, or null for the whole file.</param>
/// <param name="Threshold">What is demanded, as it is written; null when nothing is.</param>
public sealed record CoverageSetting(string Tool, string Path, int? Line, string? Threshold);

/// <summary>Continuous integration as it is configured in the repository.</summary>
/// <param name="Workflows">By path.</param>
/// <param name="Unread">Configurations of systems that are known by name only, or could not be read.</param>
public sealed record CiSection(IReadOnlyList<CiWorkflow> Workflows, IReadOnlyList<string> Unread)
{
    /// <summary>How it stands at the commit by the forge's word; null where no forge was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CiStatus? Status { get; init; }
}

/// <summary>A workflow or pipeline.</summary>
/// <param name="System">Such as <c>GitHub Actions</c>.</param>
/// <param name="Name">As it calls itself, or null.</param>
/// <param name="Triggers">What starts it; empty when the file does not say.</param>
/// <param name="Jobs">How many jobs it has; 0 when that cannot be told.</param>
/// <param name="Runners">Images and operating systems that it names, those of matrices included.</param>
/// <param name="Commands">Recognised commands, at most <see cref="CommandLimit"/>, tests first.</param>
public sealed record CiWorkflow(
    string System, string Path, string? Name, IReadOnlyList<CiTrigger> Triggers, int Jobs, IReadOnlyList<string> Runners, IReadOnlyList<CiCommand> Commands)
{
    /// <summary>How many commands are listed.</summary>
    public const int CommandLimit = 12;
}

/// <summary>What starts a workflow.</summary>
/// <param name="Event">As the system calls it: <c>push</c>, <c>pull_request</c>, <c>schedule</c> …</param>
/// <param name="Filter">Branches and tags, or the schedule; empty for all.</param>
public sealed record CiTrigger(string Event, IReadOnlyList<string> Filter);

/// <summary>A command that builds, tests or checks.</summary>
/// <param name="Kind"><c>test</c>, <c>build</c> or <c>lint</c>.</param>
/// <param name="Text">The command, cut when long.</param>
/// <param name="Line">1-based.</param>
public sealed record CiCommand(string Kind, string Text, int Line);
