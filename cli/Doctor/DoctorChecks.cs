using Charterhouse.Cli.Health;
using Charterhouse.Platform.Configuration;
using Charterhouse.Platform.Git;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.RepoSync;

namespace Charterhouse.Cli.Doctor;

/// <summary>The checks of <c>charter doctor</c>, by profile. None takes the host lock or changes anything but an absent data folder.</summary>
internal static class DoctorChecks
{
    /// <summary>What the largest of repositories needs while it is analysed.</summary>
    private const long LeastDisk = 512L * 1024 * 1024;

    /// <summary>Leases are judged by the database's clock, display and deadlines by each machine's own: up to here nobody notices.</summary>
    private static readonly TimeSpan MostSkew = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<HealthCheck>> RunAsync(CharterOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Server is { } server) return await ServerChecks.RunAsync(server, options.ApiToken, time, cancellationToken);
        var folder = DataFolder.At(options.DataFolder);
        var checks = new List<HealthCheck> { HealthChecks.CheckFolder(folder) };
        if (folder.FreeBytes() is { } free) checks.Add(JudgeDisk(folder.Root, free));
        if (options.Distributed is { } distributed)
        {
            checks.AddRange(await PostgresAsync(ServiceProcess.DatabaseOf(distributed) with { LeastPoolSize = 0 }, time, cancellationToken));
            checks.AddRange(await BrokerAsync(BusSettings.ForRabbitMq(distributed.RabbitMqUrl), cancellationToken));
        }
        else
        {
            checks.Add(await HealthChecks.CheckDatabaseAsync(folder.DatabaseFile(options.Checkpointer), cancellationToken));
            checks.Add(new HealthCheck("broker", true, "none: messages stay in the process"));
            checks.Add(Clock(folder, options, time));
        }
        checks.Add(await HealthChecks.CheckGitAsync(new GitProcess(), cancellationToken));
        checks.AddRange(await ForgesAsync(options, time, cancellationToken));
        return checks;
    }

    /// <summary>Those that this process has credentials for; in the distributed profile only RepoSync has them.</summary>
    private static async Task<IEnumerable<HealthCheck>> ForgesAsync(CharterOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        (await RepoSyncModule.ExamineForgesAsync(options, time, cancellationToken)).Select(forge => new HealthCheck(forge.Forge, forge.Fix is null, forge.Detail, forge.Fix));

    public static HealthCheck JudgeDisk(string place, long free) => free >= LeastDisk
        ? new HealthCheck("disk", true, $"{free / 1024 / 1024} MB free at {place}")
        : new HealthCheck("disk", false, $"only {free / 1024 / 1024} MB are free at {place}", "Make room, or move the data folder with --data or CHARTER_DATA. Its repositories/ is a cache that may be deleted while no charter runs.");

    /// <summary>The other machine's clock beside this one's.</summary>
    public static HealthCheck JudgeClock(TimeSpan ahead, string whose) => ahead.Duration() <= MostSkew
        ? new HealthCheck("time", true, $"{whose} clock and this machine's are {ahead.Duration().TotalSeconds:0.0} s apart")
        : new HealthCheck("time", false, $"{whose} clock is {ahead.Duration().TotalSeconds:0} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's", "Let both follow the same time server (chrony, systemd-timesyncd).");

    /// <summary>One machine, one clock: what it has written may not lie in its future.</summary>
    private static HealthCheck Clock(DataFolder folder, CharterOptions options, TimeProvider time)
    {
        var file = new FileInfo(folder.DatabaseFile(options.Checkpointer));
        return JudgeClock(file.Exists && file.LastWriteTimeUtc > time.GetUtcNow().UtcDateTime ? file.LastWriteTimeUtc - time.GetUtcNow().UtcDateTime : TimeSpan.Zero, "the data folder's");
    }

    private static async Task<IReadOnlyList<HealthCheck>> PostgresAsync(DatabaseSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        const string fix = "Check POSTGRES_CONNECTION_STRING, and that PostgreSQL runs and lets this user in.";
        try
        {
            var found = await DatabaseExamination.OfPostgreSqlAsync(settings, time, patience.Token);
            return
            [
                found.Problem is null ? new HealthCheck("database", true, $"PostgreSQL, schema version {found.Version}") : new HealthCheck("database", false, found.Problem, SchemaFix(found)),
                JudgeClock(found.Skew!.Value, "the database's"),
            ];
        }
        catch (StorageException problem)
        {
            return [new HealthCheck("database", false, problem.Message, fix)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [new HealthCheck("database", false, $"it did not answer within {Patience.TotalSeconds:0} s", fix)];
        }
    }

    private static string SchemaFix(DatabaseExamination found) =>
        found.Version <= found.ProgramVersion ? "Bring it up to date: charter db upgrade" : "Use the version of charter that upgraded it.";

    private static async Task<IReadOnlyList<HealthCheck>> BrokerAsync(BusSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            var found = await BrokerExamination.OfAsync(settings, cancellationToken);
            return [new HealthCheck("broker", true, $"{found.Server} at {settings.Location}"), .. found.Queues.Select(Judge)];
        }
        catch (BrokerException problem)
        {
            return [new HealthCheck("broker", false, problem.Message, "Check RABBITMQ_URL (user, password, virtual host), and that RabbitMQ runs.")];
        }
    }

    /// <summary>A queue of the broker.</summary>
    public static HealthCheck Judge(QueueState queue)
    {
        var name = "queue " + queue.Name;
        if (queue.Problem is { } problem)
        {
            return new HealthCheck(name, false, problem, problem.Contains("ACCESS_REFUSED", StringComparison.Ordinal)
                ? "Give the user the right to configure it: rabbitmqctl set_permissions."
                : "It was declared otherwise, by another version or by hand: stop its service, delete the queue when it is empty, and start the service again.");
        }
        if (queue.Name == EndpointRegistry.DeadLetters)
        {
            return queue.Messages == 0
                ? new HealthCheck(name, true, "empty")
                : new HealthCheck(name, false, $"{queue.Messages} messages could not be worked on", "Look at them with charter deadletters list; whoever owns the work has sent it again.");
        }
        var service = queue.Name.Split('.')[0];
        if (queue.Missing) return new HealthCheck(name, false, "is not there: its service has never run", $"Start the service {service}.");
        return queue.Consumers > 0
            ? new HealthCheck(name, true, $"{queue.Messages} messages, {queue.Consumers} consumers")
            : new HealthCheck(name, false, $"{queue.Messages} messages and nobody who takes them", $"Start the service {service}, or look into its log.");
    }
}
