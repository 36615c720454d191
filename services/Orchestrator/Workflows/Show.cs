namespace Charterhouse.Orchestrator.Workflows;

/// <summary>Untrusted text in messages: short, and without characters that a terminal would obey.</summary>
internal static class Show
{
    private const int MaxLength = 80;

    public static string Quoted(string value) => $"'{Text(value)}'";

    public static string Text(string value)
    {
        var shown = value.Length > MaxLength ? value[..MaxLength] + "…" : value;
        return shown.Any(Unsafe) ? new string([.. shown.Select(c => Unsafe(c) ? '?' : c)]) : shown;
    }

    private static bool Unsafe(char c) => char.IsControl(c) || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator;
}
