using Charterhouse.Platform.Hosting;

namespace Charterhouse.Ingest;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => ServiceProcess.RunAsync(arguments, IngestModule.Of);
}
