using System.CommandLine;

namespace Charterhouse.Cli.Analyze;

/// <summary>How results are printed.</summary>
internal enum ResultFormat { Text, Markdown, Sarif, Json }

/// <summary>The values of <c>--format</c>.</summary>
internal static class ResultFormats
{
    public static string[] Names { get; } = ["text", "md", "sarif", "json"];

    public static Option<string> Option(string kinds)
    {
        var option = new Option<string>("--format") { Description = $"What to print: {kinds}; json is --json", HelpName = string.Join('|', Names) };
        option.TakesOneOf(Names);
        return option;
    }

    public static ResultFormat Parse(string? name) => name switch
    {
        "md" => ResultFormat.Markdown,
        "sarif" => ResultFormat.Sarif,
        "json" => ResultFormat.Json,
        _ => ResultFormat.Text,
    };
}
