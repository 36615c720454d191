using System.Globalization;
using System.Text;

namespace Charterhouse.Agents.Scan.Details;

/// <summary>Something that a content holds, at a line.</summary>
/// <param name="Kind">Which reader wrote it; a constant of that reader.</param>
/// <param name="Line">1-based; 0 for the whole file.</param>
/// <param name="Fields">As the kind says; a missing last field reads as empty.</param>
internal readonly record struct DetailRow(string Kind, int Line, IReadOnlyList<string> Fields)
{
    /// <summary>The field, or empty.</summary>
    public string this[int field] => field < Fields.Count ? Fields[field] : "";
}

/// <summary>
/// The rows of a file as one text, <c>kind TAB line TAB field…</c> a line each: 100,000 files have a million rows, which as objects would be ten
/// times as big.
/// </summary>
internal static class DetailRows
{
    /// <summary>The rows, in the order in which they were written.</summary>
    public static IEnumerable<DetailRow> Parse(string rows)
    {
        foreach (var line in rows.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields.Length >= 2 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) yield return new DetailRow(fields[0], number, fields[2..]);
        }
    }

    /// <summary>The rows of one kind, others unparsed.</summary>
    public static IEnumerable<DetailRow> Parse(string rows, string kind)
    {
        for (var at = 0; at < rows.Length;)
        {
            var end = rows.IndexOf('\n', at);
            if (end < 0) end = rows.Length;
            if (end - at > kind.Length && rows[at + kind.Length] == '\t' && string.CompareOrdinal(rows, at, kind, 0, kind.Length) == 0)
            {
                var fields = rows[at..end].Split('\t');
                if (fields.Length >= 2 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) yield return new DetailRow(kind, number, fields[2..]);
            }
            at = end + 1;
        }
    }
}

/// <summary>Writes rows; bounded, because a content may be made to hold any number of them.</summary>
internal sealed class DetailWriter
{
    /// <summary>Characters of one field.</summary>
    public const int FieldLimit = 300;
    /// <summary>Rows of one file.</summary>
    public const int RowLimit = 20_000;

    private readonly StringBuilder _rows = new();
    private int _count;

    /// <summary>The rows so far; null for none.</summary>
    public string? Rows => _rows.Length == 0 ? null : _rows.ToString();

    /// <summary>Adds a row. Tabs and line ends within a field become spaces; a longer field is cut.</summary>
    public void Add(string kind, int line, params ReadOnlySpan<string?> fields)
    {
        if (_count++ >= RowLimit) return;
        _rows.Append(kind).Append('\t').Append(line.ToString(CultureInfo.InvariantCulture));
        foreach (var field in fields)
        {
            _rows.Append('\t');
            var length = Math.Min(field?.Length ?? 0, FieldLimit);
            // Not in the middle of a character.
            if (length > 0 && length < field!.Length && char.IsHighSurrogate(field[length - 1])) length--;
            for (var i = 0; i < length; i++) _rows.Append(field![i] is '\t' or '\n' or '\r' or '\0' ? ' ' : field[i]);
        }
        _rows.Append('\n');
    }
}
