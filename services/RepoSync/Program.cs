using Charterhouse.Platform.Hosting;
using Charterhouse.RepoSync;

return await ServiceProcess.RunAsync(args, RepoSyncModule.Of);
