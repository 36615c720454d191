using System.Text;
using System.Text.Json;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Messaging;

namespace Charterhouse.Cli.DeadLetters;

/// <summary>Dead letters as text and JSON. Everything in them may be anybody's: it is cleaned.</summary>
internal static class DeadLetterText
{
    public static string List(IReadOnlyList<DeadLetter> letters)
    {
        var table = new Columns("MESSAGE", "TYPE", "QUEUE", "RUN", "REASON", "DIED", "BYTES");
        foreach (var letter in letters)
            table.Add(letter.MessageId, letter.Type ?? "-", letter.Queue ?? "-", letter.RunId ?? "-", letter.Reason ?? "-", Time(letter), $"{letter.Size}");
        return table.ToString();
    }

    public static string Show(HeldDeadLetter held)
    {
        var letter = held.Letter;
        var text = new StringBuilder();
        foreach (var (name, value) in new[]
        {
            ("message", letter.MessageId), ("type", letter.Type), ("queue", letter.Queue), ("run", letter.RunId), ("reason", letter.Reason), ("died", Time(letter)), ("bytes", $"{letter.Size}"),
        })
            text.Append(name.PadRight(9)).Append(TerminalText.Line(value ?? "-")).Append('\n');
        return text.Append('\n').Append(TerminalText.Clean(Readable(held.Body))).ToString();
    }

    /// <summary>With the bodies as they were sent; bytes that are no UTF-8 are replaced.</summary>
    public static string Json(IEnumerable<HeldDeadLetter> letters) => RunEnvelope.OfValue(new
    {
        DeadLetters = letters.Select(held => new
        {
            held.Letter.MessageId,
            held.Letter.Type,
            held.Letter.Queue,
            held.Letter.RunId,
            held.Letter.Reason,
            held.Letter.DiedAt,
            held.Letter.Size,
            Body = Encoding.UTF8.GetString(held.Body.Span),
        }),
    });

    /// <summary>JSON is indented; anything else is left as it is.</summary>
    private static string Readable(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return RunEnvelope.OfValue(document.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return Encoding.UTF8.GetString(body.Span);
        }
    }

    private static string Time(DeadLetter letter) => letter.DiedAt is { } died ? $"{died.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "-";
}
