using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>What must hold in the tables and on the machine after any fault, once it is healed.</summary>
internal sealed class Invariants(FaultHouse house)
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, string> ended = new(StringComparer.Ordinal);

    /// <summary>How many things happened twice, and the invariants that do not hold.</summary>
    public async Task<(int Duplicated, IReadOnlyList<string> Broken)> CheckAsync()
    {
        var broken = new List<string>();
        var twice = 0;
        // A request that was stored although its 202 was lost is a run as well, which nobody waited for yet.
        await HoldsAsync(broken, "I1 a request was not taken", async () => (await house.Services.QueryAsync("SELECT run_id FROM run_requests")).Count == 0);
        await HoldsAsync(broken, "I8 a run goes on", async () => (await house.Services.QueryAsync("SELECT run_id FROM runs WHERE ended_at IS NULL")).Count == 0);
        foreach (var (what, sql) in Duplicates)
        {
            var rows = await house.Services.QueryAsync(sql);
            twice += rows.Count;
            if (rows.Count > 0) broken.Add($"{what}: {rows[0]}");
        }
        foreach (var (what, sql) in Gaps)
        {
            var rows = await house.Services.QueryAsync(sql);
            if (rows.Count > 0) broken.Add($"{what}: {rows[0]}");
        }
        foreach (var row in await house.Services.QueryAsync("SELECT run_id || ' ' || status || ' ' || ended_at FROM runs WHERE ended_at IS NOT NULL"))
        {
            var run = row.Split(' ')[0];
            if (ended.TryGetValue(run, out var before) && before != row) broken.Add($"I3 an end changed: {before} -> {row}");
            ended[run] = row;
        }
        await HoldsAsync(broken, "I5 the outbox is not empty", async () => (await house.Services.QueryAsync(
            "SELECT id FROM outbox_messages WHERE not_before <= clock_timestamp()")).Count == 0);
        await HoldsAsync(broken, "I6 a lock of git was left", () => Task.FromResult(!Directory.Exists(house.Services.DataFolder)
            || Directory.GetFiles(house.Services.DataFolder, "*.lock", SearchOption.AllDirectories).All(file => file.EndsWith(".git.lock", StringComparison.Ordinal)))); // the file beside a repository is there to be locked
        await HoldsAsync(broken, "I6 a process was left", () => Task.FromResult(Orphans().Count == 0));
        foreach (var secret in house.Secrets)
        {
            if (house.Services.All.Any(one => one.Log.Contains(secret, StringComparison.Ordinal))) broken.Add("I7 a secret is in a log");
            if ((await house.Services.QueryAsync($"SELECT run_id FROM run_events WHERE data::text LIKE '%{secret}%' UNION SELECT task_id FROM node_executions WHERE result LIKE '%{secret}%' OR command LIKE '%{secret}%'")).Count > 0)
                broken.Add("I7 a secret is in a table");
        }
        return (twice, broken);
    }

    private static readonly (string What, string Sql)[] Duplicates =
    [
        ("I2 a run published twice", "SELECT run_id FROM charters GROUP BY run_id HAVING count(*) > 1"),
        ("I2 a step completed twice", "SELECT run_id || ' ' || step FROM run_tasks WHERE status = 'completed' GROUP BY run_id, step HAVING count(*) > 1"),
        ("I2 a task has two results", "SELECT task_id FROM node_executions WHERE status = 'completed' GROUP BY task_id HAVING count(*) > 1"),
        ("I2 a step was reported twice", "SELECT run_id || ' ' || (data->>'step') FROM run_events WHERE type = 'step.completed' GROUP BY run_id, data->>'step' HAVING count(*) > 1"),
        ("I3 two ends", "SELECT run_id FROM run_events WHERE type IN ('run.published', 'run.failed', 'run.cancelled') GROUP BY run_id HAVING count(*) > 1"),
    ];

    private static readonly (string What, string Sql)[] Gaps =
    [
        ("I3 an end without its event", "SELECT run_id FROM runs WHERE ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM run_events e WHERE e.run_id = runs.run_id AND e.type = 'run.' || runs.status)"),
        ("I3 something after the end", "SELECT e.run_id || ' ' || l.type FROM run_events e JOIN run_events l ON l.run_id = e.run_id AND l.seq > e.seq AND l.type <> 'checkpoint.saved' WHERE e.type IN ('run.published', 'run.failed', 'run.cancelled')"),
        ("I4 a checkpoint is missing", "SELECT thread_id FROM checkpoints GROUP BY thread_id HAVING count(*) <> max(seq) OR min(seq) <> 1"),
        ("I4 an event is missing", "SELECT run_id FROM run_events GROUP BY run_id HAVING count(*) <> max(seq) OR min(seq) <> 1"),
        ("I2 a version of the charter is missing", "SELECT repository_id FROM charters GROUP BY repository_id HAVING count(*) <> max(version)"),
    ];

    /// <summary>Processes that work on the house's folder and are none of its services.</summary>
    private List<string> Orphans()
    {
        var found = new List<string>();
        var services = house.Services.Alive.Select(one => one.Process.Id).ToHashSet();
        foreach (var folder in Directory.GetDirectories("/proc").Where(name => int.TryParse(Path.GetFileName(name), out _)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                if (line.Contains(house.Services.DataFolder, StringComparison.Ordinal) && !services.Contains(int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture))) found.Add(line);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // it ended meanwhile
            }
        }
        return found;
    }

    private static async Task HoldsAsync(List<string> broken, string what, Func<Task<bool>> condition)
    {
        try
        {
            await Eventually.Holds(what, condition, Settled, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            broken.Add(what);
        }
    }
}
