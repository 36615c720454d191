using Charterhouse.Orchestrator.Api;
using Charterhouse.Orchestrator.Schedules;

namespace Charterhouse.Cli.Remote;

/// <summary>The schedules of a server.</summary>
internal sealed class RemoteSchedules(ApiClient api) : IScheduleService
{
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken) => (await api.GetAsync<ScheduleList>("schedules", cancellationToken)).Schedules;

    public Task<ScheduleFiring> RunAsync(string name, CancellationToken cancellationToken) =>
        api.SendAsync<ScheduleFiring>(HttpMethod.Post, $"schedules/{Uri.EscapeDataString(name)}/run", null, cancellationToken);
}
