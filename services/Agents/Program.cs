using Charterhouse.Platform.Hosting;
using Charterhouse.Agents;

return await ServiceProcess.RunAsync(args, AgentsModule.Of);
