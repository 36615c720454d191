using Charterhouse.Platform.Hosting;

namespace Charterhouse.RepoSync;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => ServiceProcess.RunAsync(arguments, RepoSyncModule.Of);
}
