using System.Text.Json;
using Charterhouse.Contracts.Runs;
using Charterhouse.Contracts.Steps;
using Charterhouse.Orchestrator.Driving;
using Charterhouse.Orchestrator.Persistence;
using Charterhouse.Orchestrator.Repositories;
using Charterhouse.Orchestrator.Runs;
using Charterhouse.Orchestrator.Schedules;
using Charterhouse.Orchestrator.Triggers;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Orchestrator.Tests.Fixture;

/// <summary>The Orchestrator with scripted workers: real saga, outbox, worker and bus.</summary>
internal sealed class RunHost : IAsyncDisposable
{
    /// <summary>After which the driver sends again what nobody has accepted.</summary>
    public static readonly TimeSpan Redrive = DecisionExecutor.DriveAfter + TimeSpan.FromSeconds(1);

    private readonly IHost host;

    private RunHost(IHost host, Script script, BusWatch watch, ShiftedTime time)
    {
        this.host = host;
        Script = script;
        Watch = watch;
        Time = time;
    }

    public Script Script { get; }
    public BusWatch Watch { get; }
    public ShiftedTime Time { get; }
    public IServiceProvider Services => host.Services;
    public RunService Runs => Services.GetRequiredService<RunService>();
    public RepositoryService Repositories => Services.GetRequiredService<RepositoryService>();
    public ScheduleService Schedules => Services.GetRequiredService<ScheduleService>();
    public RunDriver Driver => Services.GetRequiredService<RunDriver>();
    public Database<OrchestratorDbContext> Database => Services.GetRequiredService<Database<OrchestratorDbContext>>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <param name="serving">Further schedules; the host is then one that serves.</param>
    /// <param name="repositories">Registered by configuration.</param>
    /// <param name="triggers">The rules of events.</param>
    /// <param name="options">Whatever else is configured.</param>
    /// <param name="clock">A clock that several hosts share.</param>
    public static async Task<RunHost> StartAsync(RunDatabase database, Script? script = null, int maxConcurrentRuns = 5, TimeSpan? queueTtl = null, IReadOnlyList<HouseSchedule>? serving = null, ShiftedTime? clock = null, IReadOnlyList<string>? repositories = null, TriggerRules? triggers = null, Func<OrchestratorOptions, OrchestratorOptions>? options = null)
    {
        var scripted = script ?? new Script();
        var watch = new BusWatch();
        var time = clock ?? new ShiftedTime();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton(scripted);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddCharterDatabase(database.Settings);
        var usual = new OrchestratorOptions { MaxConcurrentRuns = maxConcurrentRuns, QueueTtl = queueTtl ?? TimeSpan.FromDays(1), ArtifactsFolder = database.Folder.File("artifacts"), Repositories = [.. (repositories ?? []).Select(url => new RepositorySetting(url))], Triggers = triggers ?? new TriggerRules() };
        var orchestrator = new OrchestratorModule(options is null ? usual : options(usual));
        builder.Services.AddCharterBus([orchestrator, new RepoSyncScriptModule(watch), new AgentsScriptModule(), new IngestScriptModule(watch)], await database.BusAsync(Token));
        foreach (var schedule in serving ?? []) builder.Services.AddSingleton(schedule);
        if (serving is not null) orchestrator.AddServing(builder.Services, database.Settings);
        var built = builder.Build();
        await built.Services.GetRequiredService<DatabaseSchema>().UpgradeAsync(Token);
        built.Services.GetRequiredService<IBusControl>().ConnectConsumeObserver(watch);
        await built.StartAsync(Token);
        // or the first request, written meanwhile, would be made due at once with what an earlier host owed
        await built.Services.GetRequiredService<RunDriver>().Begun.WaitAsync(Token);
        return new RunHost(built, scripted, watch, time);
    }

    /// <summary>A run of this workflow; returns when it is asked for.</summary>
    public Task<RunId> StartAsync(string workflow, int? recursionLimit = null, string target = "/source/sample") => Runs.StartAsync(
        new RunRequest { Target = target, Workflow = new WorkflowSource("test", workflow), Source = "test", RecursionLimit = recursionLimit }, Token);

    /// <summary>The run as it is at its end.</summary>
    public async Task<RunDetails> EndAsync(RunId run)
    {
        await Eventually.Holds($"{run} ends; {await DescribeAsync(run)}", async () => await RowAsync(run) is { EndedAt: not null }, cancellationToken: Token);
        return (await Runs.FindAsync(run, Token))!;
    }

    /// <summary>Starts a run and waits for its end.</summary>
    public async Task<(RunId Id, RunDetails Details)> RunAsync(string workflow, int? recursionLimit = null)
    {
        var id = await StartAsync(workflow, recursionLimit);
        return (id, await EndAsync(id));
    }

    public Task<RunSaga?> RowAsync(RunId run) =>
        Database.ReadAsync((db, token) => db.Runs.SingleOrDefaultAsync(row => row.CorrelationId == run.Value, token), Token);

    public Task<List<RunTaskRow>> TasksAsync(RunId run)
    {
        var id = run.ToString();
        return Database.ReadAsync((db, token) => db.RunTasks.Where(row => row.RunId == id).OrderBy(row => row.CreatedAt).ToListAsync(token), Token);
    }

    public async Task<List<(string Type, JsonElement Data)>> EventsAsync(RunId run)
    {
        var id = run.ToString();
        var rows = await Database.ReadAsync((db, token) => db.RunEvents.Where(row => row.RunId == id).OrderBy(row => row.Seq).ToListAsync(token), Token);
        return [.. rows.Select(row => (row.Type, JsonSerializer.Deserialize<JsonElement>(row.Data)))];
    }

    public async Task UntilRunningAsync(string step, RunId? run = null) => await Eventually.Holds($"step {step} runs",
        () => Script.Executions.Any(execution => execution.Step == step && (run is null || execution.RunId == run.ToString())), cancellationToken: Token);

    public Task UntilStatusAsync(RunId run, string status) => Eventually.Holds($"{run} is {status}",
        async () => string.Equals((await RowAsync(run))?.Status, status, StringComparison.OrdinalIgnoreCase), cancellationToken: Token);

    /// <summary>Puts messages on the queue behind the outbox's back and waits until they are consumed.</summary>
    public async Task DeliverAsync<T>(string queue, T message, int times = 1) where T : class
    {
        var before = Watch.CountOf<T>() + Watch.Faults.Count;
        var endpoint = await Services.GetRequiredService<IBus>().GetSendEndpoint(Services.GetRequiredService<BusSettings>().AddressOf(queue));
        for (var i = 0; i < times; i++) await endpoint.Send(message, Token);
        await Eventually.Holds($"{typeof(T).Name} is consumed", () => Watch.CountOf<T>() + Watch.Faults.Count >= before + times, cancellationToken: Token);
    }

    /// <summary>As if this much time had passed, and the driver had looked.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Shift(time);
        await Driver.DriveAsync(Token);
    }

    /// <summary>Until a message that <see cref="Watch"/> was told to lose is lost.</summary>
    public Task UntilLostAsync<T>() => Eventually.Holds($"{typeof(T).Name} is lost", () => Watch.LostOf<T>() > 0, cancellationToken: Token);

    /// <summary>What a worker says of a step of a run that it has done.</summary>
    public StepCompleted Completed(RunId run, string taskId, int attempt, params (string Channel, object Value)[] writes) => new()
    {
        RunId = run.Value,
        TaskId = taskId,
        Attempt = attempt,
        Writes = Script.Writes(writes),
        StartedAt = Time.GetUtcNow(),
        DurationMs = 1,
    };

    /// <summary>Every firing of a schedule, the oldest first.</summary>
    public Task<List<ScheduleFiringRow>> FiringsAsync(string schedule) =>
        Database.ReadAsync((db, token) => db.ScheduleFirings.Where(row => row.Schedule == schedule).OrderBy(row => row.DueAt).ToListAsync(token), Token);

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private async Task<string> DescribeAsync(RunId run) =>
        await RowAsync(run) is { } row ? $"{row.Status}, checkpoint {row.CheckpointSeq}" : "no row";
}
