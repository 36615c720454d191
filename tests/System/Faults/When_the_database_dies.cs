using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests.Faults;

/// <summary>F16, F18: the database is killed again and again while runs are asked for and worked on, or refuses commits.</summary>
public sealed class When_the_database_dies(FaultHouse house) : FaultTests(house)
{
    [Fact]
    public Task No_acceptance_is_false_and_all_runs_go_on() => RepeatAsync("F16", "kill -9 database 3 times during runs", async one =>
    {
        var asking = one.AskAsync(20);
        for (var kill = 0; kill < 3; kill++)
        {
            await Task.Delay(Random.Shared.Next(500, 3000), Cancelled);
            House.Postgres.Kill();
            var refused = await RefusedAsync();
            if (refused is not null) one.Refusals.Add(refused);
            await House.Postgres.StartAsync(Cancelled);
        }
        // back at most 5 s after the database
        await Eventually.Holds("the API accepts again", async () => (await House.AskOnceAsync(House.Target, Cancelled)).Run is { } run && one.Add(run), TimeSpan.FromSeconds(5), Cancelled);
        one.Healed();
        await asking;
    }, always: true);

    /// <summary>F18: the database refuses one commit in five, as in a race that it cannot serialise; half of the refusals are deadlocks.</summary>
    [Fact]
    public Task Refused_commits_are_tried_again_and_nobody_sees_them() => RepeatAsync("F18", "one commit in five fails (40001, 40P01)", async one =>
    {
        await House.Services.QueryAsync("""
            CREATE SEQUENCE refused;
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE chosen double precision := random();
            BEGIN
              -- once per transaction, however many rows it wrote
              IF current_setting('test.looked', true) = txid_current()::text THEN RETURN NULL; END IF;
              PERFORM set_config('test.looked', txid_current()::text, true);
              -- a sequence keeps counting when the transaction is rolled back
              IF chosen < 0.2 THEN PERFORM nextval('refused'); END IF;
              IF chosen < 0.1 THEN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '40001'; END IF;
              IF chosen < 0.2 THEN RAISE EXCEPTION 'refused by the test' USING ERRCODE = '40P01'; END IF;
              RETURN NULL;
            END $$;
            """ + string.Concat(Tables.Select(table => $"CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse();")));
        try
        {
            await one.AskAsync(15);
            one.Refusals.ShouldBeEmpty();
            await one.EndAsync(Limit);
            (await House.Services.QueryAsync("SELECT last_value > 20 FROM refused")).ShouldBe(["True"], "hardly a commit was refused");
        }
        finally
        {
            await House.Services.QueryAsync("DROP FUNCTION refuse() CASCADE; DROP SEQUENCE refused");
        }
        one.Healed();
    });

    private static readonly string[] Tables = ["runs", "run_requests", "run_tasks", "run_events", "checkpoints", "node_executions", "outbox_messages", "charters", "repositories"];

    /// <summary>What the API answers now; it must not accept what it cannot keep.</summary>
    private async Task<string?> RefusedAsync()
    {
        var (run, refusal) = await House.AskOnceAsync(House.Target, Cancelled);
        run.ShouldBeNull("a run was accepted without a database");
        return refusal ?? "nothing";
    }
}
