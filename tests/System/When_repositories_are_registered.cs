using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>A registered repository gets its charter without being asked for.</summary>
[Collection(nameof(DistributedHouse))]
public sealed class When_repositories_are_registered(DistributedHouse distributed) : Journey
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_audit_makes_the_charter_that_is_missing_and_no_second_one()
    {
        await using var forge = await HttpsGitServer.StartAsync(cancellationToken: Cancelled);
        await ShouldBeAuditedAsync(forge.Publish(Repository, "team/project"), arguments => CharterAsync(arguments, ("CHARTER_ALLOW_PRIVATE_HOSTS", "true"), ("CHARTER_CERTIFICATE_AUTHORITIES", forge.CertificateAuthorities)));
        Tables.ShouldBeSound();
    }

    [Fact]
    public async Task A_server_does_the_same()
    {
        var house = await distributed.StartedAsync();
        await ShouldBeAuditedAsync(house.Publish(Repository, distributed.NextName()), house.RemoteAsync);
    }

    private async Task ShouldBeAuditedAsync(string target, Func<string[], Task<CommandResult>> charter)
    {
        Task<CommandResult> CharterAsync(params string[] arguments) => charter(arguments);
        var added = await CharterAsync("repos", "add", target);
        added.ExitCode.ShouldBe(0, added.Error);
        added.Output.Trim().ShouldBe($"{target} is registered");
        added.Error.ShouldContain("charter schedules run audit");
        (await CharterAsync("repos", "list")).Output.ShouldContain(target);
        (await CharterAsync("repos", "show", target)).Output.ShouldContain("charter     none yet");

        var set = await CharterAsync("repos", "set", target, "--branches", "main,release/*", "--no-bots", "--schedule", "0 3 * * 1");
        set.ExitCode.ShouldBe(0, set.Error);
        set.Output.ShouldContain("branches        main,release/*  (set for this repository)");
        set.Output.ShouldContain("paths           any  (default)");
        (await CharterAsync("schedules", "list")).Output.ShouldContain($"{target}  0 3 * * 1");
        (await CharterAsync("repos", "set", target, "--edge", "sideways")).Error.ShouldContain("--edge is 'sideways'");
        (await CharterAsync("repos", "set", target)).ExitCode.ShouldBe(2);
        var reset = await CharterAsync("repos", "set", target, "--reset", "--json");
        reset.Json.GetProperty("rules").EnumerateArray().ShouldAllBe(rule => rule.GetProperty("from").GetString() != "registry");
        reset.Json.GetProperty("schedule").ValueKind.ShouldBe(JsonValueKind.Null);
        (await CharterAsync("repos", "set", target + "-of-another", "--reset")).Error.ShouldContain("is not registered");

        var synced = await CharterAsync("repos", "sync", target, "--json");
        synced.ExitCode.ShouldBe(0, synced.Error);
        synced.Run.GetProperty("repository").GetProperty("head_sha").GetString().ShouldBe(Repository.Head);
        (await CharterAsync("repos", "sync", target + "-of-another")).ExitCode.ShouldBe(2);

        var audit = await CharterAsync("schedules", "run", "audit");
        audit.ExitCode.ShouldBe(0, audit.Error);
        var run = "";
        await Eventually.Holds("its run is published", async () =>
        {
            if ((await CharterAsync("repos", "show", target, "--json")).Json.GetProperty("last_run") is not { ValueKind: JsonValueKind.Object } last) return false;
            run = last.GetProperty("run_id").GetString()!;
            if (run == synced.Run.GetProperty("run_id").GetString())
            {
                // the audit's is not accepted yet: embedded, the next command that executes steps does that; the audit starts no second one
                await CharterAsync("schedules", "run", "audit");
                return false;
            }
            // embedded, a run that its command did not wait for goes on with the next command that executes steps
            if (last.GetProperty("status").GetString() == "published") return true;
            await CharterAsync("resume", run);
            return false;
        }, TimeSpan.FromMinutes(2), Cancelled);

        var shown = await CharterAsync("repos", "show", target);
        shown.Output.ShouldContain($"charter     v1 of {Repository.Head[..12]}");
        shown.Output.ShouldContain($"last run    {run}, published");
        (await CharterAsync("schedules", "run", "audit")).Output.ShouldStartWith("completed: none of ");

        (await CharterAsync("repos", "remove", target)).Output.Trim().ShouldBe($"{target} is no longer registered");
        var gone = await CharterAsync("repos", "show", target);
        gone.ExitCode.ShouldBe(2);
        gone.Error.ShouldContain("is not registered");
        (await CharterAsync("runs", "show", run)).ExitCode.ShouldBe(0, "what was found out stays");
    }
}
