using System.Reflection;
using Charterhouse.Platform.Hosting;
using Charterhouse.Platform.Messaging;
using Charterhouse.Platform.Persistence;
using Charterhouse.Testing;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
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
    private readonly ServiceHost host;

    private PlatformHost(ServiceHost host) => this.host = host;

    public IServiceProvider Services => host.Services;

    public Database<TestDbContext> Database => Services.GetRequiredService<Database<TestDbContext>>();

    public static async Task<PlatformHost> StartAsync(TestDatabase database, Action<TestModule>? configure, CancellationToken cancellationToken)
    {
        var module = new TestModule();
        configure?.Invoke(module);
        return new PlatformHost(await ServiceHost.StartAsync(database, [module], builder =>
        {
            if (module.Time is { } time) builder.Services.AddSingleton(time);
            if (module.Log is { } log) builder.Logging.AddProvider(log);
            builder.Services.AddMessageTypes(Assembly.GetExecutingAssembly());
        }, TestSchema.EnsureAsync, cancellationToken));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
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
