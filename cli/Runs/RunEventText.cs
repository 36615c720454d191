using System.Text.Json;
using Charterhouse.Cli.Terminal;
using Charterhouse.Orchestrator.Runs;

namespace Charterhouse.Cli.Runs;

/// <summary>A run's events as plain lines, for logs and pipes.</summary>
internal static class RunEventText
{
    /// <summary>The line, or null for an event that is not worth one. Members that an event does not have are left out.</summary>
    public static string? Describe(RunEventView happened)
    {
        var step = Text(happened.Data, "step");
        var named = step is null ? "step" : "step " + step;
        return happened.Type switch
        {
            "run.queued" => "queued",
            "run.started" => "started",
            "step.started" => named + " started" + (Number(happened.Data, "attempt") is { } attempt and > 1 ? $" (attempt {attempt})" : ""),
            "step.completed" => named + " completed" + Took(happened.Data),
            "step.failed" => named + " failed" + Reason(happened.Data),
            "step.retrying" => named + " will be tried again" + (Number(happened.Data, "delay_ms") is { } delay ? " in " + RunText.Duration(TimeSpan.FromMilliseconds(delay)) : "") + Reason(happened.Data),
            "run.cancelling" => "cancelling",
            "run.published" => "published" + Took(happened.Data),
            "run.failed" => "failed" + Reason(happened.Data),
            "run.cancelled" => "cancelled",
            "run.expired" => "expired" + Reason(happened.Data),
            _ => null,
        };
    }

    private static string Took(JsonElement data) => Number(data, "duration_ms") is { } duration ? " in " + RunText.Duration(TimeSpan.FromMilliseconds(duration)) : "";

    private static string Reason(JsonElement data)
    {
        var message = Text(data, "message")
            ?? (Member(data, "failure") is { } failure ? Text(failure, "message") : null)
            ?? (Member(data, "error") is { } error ? Text(error, "message") : null);
        return message is null ? "" : ": " + message;
    }

    private static JsonElement? Member(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement data, string name) =>
        Member(data, name) is { ValueKind: JsonValueKind.String } member ? TerminalText.Line(member.GetString()!) : null;

    private static long? Number(JsonElement data, string name) =>
        Member(data, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;
}
