using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Charterhouse.Testing;

namespace Charterhouse.Journeys.Tests;

/// <summary>What operations see of runs: traces, metrics, logs.</summary>
public sealed class When_a_run_is_watched
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_goes_through_all_processes_and_back()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled, traced: true);

        var result = await house.RemoteAsync("analyze", house.Publish(repository), "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        var run = result.Run.GetProperty("run_id").GetString()!;
        // spans leave their processes a moment later, each process in its own time
        await Eventually.Holds("the report's last message and all that is above it are in the file", () =>
        {
            var seen = Spans(house);
            var known = seen.Select(span => Text(span, "span_id")).ToHashSet(StringComparer.Ordinal);
            return seen.Exists(span => Text(span, "name") == "process RunEnded") && seen.TrueForAll(span => Text(span, "parent_span_id") is not { } parent || known.Contains(parent));
        }, TimeSpan.FromSeconds(20), Cancelled);
        var spans = Spans(house);
        var command = spans.Single(span => Text(span, "name") == "charter analyze");
        var trace = spans.Where(span => Text(span, "trace_id") == Text(command, "trace_id")).ToList();
        trace.Select(span => Text(span, "service")).Distinct(StringComparer.Ordinal).ShouldBe(
            ["charter", "charterhouse-agents", "charterhouse-orchestrator", "charterhouse-reposync"], ignoreOrder: true);
        var ids = trace.Select(span => Text(span, "span_id")).ToHashSet(StringComparer.Ordinal);
        trace.Where(span => Text(span, "span_id") != Text(command, "span_id")).ShouldAllBe(span => ids.Contains(Text(span, "parent_span_id")!), "a span hangs in the air");
        var publish = trace.Single(span => Text(span, "name") == "step publish");
        Text(publish.GetProperty("tags"), "charter.run_id").ShouldBe(run);
        // from the report back to the command: each hand-over on the way, and each service
        var way = WayUp(trace, publish).Select(span => $"{Text(span, "service")}: {Text(span, "name")}").ToList();
        way.ShouldContain("charterhouse-agents: step scan");
        way.ShouldContain("charterhouse-reposync: step sync");
        way.ShouldContain("charterhouse-orchestrator: process StepCompleted");
        way.ShouldContain("charterhouse-orchestrator: send ExecuteStep");
        way.ShouldContain("charterhouse-orchestrator: process StartRun");
        way.ShouldContain(line => line.StartsWith("charterhouse-orchestrator: POST", StringComparison.Ordinal));
        way[^1].ShouldBe("charter: charter analyze");
        // nothing that the host does by itself makes traces
        spans.Where(span => Text(span, "parent_span_id") is null && Text(span, "service") != "charter").ShouldBeEmpty();
        (await house.QueryAsync($"SELECT trace_context FROM runs WHERE run_id = '{run}'")).Single().ShouldContain(Text(command, "trace_id")!);

        // and from a forge's delivery to the report of the run that it led to
        var edge = EventHouse.Of(house);
        var target = house.Publish(repository);
        (await house.RemoteAsync("repos", "add", target)).ExitCode.ShouldBe(0);
        (await edge.PostAsync(ForgePayloads.Push(target, repository.Head), "traced"))!.Value.Status.ShouldBe(HttpStatusCode.Accepted);
        await Eventually.Holds("one trace goes from the delivery to the report", () => Journeys.Tests.Spans.LeadFromDelivery(Journeys.Tests.Spans.Lines(house.TraceFile)), TimeSpan.FromSeconds(60), Cancelled);
    }

    [Fact]
    public async Task A_run_in_one_process_is_one_trace_too()
    {
        using var repository = SampleRepository.Create();
        using var folder = new TemporaryFolder();
        var file = folder.File("trace.jsonl");

        var result = await CharterProcess.RunAsync(folder.File("data"), ["analyze", repository.Path], new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_TRACE_FILE"] = file });

        result.ExitCode.ShouldBe(0, result.Error);
        var spans = Journeys.Tests.Spans.Lines(file).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        spans.Select(span => Text(span, "trace_id")).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
        WayUp(spans, spans.Single(span => Text(span, "name") == "step publish")).Select(span => Text(span, "name")).Last().ShouldBe("charter analyze");
    }

    [Theory]
    [InlineData("grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")]
    [InlineData("http/protobuf", "/v1/traces", "/v1/metrics")]
    public async Task Spans_and_metrics_go_to_a_collector(string protocol, string traces, string metrics)
    {
        using var repository = SampleRepository.Create();
        using var folder = new TemporaryFolder();
        await using var collector = await OtlpCollector.StartAsync(protocol == "grpc", Cancelled);

        var result = await CharterProcess.RunAsync(folder.File("data"), ["analyze", repository.Path], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        });

        result.ExitCode.ShouldBe(0, result.Error);
        collector.At(traces).ShouldContain("charter analyze");
        collector.At(traces).ShouldContain("step publish");
        collector.At(metrics).ShouldContain("charter.run.duration");
        collector.At(metrics).ShouldContain("charter.step.duration");
    }

    [Fact]
    public async Task Without_a_collector_where_one_should_be_it_works_all_the_same()
    {
        using var repository = SampleRepository.Create();
        using var folder = new TemporaryFolder();

        var result = await CharterProcess.RunAsync(folder.File("data"), ["analyze", repository.Path],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{Ports.Free()}" });

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("charter.md");
    }

    [Fact]
    public async Task Without_space_for_logs_and_spans_it_works_all_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /dev/full");
        using var repository = SampleRepository.Create();
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_TRACE_FILE"] = "/dev/full" };

        var told = await CharterProcess.RunAsync(folder.File("data"), ["analyze", repository.Path], environment);
        told.ExitCode.ShouldBe(0, told.Error);
        told.Error.Split("warning: spans cannot be written to /dev/full").Length.ShouldBe(2, told.Error);
        told.Error.ShouldContain("No space left on device");

        var script = folder.Write("charter.sh", $"CHARTER_TRACE_FILE=/dev/full CHARTER_DEBUG=1 exec dotnet '{Path.Combine(AppContext.BaseDirectory, "charter.dll")}' analyze '{repository.Path}' --data '{folder.File("data")}' 2>/dev/full");
        using var silent = Process.Start(new ProcessStartInfo("sh", [script]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await silent.StandardOutput.ReadToEndAsync(Cancelled);
        await silent.WaitForExitAsync(Cancelled);
        silent.ExitCode.ShouldBe(0);
        output.ShouldContain("charter.md");
    }

    [Fact]
    public async Task Metrics_and_logs_tell_of_it()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled);
        var result = await house.RemoteAsync("analyze", house.Publish(repository), "--json");
        result.ExitCode.ShouldBe(0, result.Error);

        var orchestrator = (await house.Of("Orchestrator").GetAsync("/metrics"))!.Value;
        var agents = (await house.Of("Agents").GetAsync("/metrics"))!.Value;

        orchestrator.Status.ShouldBe(HttpStatusCode.OK);
        orchestrator.Body.ShouldContain("charter_run_duration_seconds_count{outcome=\"published\"} 1\n");
        orchestrator.Body.ShouldContain("charter_runs_live{status=\"running\"} 0\n");
        orchestrator.Body.ShouldContain("charter_runs_queued_age_seconds 0\n");
        orchestrator.Body.ShouldContain("charter_outbox_age_seconds{service=\"orchestrator\"} ");
        agents.Body.ShouldContain("charter_step_duration_seconds_count{kind=\"analysis/scan\",outcome=\"completed\"} 1\n");
        agents.Body.ShouldContain("charter_step_duration_seconds_bucket{kind=\"analysis/scan\",outcome=\"completed\",le=\"+Inf\"} 1\n");
        agents.Body.ShouldNotContain("charter_run_duration", Case.Sensitive);
    }

    [Fact]
    public async Task The_doctor_finds_what_is_wrong_and_the_list_shows_who_waits_for_it()
    {
        using var repository = SampleRepository.Create();
        await using var house = await ServiceProcesses.StartAsync(Cancelled);

        var well = await house.CharterAsync("doctor");
        var remote = await house.RemoteAsync("doctor", "--json");
        house.Of("Agents").Kill();
        using var analysis = house.StartRemote("analyze", house.Publish(repository));
        await Eventually.Holds("the scan waits", async () => (await house.QueryAsync("SELECT 1 FROM run_tasks WHERE step = 'scan'")).Count > 0, TimeSpan.FromSeconds(60), Cancelled);
        var stuck = await house.RemoteAsync("runs", "list", "--stuck", "0s");
        var patient = await house.CharterAsync("runs", "list", "--stuck", "--json");
        var ill = new CommandResult(0, "", "");
        await Eventually.Holds("the broker has noticed", async () => (ill = await house.CharterAsync("doctor")).ExitCode == 1, TimeSpan.FromSeconds(60), Cancelled);

        well.ExitCode.ShouldBe(0, well.Output);
        foreach (var check in (string[])["configuration: distributed profile", "database: PostgreSQL", "broker: RabbitMQ", "queue orchestrator.runs: 0 messages", "queue dead-letters: empty", "time: ", "disk: ", "git: "])
            well.Output.ShouldContain("✓ " + check);
        remote.ExitCode.ShouldBe(0, remote.Output);
        remote.Json.GetProperty("checks").EnumerateArray().Select(check => Text(check, "name")).ShouldBe(["configuration", "server", "server process", "server database", "server bus", "time", "access"]);
        ill.Output.ShouldContain("✗ queue agents.");
        ill.Output.ShouldContain("  fix: Start the service agents");
        stuck.Output.ShouldContain("waits for step scan");
        patient.Json.GetProperty("runs").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_doctor_examines_one_process_and_what_is_not_there()
    {
        using var folder = new TemporaryFolder();

        var well = await CharterProcess.RunAsync(folder.File("data"), ["doctor"]);
        var alone = await CharterProcess.RunAsync(folder.File("data"), ["doctor", "--server", $"http://127.0.0.1:{Ports.Free()}"]);
        var wrong = await CharterProcess.RunAsync(folder.File("data"), ["doctor", "--json"], new Dictionary<string, string>(StringComparer.Ordinal) { ["CHARTER_WORKER_CONCURRENCY"] = "many" });
        var down = await CharterProcess.RunAsync(folder.File("data"), ["doctor"], new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_CONNECTION_STRING"] = $"Host=127.0.0.1;Port={Ports.Free()};Database=charter;Username=charter;Password=secret-one",
            ["RABBITMQ_URL"] = $"amqp://charter:secret-two@127.0.0.1:{Ports.Free()}/charter",
        });

        well.ExitCode.ShouldBe(0, well.Output);
        well.Output.ShouldContain("✓ configuration: embedded profile");
        (alone.ExitCode, wrong.ExitCode, down.ExitCode).ShouldBe((1, 1, 1));
        alone.Output.ShouldContain("fix: Check --server");
        wrong.Json.GetProperty("checks")[0].GetProperty("detail").GetString()!.ShouldContain("CHARTER_WORKER_CONCURRENCY");
        down.Output.ShouldContain("fix: Check POSTGRES_CONNECTION_STRING");
        down.Output.ShouldContain("fix: Check RABBITMQ_URL");
        (down.Output + down.Error).ShouldNotContain("secret-");
    }

    private static IEnumerable<JsonElement> WayUp(List<JsonElement> spans, JsonElement from)
    {
        for (JsonElement? at = from; at is { } span; at = Parent(spans, span)) yield return span;
    }

    private static JsonElement? Parent(List<JsonElement> spans, JsonElement span)
    {
        var parent = Text(span, "parent_span_id");
        return parent is null ? null : spans.Single(other => Text(other, "span_id") == parent);
    }

    private static List<JsonElement> Spans(ServiceProcesses house) => File.Exists(house.TraceFile)
        ? [.. Journeys.Tests.Spans.Lines(house.TraceFile).Select(line => JsonSerializer.Deserialize<JsonElement>(line))]
        : [];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
