using System.Globalization;
using Charterhouse.Cli.Terminal;
using Charterhouse.Ingest.Events;

namespace Charterhouse.Cli.Events;

/// <summary>Deliveries as text. Everything in them came from outside and is cleaned here.</summary>
internal static class EventText
{
    private const int ShortSha = 10;

    public static string List(IReadOnlyList<EventView> events)
    {
        var table = new Columns("RECEIVED", "EVENT ID", "FROM", "EVENT", "REPOSITORY", "REF", "DISPOSITION");
        foreach (var one in events) table.Add(Time(one.ReceivedAt), one.EventId, one.Provider, Name(one), one.Repository ?? "-", Ref(one) ?? "-", Became(one));
        return table.ToString();
    }

    public static string Show(EventDetails details)
    {
        var one = details.Event;
        var lines = new List<string>
        {
            $"{one.EventId}  {TerminalText.Line(one.Provider)} {TerminalText.Line(Name(one))}",
            $"  received     {Time(one.ReceivedAt)}, delivery {TerminalText.Line(one.DeliveryId)}{(one.Deliveries > 1 ? string.Create(CultureInfo.InvariantCulture, $", {one.Deliveries} times") : "")}, {one.Bytes.ToString(CultureInfo.InvariantCulture)} bytes",
        };
        if (one.Repository is { } repository) lines.Add($"  repository   {TerminalText.Line(repository)}");
        if (Ref(one) is { } reference) lines.Add($"  ref          {TerminalText.Line(reference)}");
        if (one.Actor is { } actor) lines.Add($"  by           {TerminalText.Line(actor)}");
        lines.Add($"  disposition  {TerminalText.Line(Became(one))}{(one.DisposedAt is { } at ? $" ({Time(at)})" : "")}");
        return string.Join('\n', lines);
    }

    /// <summary>What became of it, in a sentence.</summary>
    private static string Became(EventView one)
    {
        var run = one.RunId is { } id && !one.Reason.Contains(id, StringComparison.Ordinal) ? " (" + id + ")" : "";
        return one.Reason.Length > 0 ? $"{one.Disposition}: {one.Reason}{run}" : one.Disposition + run;
    }

    private static string Name(EventView one) => one.Action is { } action ? $"{one.Event}.{action}" : one.Event;

    private static string? Ref(EventView one) => one.HeadSha is { Length: > ShortSha } sha ? $"{one.Ref} at {sha[..ShortSha]}".TrimStart() : one.Ref;

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
