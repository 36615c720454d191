using System.Collections.Concurrent;
using System.Reflection;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Charterhouse.Platform.Tests;

/// <summary>A service of the tests' own, with one saga.</summary>
public sealed class TestDbContext(DbContextOptions<TestDbContext> options) : ServiceDbContext(options, "test")
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<TallySaga>().ToTable("tallies").HasKey(saga => saga.CorrelationId);
        modelBuilder.Entity<TallyMark>().ToTable("tally_marks").HasKey(mark => new { mark.TallyId, mark.Mark });
    }
}

/// <summary>A host with the platform, the test service and whatever a test adds.</summary>
internal sealed class PlatformHost : IAsyncDisposable
{
    private readonly IHost host;
    private int disposed;

    private PlatformHost(IHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public Database<TestDbContext> Database => Services.GetRequiredService<Database<TestDbContext>>();

    public static async Task<PlatformHost> StartAsync(TestDatabase database, Action<TestModule>? configure, CancellationToken cancellationToken)
    {
        var module = new TestModule();
        configure?.Invoke(module);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (module.Time is { } time) builder.Services.AddSingleton(time);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (module.Log is { } log) builder.Logging.AddProvider(log);
        builder.Services.AddCharterDatabase(database.Settings);
        builder.Services.AddMessageTypes(Assembly.GetExecutingAssembly());
        builder.Services.AddCharterBus([module]);
        var built = new PlatformHost(builder.Build());
        await built.Services.GetRequiredService<DatabaseSchema>().UpgradeAsync(cancellationToken);
        await TestSchema.EnsureAsync(built.Services, cancellationToken);
        await built.host.StartAsync(cancellationToken);
        return built;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0) return; // a test may stop its host early
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }
}

/// <summary>The test service's module; a test puts its own pieces in.</summary>
internal sealed class TestModule : ServiceModule
{
    public override string Name => "test";
    public TimeProvider? Time { get; set; }
    public ILoggerProvider? Log { get; set; }
    public Action<IServiceCollection> Add { get; set; } = static _ => { };
    public Action<IBusRegistrationConfigurator> Consumers { get; set; } = static _ => { };
    public Action<EndpointRegistry> Endpoints { get; set; } = static _ => { };

    public override void AddServices(IServiceCollection services)
    {
        services.AddServiceDatabase<TestDbContext>("test");
        Add(services);
    }

    public override void AddConsumers(IBusRegistrationConfigurator bus) => Consumers(bus);
    public override void ConfigureEndpoints(EndpointRegistry endpoints) => Endpoints(endpoints);
}

/// <summary>Remembers what arrived, with the id it arrived under.</summary>
internal sealed class Mailbox<T> : IConsumer<T> where T : class
{
    private readonly ConcurrentQueue<(Guid Id, T Message)> received = new();

    public IReadOnlyCollection<(Guid Id, T Message)> Received => received;

    public Task Consume(ConsumeContext<T> context)
    {
        received.Enqueue((context.MessageId!.Value, context.Message));
        return Task.CompletedTask;
    }
}

/// <summary>The tables of the test service, which are no part of the product's schema.</summary>
internal static class TestSchema
{
    public static Task EnsureAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<DatabaseEngine>().WriteAsync(async (connection, transaction, token) =>
        {
            var (guid, text) = services.GetRequiredService<DatabaseSettings>().Provider == DatabaseProvider.Sqlite ? ("TEXT", "TEXT") : ("uuid", "text");
            await using var command = connection.Command(
                $"""
                CREATE TABLE IF NOT EXISTS tallies (correlation_id {guid} PRIMARY KEY, state {text} NOT NULL, title {text} NOT NULL, version integer NOT NULL);
                CREATE TABLE IF NOT EXISTS tally_marks (tally_id {guid} NOT NULL, mark {text} NOT NULL, PRIMARY KEY (tally_id, mark));
                """, transaction);
            return await command.ExecuteNonQueryAsync(token);
        }, once: true, cancellationToken);
}
