using Charterhouse.Cli;
using Charterhouse.Cli.Terminal;
using Charterhouse.Platform.Telemetry;

StandardError.Tolerate();
return await CharterCommandLine.RunAsync(args, CliTerminal.OfProcess());
