using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>What a finished command left.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output as JSON; fails the test when it is anything else.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public JsonElement Run => Json.GetProperty("runs")[0];
}

/// <summary>The real `charter` as its users start it: a process of its own, with a data folder of its own.</summary>
internal sealed class CharterProcess : IDisposable
{
    // Far more than any command takes: a machine that does much else must not look like a hang.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    private CharterProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Everything on standard error so far.</summary>
    public string Error
    {
        get { lock (error) return error.ToString(); }
    }

    /// <summary>Starts `charter ARGUMENTS --data DATA`.</summary>
    public static CharterProcess Start(string data, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingFolder = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = workingFolder ?? Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "charter.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        if (data.Length > 0)
        {
            start.ArgumentList.Add("--data");
            start.ArgumentList.Add(data);
        }
        foreach (var inherited in start.Environment.Keys.Where(name => name.StartsWith("CHARTER_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(inherited);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal)) start.Environment[name] = value;
        var running = new CharterProcess(Process.Start(start)!);
        running.process.OutputDataReceived += (_, line) => Append(running.output, line.Data);
        running.process.ErrorDataReceived += (_, line) => Append(running.error, line.Data);
        running.process.BeginOutputReadLine();
        running.process.BeginErrorReadLine();
        running.process.StandardInput.Close();
        return running;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<CommandResult> RunAsync(string data, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingFolder = null)
    {
        using var running = Start(data, arguments, environment, workingFolder);
        return await running.EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<CommandResult> EndAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Limit);
        await process.WaitForExitAsync(deadline.Token);
        lock (output) lock (error) return new CommandResult(process.ExitCode, output.ToString(), error.ToString());
    }

    /// <summary>True when it ended by itself within the time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(time);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return true;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Waits until it has said so on standard error.</summary>
    public Task SaysAsync(string text) =>
        Eventually.Holds($"standard error says '{text}'", () => Error.Contains(text, StringComparison.Ordinal), TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>kill -9, children included.</summary>
    public void Kill() => process.Kill(entireProcessTree: true);

    /// <summary>Sends a signal by name, such as INT or STOP.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        kill.ExitCode.ShouldBe(0);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }
}
