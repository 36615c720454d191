using Charterhouse.Cli;
using Charterhouse.Cli.Terminal;

return await CharterCommandLine.RunAsync(args, CliTerminal.OfProcess());
