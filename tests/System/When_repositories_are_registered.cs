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
            if (run == synced.Run.GetProperty("run_id").GetString()) return false; // the audit's is not accepted yet
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
