using System.Text.RegularExpressions;
using Charterhouse.Cli.Hosting;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Hosting;

namespace Charterhouse.Cli.Health;

/// <summary>The checks of <c>charter health</c>. None takes the host lock; all work beside a running host.</summary>
internal static partial class HealthChecks
{
    private static readonly Version LeastGit = new(2, 39);

    /// <summary>All of them.</summary>
    public static async Task<IReadOnlyList<HealthCheck>> RunAsync(CharterOptions options, CancellationToken cancellationToken)
    {
        var folder = DataFolder.At(options.DataFolder);
        return [CheckFolder(folder), await CheckDatabaseAsync(folder.DatabaseFile(options.Checkpointer), cancellationToken), await CheckGitAsync(new GitProcess(), cancellationToken)];
    }

    /// <summary>The folder exists (or can be made), can be written and has space.</summary>
    public static HealthCheck CheckFolder(DataFolder folder)
    {
        try
        {
            folder.Prepare();
            return new HealthCheck("data_folder", true, folder.Root + (folder.FreeBytes() is { } free ? $", {free / 1024 / 1024} MB free" : ""));
        }
        catch (DataFolderException problem)
        {
            return new HealthCheck("data_folder", false, problem.Message, problem.Remedy);
        }
    }

    /// <summary>The database opens, is not damaged and has this program's schema; none yet is fine.</summary>
    public static async Task<HealthCheck> CheckDatabaseAsync(string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file)) return new HealthCheck("database", true, "none yet; the first analyze makes it");
        try
        {
            var state = await Connections.ExamineDatabaseAsync(file, cancellationToken);
            if (state.QuickCheck != "ok") return new HealthCheck("database", false, $"{file} is damaged: {state.QuickCheck}", "Move it away and restore a copy, or start anew.");
            return state.SchemaProblem is null
                ? new HealthCheck("database", true, $"{file}, schema version {state.SchemaVersion}")
                : new HealthCheck("database", false, state.SchemaProblem, "Use the version of charter that made it.");
        }
        catch (Exception problem) when (problem is System.Data.Common.DbException or IOException or UnauthorizedAccessException)
        {
            return new HealthCheck("database", false, $"{file} cannot be opened: {problem.Message}", "Check the file's permissions; move it away to start anew.");
        }
    }

    /// <summary>git is there and new enough.</summary>
    public static async Task<HealthCheck> CheckGitAsync(GitProcess git, CancellationToken cancellationToken)
    {
        const string fix = "Install git 2.39 or later.";
        try
        {
            var result = await git.RunAsync(["--version"], new GitProcess.Settings { Timeout = TimeSpan.FromSeconds(10) }, cancellationToken);
            if (!result.Succeeded) return new HealthCheck("git", false, "git --version failed: " + result.Error, fix);
            return JudgeGit(result.Output);
        }
        catch (GitMissingException problem)
        {
            return new HealthCheck("git", false, problem.Message, fix);
        }
    }

    /// <summary>What <c>git --version</c> printed, judged.</summary>
    public static HealthCheck JudgeGit(string output)
    {
        var match = GitVersion().Match(output);
        return match.Success && Version.Parse(match.Value) is var version && version >= LeastGit
            ? new HealthCheck("git", true, version.ToString())
            : new HealthCheck("git", false, output.Trim() + " is too old", "Install git 2.39 or later.");
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GitVersion();
}
