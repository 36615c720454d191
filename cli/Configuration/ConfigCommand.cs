using System.CommandLine;
using Charterhouse.Cli.Errors;
using Charterhouse.Cli.Runs;
using Charterhouse.Cli.Terminal;

namespace Charterhouse.Cli.Configuration;

/// <summary><c>charter config show</c>: each setting with its value and where that comes from.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliContext context)
    {
        var json = CommonOptions.Json();
        var show = new Command("show", "Prints each setting with its value and source; secrets are masked") { json };
        show.SetAction(parsed =>
        {
            var loaded = context.Load(parsed);
            if (parsed.GetValue(json))
            {
                context.Terminal.Print(RunEnvelope.OfValue(new { loaded.File, Settings = loaded.Values }));
                return ExitCodes.Ok;
            }
            var table = new Columns("KEY", "VALUE", "SOURCE");
            foreach (var value in loaded.Values) table.Add(value.Key, value.Value, value.Source);
            context.Terminal.Print(table.ToString());
            context.Terminal.Note(loaded.File is null ? "no configuration file" : "configuration file: " + TerminalText.Line(loaded.File));
            return ExitCodes.Ok;
        });
        return new Command("config", "Shows the configuration") { show };
    }
}
