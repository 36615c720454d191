using Charterhouse.Platform.Hosting;
using Charterhouse.Orchestrator;

return await ServiceProcess.RunAsync(args, OrchestratorModule.Of);
