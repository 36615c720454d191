using Charterhouse.Platform.Hosting;

namespace Charterhouse.Orchestrator;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => ServiceProcess.RunAsync(arguments, OrchestratorModule.Of);
}
