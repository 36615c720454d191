namespace Charterhouse.Cli.Terminal;

/// <summary>Rows of text in aligned columns: the same on a screen and in a pipe, and good for grep.</summary>
internal sealed class Columns(params string[] headings)
{
    private readonly List<string[]> rows = [headings];

    /// <summary>Adds a row; every cell is cleaned and put on one line.</summary>
    public void Add(params string[] cells) => rows.Add(Array.ConvertAll(cells, TerminalText.Line));

    /// <summary>The rows as lines, without blanks at their ends.</summary>
    public override string ToString()
    {
        var widths = Enumerable.Range(0, headings.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }
}
