using System.Text.Json;
using Charterhouse.Contracts.Serialization;
using Charterhouse.Contracts.Steps;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Persistence;
using Charterhouse.Platform.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Charterhouse.Bench.Runs;

/// <summary>Takes the place of Agents: its queue, worker and step kinds, with handlers that do nothing but answer.</summary>
internal sealed class BenchModule(int concurrency) : ServiceModule
{
    /// <inheritdoc/>
    public override string Name => Services.Agents;

    /// <inheritdoc/>
    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<BenchDbContext>(Name);
        services.AddStepWorker<BenchDbContext>(worker => worker.Concurrency = concurrency);
        services.AddStepHandler<ScanHandler>();
        services.AddStepHandler<ArchivistHandler>();
        services.AddStepHandler<HistorianHandler>();
        services.AddStepHandler<ScanBaseHandler>();
        services.AddStepHandler<ArchitectHandler>();
        services.AddStepHandler<LibrarianHandler>();
        services.AddStepHandler<SentinelHandler>();
        services.AddStepHandler<ExaminerHandler>();
        services.AddStepHandler<ChangeHandler>();
    }

    /// <inheritdoc/>
    public override void ConfigureEndpoints(EndpointRegistry endpoints) => endpoints.ReceiveSteps<BenchDbContext>();
}

/// <summary>The platform's tables, as Agents sees them.</summary>
internal sealed class BenchDbContext(DbContextOptions<BenchDbContext> options) : ServiceDbContext(options, Services.Agents);

/// <summary>One finding, and whatever else the step's name asks for: see <see cref="Shapes.Load"/>.</summary>
internal abstract class FindingHandler(string kind) : IStepHandler
{
    /// <inheritdoc/>
    public string Kind => kind;

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, JsonElement>> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (text, section) = Shapes.Load(context.Step);
        var writes = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            [Channels.Findings] = CanonicalJson.ToElement(new[] { new { agent = context.Step, text = new string('x', text) } }),
        };
        if (section > 0) writes[Channels.Sections] = CanonicalJson.ToElement(new { stands = new string('x', section) });
        return Task.FromResult<IReadOnlyDictionary<string, JsonElement>>(writes);
    }
}

/// <inheritdoc/>
internal sealed class ScanHandler() : FindingHandler(StepKinds.AnalysisScan);

/// <inheritdoc/>
internal sealed class ArchivistHandler() : FindingHandler(StepKinds.Archivist);

/// <inheritdoc/>
internal sealed class HistorianHandler() : FindingHandler(StepKinds.Historian);

/// <inheritdoc/>
internal sealed class ScanBaseHandler() : FindingHandler(StepKinds.AnalysisScanBase);

/// <inheritdoc/>
internal sealed class ArchitectHandler() : FindingHandler(StepKinds.Architect);

/// <inheritdoc/>
internal sealed class LibrarianHandler() : FindingHandler(StepKinds.Librarian);

/// <inheritdoc/>
internal sealed class SentinelHandler() : FindingHandler(StepKinds.Sentinel);

/// <inheritdoc/>
internal sealed class ExaminerHandler() : FindingHandler(StepKinds.Examiner);

/// <inheritdoc/>
internal sealed class ChangeHandler() : FindingHandler(StepKinds.Change);
