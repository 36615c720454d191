using Charterhouse.Platform.Hosting;

namespace Charterhouse.Agents;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => ServiceProcess.RunAsync(arguments, AgentsModule.Of);
}
