using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Git;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>A real program that a step starts: git, which starts a shell, which starts one that would run for days.</summary>
internal sealed class ChildProcess
{
    private static int number;
    // what the tree's last process is known by on this machine
    private readonly string seconds = $"9{Environment.ProcessId}.{Interlocked.Increment(ref number)}";

    /// <summary>Alive: in Linux' list of processes.</summary>
    public bool IsAlive => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains("sleep\0" + seconds, StringComparison.Ordinal);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false; // ended meanwhile, or no process
        }
    });

    /// <summary>A step that waits for it.</summary>
    public StepScript Run => async (context, token) =>
    {
        await new GitProcess().RunAsync(["wait"], new GitProcess.Settings { Config = [$"alias.wait=!sleep {seconds}; true"] }, token);
        return Script.Usual(StepKinds.RepositorySync, context.Step);
    };
}
